"""`enrol-mock serve` as a process of its own."""

from __future__ import annotations

import contextlib
import http.client
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tests import page
from tests.mockserver.caller import AUTHORIZED

COMMAND = (sys.executable, "-m", "mockserver")


@dataclass(frozen=True, slots=True)
class Process:
    """A running mock. `url` is its address, `curl` the command that it printed."""

    popen: subprocess.Popen[str]
    url: str
    curl: str

    @classmethod
    def start(cls, *options: str, program: str = "") -> Process:
        """Start it. `program` is Python code that runs in place of the module."""
        command = (sys.executable, "-c", program) if program else COMMAND
        popen = subprocess.Popen(
            [*command, "serve", "--port", "0", *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert popen.stdout is not None
        first = popen.stdout.readline()
        assert first.startswith("listening on "), popen.communicate()
        return cls(popen, first.removeprefix("listening on ").rstrip("\n"), popen.stdout.readline())

    @property
    def address(self) -> tuple[str, int]:
        parts = urlsplit(self.url)
        assert parts.hostname, "a Unix socket has no address"
        return parts.hostname, parts.port or 0

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(*self.address, timeout=30)

    def reset(self) -> None:
        connection = self.connect()
        connection.request("POST", "/_mock/reset")
        assert connection.getresponse().status == 200
        connection.close()

    def stop(self, how: signal.Signals = signal.SIGTERM) -> tuple[int, str, str]:
        """Send the signal, and return the exit code and the rest of stdout and stderr."""
        self.popen.send_signal(how)
        out, err = self.popen.communicate(timeout=30)
        return self.popen.returncode, out, err


def run(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run `enrol-mock` with arguments and wait until it ends."""
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, timeout=30, check=False, **options)


def post(process: Process, body: Any = page.ENROL_REQUEST, **headers: str) -> tuple[int, Any]:
    """Post a JSON body to the documented call and return the status and the JSON of the answer."""
    sent = {"Content-Type": "application/json"} | AUTHORIZED | headers
    with contextlib.closing(process.connect()) as connection:
        connection.request("POST", page.PATH, json.dumps(body), sent)
        response = connection.getresponse()
        return response.status, json.loads(response.read())


def wait_until(condition: Callable[[], bool], seconds: float = 10) -> bool:
    """Wait until the condition holds and return whether it does in time."""
    deadline = time.monotonic() + seconds
    while not (holds := condition()) and time.monotonic() < deadline:
        time.sleep(0.01)
    return holds
