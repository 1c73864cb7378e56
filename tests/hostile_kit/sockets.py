"""A host on a plain socket that does with each connection what a case says."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator

# What a host does with a connection; it ends with an OSError when the client has heard enough.
Script = Callable[[socket.socket], None]


@contextlib.contextmanager
def hosted(script: Script, *, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """Yield the port of a host that carries out a script for each connection, in a thread of its own.

    `tls`: let it speak TLS, with this context.
    """
    ended = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))

    def serve(connection: socket.socket) -> None:
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            stack.enter_context(connection)
            connection.settimeout(20)
            if tls:
                connection = stack.enter_context(tls.wrap_socket(connection, server_side=True))
            script(connection)

    def accept() -> None:
        while not ended.is_set():
            with contextlib.suppress(OSError):
                connection, _ = listener.accept()
                threading.Thread(target=serve, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        ended.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


def hear(connection: socket.socket) -> bytes:
    """Read one request, whose body has a length or none."""
    heard = b""
    while b"\r\n\r\n" not in heard:
        heard += _more(connection)
    head, _, body = heard.partition(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0)
    while len(body) < length:
        body += _more(connection)
    return head + b"\r\n\r\n" + body


def says(*pieces: bytes, end: bool = True) -> Script:
    """Return a script that hears a request and answers with these pieces. `end`: the host then closes the connection."""

    def script(connection: socket.socket) -> None:
        hear(connection)
        for piece in pieces:
            connection.sendall(piece)
        if not end:
            connection.recv(1)

    return script


def goes_on(start: bytes, again: bytes, *, pause: float = 0.0) -> Script:
    """Return a script that answers with a start, and then with the same bytes again for ever. `pause`: seconds between."""

    def script(connection: socket.socket) -> None:
        hear(connection)
        connection.sendall(start)
        gone = threading.Event()
        while not gone.wait(pause):
            connection.sendall(again)

    return script


def _more(connection: socket.socket) -> bytes:
    chunk = connection.recv(65536)
    if not chunk:
        raise ConnectionResetError
    return chunk
