"""A host on a plain socket: it answers each connection with bytes from a list, and records the requests."""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Callable
from typing import Any

Script = bytes | Callable[[socket.socket], None]


class SocketHost:
    """Listens on a local port and serves one connection for each answer: bytes, or a callable that gets the socket."""

    def __init__(self, *answers: Script):
        self.received: list[bytes] = []
        self._answers = list(answers)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def __enter__(self) -> SocketHost:
        return self

    def __exit__(self, *_: object) -> None:
        with socket.socket() as last:
            last.settimeout(5)
            last.connect(self._listener.getsockname())
        self._thread.join(5)
        self._listener.close()

    def header(self, name: str, index: int = -1) -> str | None:
        """Return a header of a request, the last one's by default."""
        head = self.received[index].partition(b"\r\n\r\n")[0].decode("utf-8")
        found = re.search(rf"^{re.escape(name)}: (.*)$", head.replace("\r", ""), re.MULTILINE | re.IGNORECASE)
        return found[1] if found else None

    def lines(self) -> list[str]:
        """Return the first line of each request."""
        return [request.partition(b"\r\n")[0].decode() for request in self.received]

    def body(self, index: int = -1) -> bytes:
        """Return the body of a request."""
        return self.received[index].partition(b"\r\n\r\n")[2]

    def _serve(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            with connection:
                request = _read(connection)
                if not request:
                    return
                self.received.append(request)
                answer = self._answers.pop(0)
                if callable(answer):
                    answer(connection)
                else:
                    connection.sendall(answer)


def http(body: Any = b"", status: int = 200, **headers: str) -> bytes:
    """Return the bytes of an HTTP answer. A body that is not bytes is encoded as JSON; header_name becomes Header-Name."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    sent = {"Content-Length": str(len(content)), "Connection": "close", **named}
    lines = [f"HTTP/1.1 {status} X", *(f"{name}: {value}" for name, value in sent.items()), "", ""]
    return "\r\n".join(lines).encode() + content


def _read(connection: socket.socket) -> bytes:
    received = b""
    while chunk := connection.recv(65536):
        received += chunk
        head, found, body = received.partition(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        if not received[:1].isalpha() or (found and len(body) >= (int(length[1]) if length else 0)):
            break  # complete, or no HTTP at all
    return received
