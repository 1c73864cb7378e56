"""The connection to the control plane of a mock, which stays open from one request to the next."""

from __future__ import annotations

import json
import os
from http.client import HTTPConnection, RemoteDisconnected
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
        """Return the status and the JSON of an answer. Raises OSError if there is none within so many seconds."""
        token = os.environ.get(_TOKEN)  # the mock has it, too, from the same environment
        headers = {"X-Mock-Token": token} if token else {}
        sent = None if body is None else json.dumps(body).encode()
        kept = self._kept()
        if kept is not None:
            try:
                return self._ask(kept, method, path, sent, headers, seconds)
            except (RemoteDisconnected, ConnectionError):  # the mock had closed it meanwhile
                pass
        return self._ask(HTTPConnection(self._place, timeout=seconds), method, path, sent, headers, seconds)

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
        seconds: float,
    ) -> tuple[int, Any]:
        try:
            if connection.sock is not None:
                connection.sock.settimeout(seconds)
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            status, text = answer.status, answer.read()
        except BaseException:  # also Ctrl-C: the rest of an answer must not be read as the next one
            connection.close()
            raise
        self._idle.append(connection)
        return status, json.loads(text)
