"""A host that does what a script says with its sockets, and keeps every byte that it was sent; and a relay before it."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from contracts.proxy.relay import Relay
from contracts.proxy.tap import Piece, Tap
from contracts.proxy.upstream import Upstream

Script = Callable[["Line"], None]
SECONDS = 10.0


class Line:
    """A socket of the host or of a client, with all that it has received."""

    def __init__(self, connection: socket.socket) -> None:
        self.socket = connection
        self.socket.settimeout(SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = b""

    def until(self, end: bytes) -> bytes:
        """Read until all that was received ends with these bytes."""
        while not self.received.endswith(end):
            data = self.socket.recv(65536)
            if not data:
                raise AssertionError(f"the connection ended after {self.received!r}")
            self.received += data
        return self.received

    def rest(self) -> bytes:
        """Read to the end of the connection."""
        while data := self.socket.recv(65536):
            self.received += data
        return self.received

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def get(self, length: int) -> bytes:
        """Read until so many bytes were received."""
        while len(self.received) < length:
            data = self.socket.recv(65536)
            if not data:
                raise AssertionError(f"the connection ended after {self.received!r}")
            self.received += data
        return self.received

    def reset(self) -> None:
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()


class BytesHost:
    """Listens, and gives each connection to `script` in a thread. `lines`: its connections so far."""

    def __init__(self, trusted: ssl.SSLContext | None = None) -> None:
        self.script: Script = lambda line: None
        self.lines: list[Line] = []
        self._trusted = trusted
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._carry_out, args=(connection,), daemon=True).start()

    def _carry_out(self, connection: socket.socket) -> None:
        with suppress(OSError, AssertionError):  # the test fails by what its client sees
            if self._trusted:
                connection.settimeout(SECONDS)
                connection = self._trusted.wrap_socket(connection, server_side=True)
            line = Line(connection)
            self.lines.append(line)
            with line.socket:
                self.script(line)


class Through:
    """A relay before a host. `pieces`: what the judge is given; read them once the relay has ended."""

    def __init__(self, host: BytesHost, port: int, tap: Tap, relay: Relay) -> None:
        self.host = host
        self.port = port
        self.tap = tap
        self.relay = relay
        self._clients: list[Line] = []

    def client(self) -> Line:
        """Return a new connection to the relay. `close` closes it."""
        self._clients.append(Line(socket.create_connection(("127.0.0.1", self.port))))
        return self._clients[-1]

    def close(self) -> None:
        for client in self._clients:
            client.socket.close()

    def pieces(self) -> list[Piece]:
        self.tap.end()
        return list(iter(self.tap.take, None))


@contextmanager
def through(host: BytesHost, upstream: Upstream | None = None) -> Iterator[Through]:
    """Start a relay before a host."""
    tap = Tap()
    relay = Relay(upstream or plain(host.port), tap)
    with relay.listening("127.0.0.1", 0) as address:
        started = Through(host, int(address.rpartition(":")[2]), tap, relay)
        try:
            yield started
        finally:
            started.close()


def plain(port: int) -> Upstream:
    url = f"http://127.0.0.1:{port}"
    return Upstream(url, "127.0.0.1", port, b"127.0.0.1:%d" % port, None, must_be_local=True)
