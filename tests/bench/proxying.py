"""What the judging proxy costs: the same request to a mock, directly and through a proxy that judges it.

`python -m tests.bench.proxying [REQUESTS]` prints a line. Both ways are taken in turns, so that other work on the
machine slows them alike.
"""

from __future__ import annotations

import http.client
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final
from urllib.parse import urlsplit

from openapi import document
from tests.mockserver.process import Process

_COMMAND: Final = str(Path(sys.executable).parent / "enrol-contract")
_LOGIN: Final = "Basic c3RvcmUuc2VydmVyOjIwMmNiOTYyYWM1OTA3NWI5NjRiMDcxNTJkMjM0Yjcw"
_FIRST: Final = 50  # requests that warm both up, and do not count


@dataclass(frozen=True, slots=True)
class Cost:
    """The medians of the direct way and of that through the proxy in milliseconds, and what the proxy printed at its end."""

    requests: int
    direct: float
    through: float
    printed: str

    @property
    def longer(self) -> float:
        """By how many milliseconds a request takes longer through the proxy, at the median."""
        return self.through - self.direct


def measure(requests: int = 1000) -> Cost:
    """Send so many requests each way, over one connection each."""
    call = document.load()
    body = json.dumps(call.request_examples()["enrol"])
    headers = {"Authorization": _LOGIN, "Content-Type": "application/json"}
    with _mock() as mock, _proxy(mock.url) as (url, printed):
        ways = [_connection(mock.url), _connection(url)]
        seconds: tuple[list[float], list[float]] = ([], [])
        for number in range(requests + _FIRST):
            for way in (0, 1) if number % 2 else (1, 0):
                began = time.perf_counter()
                ways[way].request("POST", call.path, body, headers)
                answer = ways[way].getresponse()
                answer.read()
                assert answer.status == 200
                if number >= _FIRST:
                    seconds[way].append(time.perf_counter() - began)
        for connection in ways:
            connection.close()
    direct, through = (median(taken) * 1000 for taken in seconds)
    return Cost(requests, direct, through, "".join(printed))


def _connection(url: str) -> http.client.HTTPConnection:
    parts = urlsplit(url)
    return http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)


@contextmanager
def _mock() -> Iterator[Process]:
    mock = Process.start()
    try:
        yield mock
    finally:
        mock.popen.terminate()
        mock.popen.communicate()


@contextmanager
def _proxy(host: str) -> Iterator[tuple[str, list[str]]]:
    """Start a proxy before a host, and yield its URL and what it will have printed."""
    printed: list[str] = []
    proxy = subprocess.Popen(
        [_COMMAND, "proxy", host, "--listen", "127.0.0.1:0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert proxy.stdout is not None
    found = re.search(r"listening on (\S+)", proxy.stdout.readline())
    assert found
    try:
        yield found[1], printed
    finally:
        proxy.terminate()
        printed.append(proxy.communicate()[0])


def main() -> None:
    """Measure, and print the result."""
    cost = measure(*map(int, sys.argv[1:2]))
    print(
        f"{cost.requests} requests each way: {cost.direct:.2f} ms directly, {cost.through:.2f} ms through the proxy, "
        f"{cost.longer:.2f} ms longer at the median"
    )


if __name__ == "__main__":
    main()
