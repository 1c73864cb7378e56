"""Bytes on a socket: what a client library would tidy, or refuse to send."""

from __future__ import annotations

import http.client
import json
import socket
from typing import Any

from tests import page
from tests.mockserver.caller import AUTHORIZED
from tests.mockserver.process import Process

JSON = json.dumps(page.ENROL_REQUEST).encode()
NEXT_JSON = json.dumps(
    {**page.ENROL_REQUEST, "customer": {"identifierName": "id", "identifierValue": "388600004"}}
).encode()


def request(
    target: str = page.PATH,
    *lines: str,
    method: str = "POST",
    version: str = "1.1",
    host: str | None = "Host: mock",
    body: bytes = JSON,
) -> bytes:
    """Return a valid request, changed as told. `lines`: header lines beside the usual ones."""
    usual = ["Content-Type: application/json", f"Authorization: {AUTHORIZED['Authorization']}"]
    length = (
        []
        if any(line.startswith(("Content-Length", "Transfer-Encoding")) for line in lines)
        else [f"Content-Length: {len(body)}"]
    )
    head = [f"{method} {target} HTTP/{version}", *([host] if host is not None else []), *usual, *length, *lines]
    return "\r\n".join([*head, "", ""]).encode("latin-1") + body


def exchange(process: Process, sent: bytes, *, half_close: bool = False) -> tuple[int, http.client.HTTPMessage, bytes]:
    """Send bytes and return status, headers and body of the answer. `half_close`: send no more, but read on."""
    with socket.create_connection(process.address, timeout=10) as client:
        client.sendall(sent)
        if half_close:
            client.shutdown(socket.SHUT_WR)
        answer = http.client.HTTPResponse(client)
        answer.begin()
        return answer.status, answer.headers, answer.read()


def status(process: Process, sent: bytes) -> int:
    """Send bytes and return the status of the answer."""
    return exchange(process, sent)[0]


def enrolled(process: Process) -> int:
    """Return how many enrolments there are beside those that the world starts with."""
    return len(_get(process, "/_mock/enrolments")["enrolments"]) - 2


def journal(process: Process) -> dict[str, Any]:
    return _get(process, "/_mock/journal")


def _get(process: Process, path: str) -> dict[str, Any]:
    connection = process.connect()
    connection.request("GET", path)
    found: dict[str, Any] = json.loads(connection.getresponse().read())
    connection.close()
    return found
