"""A healthy client in a process of its own, so that it waits for the mock only: `python -m tests.hostile.healthy URL`."""

from __future__ import annotations

import contextlib
import http.client
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

from tests import page
from tests.mockserver.caller import AUTHORIZED

_PAUSE = 0.01  # seconds


def main(url: str) -> None:
    """Make the documented call again and again until standard input ends. Then print the seconds that each one took."""
    ended = threading.Event()
    threading.Thread(target=_wait, args=(ended,), daemon=True).start()
    took = []
    while not ended.wait(_PAUSE):
        began = time.perf_counter()
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
        connection.request(
            "POST", page.PATH, json.dumps(page.ENROL_REQUEST), {"Content-Type": "application/json"} | AUTHORIZED
        )
        assert connection.getresponse().status == 200
        connection.close()
        took.append(time.perf_counter() - began)
    print(json.dumps(took))


def _wait(ended: threading.Event) -> None:
    sys.stdin.read()
    ended.set()


@contextlib.contextmanager
def healthy(url: str) -> Iterator[list[float]]:
    """Let a healthy client ask meanwhile. Afterwards the list has the seconds that each answer took.

    Raises CalledProcessError if it did not get one.
    """
    waits: list[float] = []
    command = [sys.executable, "-m", "tests.hostile.healthy", url]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as client:
        yield waits
        out, _ = client.communicate()
    if client.returncode:
        raise subprocess.CalledProcessError(client.returncode, command)
    waits += json.loads(out)


if __name__ == "__main__":
    main(sys.argv[1])
