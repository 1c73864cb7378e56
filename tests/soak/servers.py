"""The servers of a soak: a mock, one behind the front that breaks connections, and the judging proxy before a third."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from contracts.proxy.judge import MOST
from tests.mockserver.process import Process
from tests.soak.watching import Filling

_CONTRACT: Final = (sys.executable, "-m", "contracts")
_PATIENCE: Final = 120  # seconds for a process to end: the proxy judges what it has not judged yet
_SHOWN: Final = 2000  # characters of what it said
JOURNAL: Final = 1000  # exchanges at most
# The journals of all sessions, and the exchanges that a proxy judges. Not each request of a soak is one of them.
JOURNALS: Final = Filling(requests=20_000, megabytes=64)
RECORD: Final = Filling(requests=4 * MOST, megabytes=150)
_LISTENING: Final = re.compile(r"listening on (http://\S+)")


@dataclass(frozen=True, slots=True)
class Started:
    """A process that clients reach at `url`. `mock` is the one behind it, or itself. `filling`: what it keeps up to a bound.

    `judges`: it ends with a verdict.
    """

    name: str
    popen: subprocess.Popen[str]
    url: str
    mock: Process
    filling: Filling
    judges: bool = False

    @property
    def address(self) -> tuple[str, int]:
        parts = urlsplit(self.url)
        return parts.hostname or "", parts.port or 0

    def end(self) -> Iterator[str]:
        """End the process, and yield what was wrong with how it ended and with what it said."""
        self.popen.terminate()
        try:
            out, err = self.popen.communicate(timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            out, err = self.popen.communicate()
            yield f"{self.name} did not end within {_PATIENCE} s"
        # The clients of a soak reset the mock and let faults strike, so they may make it break a claim.
        if self.popen.returncode not in ((0, 1) if self.judges else (0,)) or (err and not self.judges):
            yield f"{self.name} ended with {self.popen.returncode} and said {(out + err)[-_SHOWN:]!r}"


def mock(name: str, *options: str) -> Started:
    """Start a mock."""
    process = Process.start(*options)
    return Started(name, process.popen, process.url, process, JOURNALS)


def has_proxy() -> bool:
    """Return whether these contract tests have the judging proxy."""
    return subprocess.run([*_CONTRACT, "proxy", "--help"], capture_output=True, check=False).returncode == 0


def proxy(before: Started) -> Started:
    """Start the judging proxy before a mock. Raises RuntimeError if it does not start."""
    command = [*_CONTRACT, "proxy", before.url, "--listen", "127.0.0.1:0"]
    popen = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert popen.stdout is not None
    first = popen.stdout.readline()
    listening = _LISTENING.search(first)
    if listening is None:
        raise RuntimeError(f"the proxy does not start: {first}{popen.communicate()}")
    return Started("proxy", popen, listening[1], before.mock, RECORD, judges=True)


def journal(started: Started) -> Iterator[str]:
    """Yield what is wrong with the journal of the mock that clients have reached."""
    connection = started.mock.connect()
    connection.request("GET", "/_mock/journal?limit=1")
    totals = json.load(connection.getresponse())["totals"]
    connection.close()
    if totals["kept"] > JOURNAL:
        yield f"{started.name}: the journal keeps {totals['kept']:,} exchanges"
