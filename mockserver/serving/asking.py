"""Ask an HTTP server, which may be none of ours: all of its answer has one deadline and one bound."""

from __future__ import annotations

import io
import socket
import time
from collections.abc import Mapping
from functools import partial
from http.client import HTTPConnection, HTTPResponse
from typing import Any, Final

_NO_HEADERS: Final[Mapping[str, str]] = {}


class TooLong(OSError):
    """Raised for an answer that is longer than it may be."""


def asked(
    connection: HTTPConnection,
    method: str,
    path: str,
    body: bytes | None = None,
    headers: Mapping[str, str] = _NO_HEADERS,
    *,
    seconds: float,
    most: int,
) -> tuple[int, bytes]:
    """Return the status and the body of an answer of `most` bytes, which must have come whole within so many seconds.

    Raises OSError, such as TimeoutError and TooLong, and HTTPException. Then the connection is closed.
    """
    until = time.monotonic() + seconds
    connection.timeout = seconds  # for each address of the host
    if connection.sock:
        connection.sock.settimeout(seconds)
    # http.client has a timeout for each piece of an answer only, and none for all of them.
    connection.response_class = partial(_Response, until=until)  # type: ignore[assignment]  # it is called, and no more
    try:
        connection.request(method, path, body, dict(headers))
        answer = connection.getresponse()
        found = answer.read(most + 1)
        if len(found) > most:
            raise TooLong(f"the answer has more than {most:,} bytes")
    except BaseException:  # also Ctrl-C: the rest of an answer must not be read as the next one
        connection.close()
        raise
    return answer.status, found


class _Response(HTTPResponse):
    """An answer that is read until a time of the machine's clock."""

    def __init__(self, sock: socket.socket, *rest: Any, until: float, **named: Any) -> None:
        super().__init__(sock, *rest, **named)
        self.fp = io.BufferedReader(_Until(sock, self.fp.detach(), until))


class _Until(io.RawIOBase):
    """What comes from a socket until a time. `raw` reads it."""

    def __init__(self, sock: socket.socket, raw: io.RawIOBase, until: float) -> None:
        self._sock, self._raw, self._until = sock, raw, until

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        self._sock.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()
