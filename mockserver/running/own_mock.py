"""A mock in a process of its own, which lives as long as this one needs it."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import Any, Final
from urllib.parse import urlsplit

from mockserver.serving import asking

_SECONDS: Final = 30.0  # that the control plane gets to answer
_MOST: Final = 64 * 2**20  # bytes of an answer


@contextmanager
def own_mock(serve: Callable[[int], None]) -> Iterator[str]:
    """Give the URL of a mock that `serve` serves. It gets the descriptor to which it writes the URL.

    The mock ends with this process, whatever ends that. If it cannot begin, it says why, and SystemExit is raised.
    """
    ready, told = os.pipe()
    held, holding = os.pipe()
    sys.stdout.flush()
    process = os.fork()
    if process == 0:
        os.setpgid(0, 0)  # Ctrl-C is for the command
        for descriptor in (ready, holding):
            os.close(descriptor)
        os.dup2(held, 0)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        serve(told)
    for descriptor in (told, held):
        os.close(descriptor)
    with os.fdopen(ready) as reader:
        url = reader.readline().strip()
    try:
        if not url:
            raise SystemExit(2)
        yield url
    finally:
        os.close(holding)
        if url:
            os.kill(process, signal.SIGTERM)
        os.waitpid(process, 0)


def asked(url: str, method: str, path: str, body: Any = None, *, token: str | None = None) -> Any:
    """Return the JSON that a door of the control plane answers. Raises OSError if it answers with another status than 200."""
    place = urlsplit(url)
    connection = HTTPConnection(place.netloc)
    try:
        headers = {"X-Mock-Token": token} if token else {}
        sent = None if body is None else json.dumps(body).encode()
        status, text = asking.asked(connection, method, place.path + path, sent, headers, seconds=_SECONDS, most=_MOST)
        found = json.loads(text)
        if status != 200:
            raise OSError(f"the mock answers {method} {path} with {status}: {found}")
        return found
    finally:
        connection.close()
