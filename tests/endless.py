"""A host whose answer never ends: what it sends is in time, piece by piece."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

HEAD: Final = b"HTTP/1.1 200 OK\r\n"
# How an answer begins, and the piece that comes again and again.
ENDLESS: Final = {
    "header lines": (HEAD, b"a: b\r\n"),
    "bodies": (HEAD + b"\r\n", b"x"),
    "chunks": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    "answers that go before": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
}


@contextmanager
def endless(kind: str, pause: float, times: int) -> Iterator[str]:
    """Serve such an answer to every request, and yield the host and the port.

    Each `pause` seconds, `times` pieces are sent.
    """
    beginning, piece = ENDLESS[kind]
    ended = threading.Event()

    def run(listening: socket.socket) -> None:
        while not ended.is_set():
            with suppress(OSError):  # the client has gone, or the test is over
                client, _ = listening.accept()
                with client:
                    client.recv(65536)
                    client.sendall(beginning)
                    while not ended.wait(pause):
                        client.sendall(piece * times)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=run, args=[listening], daemon=True).start()
        yield f"127.0.0.1:{listening.getsockname()[1]}"
        ended.set()
