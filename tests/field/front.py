"""A front: what stands between the kit and a mock, on a plain socket, and answers as gateways, proxies and broken hosts do.

A behaviour is a function from a Call to what is written on the connection: bytes, pieces of bytes, or None to close the
connection without an answer. `call.forward()` asks the mock behind the front.
"""

from __future__ import annotations

import contextlib
import json
import re
import socket
import struct
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from werkzeug.test import EnvironBuilder, run_wsgi_app

from mockserver.app import Mock
from openapi import document, questions, world

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

TOKEN: Final = "/v3/oauth/token/generate"


@dataclass
class Call:
    """One request as it came on the wire. `number`: counts from 1. `nth`: its place on its connection, from 1."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    number: int
    nth: int
    front: Front = field(repr=False)

    @property
    def json(self) -> Any:
        """The body as a JSON object; {} if it is none."""
        try:
            value = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return value if isinstance(value, dict) else {}

    @property
    def for_token(self) -> bool:
        """The request asks for an access token."""
        return self.path == TOKEN

    def forward(self) -> bytes:
        """Return the answer of the mock behind the front."""
        status, headers, body = self.ask()
        return http(body, status, **{name.replace("-", "_"): value for name, value in headers.items()})

    def ask(self) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body of the answer of the mock behind the front."""
        sent = [(name, value) for name, value in self.headers.items() if name != "Transfer-Encoding"]
        builder = EnvironBuilder(self.path, method=self.method, headers=sent, data=self.body)
        environ = builder.get_environ()
        environ["wsgi.input"] = BytesIO(self.body)
        parts, status, headers = run_wsgi_app(self.front.behind, environ)
        dropped = {"content-length", "connection"}
        kept = {name: value for name, value in headers.items() if name.lower() not in dropped}
        return int(status[:3]), kept, b"".join(parts)


Written = bytes | Iterable[bytes] | None
Behaviour = Callable[[Call], Written]


class Front:
    """Serves a behaviour on a port of this machine, and keeps every call that came on the wire."""

    def __init__(self, behave: Behaviour, behind: WSGIApplication | None = None, *, address: str = "127.0.0.1"):
        self.behind = behind or Mock.of(document.load(), world.load(), questions.defaults(questions.load()))
        self.calls: list[Call] = []
        self._behave = behave
        self._lock = threading.Lock()
        self._listener = socket.create_server((address, 0))
        self.port: int = self._listener.getsockname()[1]
        self.url = f"http://{address}:{self.port}"
        self._closing = False
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Front:
        return self

    def __exit__(self, *_: object) -> None:
        self._closing = True
        self._listener.close()

    def _accept(self) -> None:
        while not self._closing:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            for nth, (method, path, headers, body) in enumerate(_requests(connection), 1):
                with self._lock:
                    call = Call(method, path, headers, body, len(self.calls) + 1, nth, self)
                    self.calls.append(call)
                written = self._behave(call)
                if written is None:
                    reset(connection)
                    return
                for piece in [written] if isinstance(written, bytes) else written:
                    connection.sendall(piece)
                if isinstance(written, bytes) and b"\r\nConnection: close\r\n" in written:
                    return


def http(body: Any = b"", status: int = 200, /, **headers: str) -> bytes:
    """Return the bytes of an HTTP answer. A body that is not bytes is encoded as JSON; header_name becomes Header-Name."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if not isinstance(body, bytes):
        named.setdefault("Content-Type", "application/json")
    sent = {"Content-Length": str(len(content)), **named}
    lines = [f"HTTP/1.1 {status} X", *(f"{name}: {value}" for name, value in sent.items()), "", ""]
    return "\r\n".join(lines).encode() + content


def reset(connection: socket.socket) -> None:
    """Close a connection with a TCP reset."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def _requests(connection: socket.socket) -> Iterator[tuple[str, str, dict[str, str], bytes]]:
    received = b""
    while True:
        while b"\r\n\r\n" not in received:
            chunk = connection.recv(65536)
            if not chunk:
                return
            received += chunk
            if not received[:1].isalpha():  # a client that speaks TLS
                connection.sendall(http(b"This is a host of plain HTTP.", 400))
                return
        head, _, received = received.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        if "chunked" in headers.get("Transfer-Encoding", ""):
            while not received.endswith(b"0\r\n\r\n"):
                received += connection.recv(65536)
            method, path, _ = first.split(" ", 2)
            yield method, path, headers, _joined(received)
            received = b""
            continue
        found = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
        length = int(found[1]) if found else 0
        while len(received) < length:
            chunk = connection.recv(65536)
            if not chunk:
                return
            received += chunk
        body, received = received[:length], received[length:]
        method, path, _ = first.split(" ", 2)
        yield method, path, headers, body


def _joined(chunks: bytes) -> bytes:
    """Return the body that chunks make, which have all come."""
    body = b""
    while size := int(chunks.partition(b"\r\n")[0], 16):
        start = chunks.index(b"\r\n") + 2
        body, chunks = body + chunks[start : start + size], chunks[start + size + 2 :]
    return body
