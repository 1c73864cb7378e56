"""The servers that are compared: how each is started, and whether it answers as the page does."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests import page
from tests.bench.load import USUAL, Request
from tests.mockserver.process import COMMAND

# The credentials of the sample data. Others take them, too: Prism wants a user and a password.
HEADERS: Final = {**USUAL, "Content-Type": "application/json", "Authorization": "Basic c3RvcmUuc2VydmVyOjEyMw=="}
# An installed kit has its modules compiled. From the second start on, so has the kit that is measured.
_COMPILED: Final = Path(__file__).parents[2] / "build" / "compiled"
_PATIENCE: Final = 60  # seconds until a server must answer


@dataclass(frozen=True, slots=True)
class Contestant:
    """A server that can be compared. `command` gets the port to listen on. `reset` is the path that makes it forget all."""

    name: str
    command: Callable[[int], list[str]]
    reset: str = ""


MOCK: Final = Contestant("this mock", lambda port: [*COMMAND, "serve", "--port", str(port)], reset="/_mock/reset")
FLOOR: Final = Contestant("floor", lambda port: [sys.executable, "-m", "tests.bench.bare", str(port)])


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers. `cold` is the time from its start to its first right answer, in seconds."""

    contestant: Contestant
    pid: int
    port: int
    cold: float

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def reset(self) -> None:
        """Let it forget what it keeps, where it can."""
        if self.contestant.reset and _status(self.port, self.contestant.reset, b"", {}) != 200:
            raise RuntimeError(f"{self.contestant.name} was not reset")


@contextmanager
def running(contestant: Contestant, request: Request) -> Iterator[Running]:
    """Start a server, wait for its first right answer, and end it in the end. Raises RuntimeError if none comes."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    begin = time.perf_counter()
    command = contestant.command(port)
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(_COMPILED), "PYTHONDONTWRITEBYTECODE": ""}
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    try:
        while not _answers(port, request):
            if time.perf_counter() > begin + _PATIENCE or process.poll() is not None:
                raise RuntimeError(f"{contestant.name} gives no right answer: {' '.join(command)}")
            time.sleep(0.005)
        yield Running(contestant, process.pid, port, time.perf_counter() - begin)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:  # some end only after their connections
            process.kill()
            process.wait()


def _answers(port: int, request: Request) -> bool:
    with contextlib.suppress(OSError, http.client.HTTPException):
        return _status(port, request.path, request.body, request.headers) == 200
    return False


def _status(port: int, path: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Post, and return the status. An answer 200 to the documented call that has none of its fields raises RuntimeError."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    with contextlib.closing(connection):
        connection.request("POST", path, body, dict(headers))
        answer = connection.getresponse()
        text = answer.read()
        if path == page.PATH and answer.status == 200 and "data" not in json.loads(text):
            raise RuntimeError(f"the answer is not that of the page: {text!r}")
        return answer.status
