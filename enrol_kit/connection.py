"""The connection to the control plane of a mock, which stays open from one request to the next."""

from __future__ import annotations

import io
import json
import os
import socket
import time
from functools import partial
from http.client import HTTPConnection, HTTPResponse, RemoteDisconnected
from typing import Any, Final

SECONDS: Final = 10.0  # that the control plane gets to answer
_TOKEN: Final = "ENROL_MOCK_CONTROL_TOKEN"


class Connection:
    """Sends requests to one mock. Any number of threads may use it, and processes that are forked from this one.

    A thread takes an open connection that no other one uses, or opens one. `place`: host and port.
    """

    def __init__(self, place: str) -> None:
        self._place: Final = place
        self._idle: list[HTTPConnection] = []
        self._process = os.getpid()

    def send(self, method: str, path: str, body: Any = None, *, seconds: float = SECONDS) -> tuple[int, Any]:
        """Return the status and the JSON of an answer. Raises OSError if it has not come whole within so many seconds."""
        token = os.environ.get(_TOKEN)  # the mock has it, too, from the same environment
        headers = {"X-Mock-Token": token} if token else {}
        sent = None if body is None else json.dumps(body).encode()
        until = time.monotonic() + seconds
        kept = self._kept()
        if kept is not None:
            try:
                return self._ask(kept, method, path, sent, headers, until)
            except (RemoteDisconnected, ConnectionError):  # the mock had closed it meanwhile
                pass
        return self._ask(HTTPConnection(self._place), method, path, sent, headers, until)

    def close(self) -> None:
        """Close what is open."""
        while self._idle:
            self._idle.pop().close()

    def __del__(self) -> None:
        self.close()

    def _kept(self) -> HTTPConnection | None:
        if self._process != os.getpid():  # after a fork: the other process goes on with these
            self.close()
            self._process = os.getpid()
        try:
            return self._idle.pop()
        except IndexError:
            return None

    def _ask(
        self,
        connection: HTTPConnection,
        method: str,
        path: str,
        body: bytes | None,
        headers: dict[str, str],
        until: float,
    ) -> tuple[int, Any]:
        connection.timeout = _left(until)
        # http.client has a timeout for each piece of an answer only, and none for all of them.
        connection.response_class = partial(_Answer, until=until)  # type: ignore[assignment]  # it is called, and no more
        try:
            if connection.sock is not None:
                connection.sock.settimeout(connection.timeout)
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            status, text = answer.status, answer.read()
        except BaseException:  # also Ctrl-C: the rest of an answer must not be read as the next one
            connection.close()
            raise
        self._idle.append(connection)
        return status, json.loads(text)


class _Answer(HTTPResponse):
    """An answer that is read until a time of the machine's clock.

    The mock has one like it. The tests of a client cannot import that: see `enrol_kit.search_path`.
    """

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
        self._sock.settimeout(_left(self._until))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


def _left(until: float) -> float:
    """Return the seconds until a time. Raises TimeoutError if there are none."""
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("timed out")
    return left
