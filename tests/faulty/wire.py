"""Serve a host over HTTP: one thread for each connection; as its wiring says, by default with keep-alive and one write."""

import contextlib
import itertools
import socket
import socketserver
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler

from tests.faulty.forms.wiring import Turnstile, Wiring, send
from tests.faulty.host import Host
from tests.faulty.turn import Reply
from tests.faulty.world import Record


class Handle:
    """A running host; `url` has no slash at its end."""

    def __init__(self, server: "_Server") -> None:
        self._server = server
        self._thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{server.server_address[1]}"
        self.host = server.host

    @property
    def made(self) -> list[Record]:
        """The enrolments that the host has made since it started."""
        return self.host.memory.records[len(self.host.memory.world.enrolments) :]

    def stop(self) -> None:
        """Stop listening and close every connection."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._server.hang_up()

    def __enter__(self) -> "Handle":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def listen(host: Host, port: int = 0, wiring: Wiring | None = None) -> Handle:
    """Let a host listen on a local port; 0 for any free port."""
    return Handle(_Server(host, port, wiring or Wiring()))


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(self, host: Host, port: int, wiring: Wiring) -> None:
        self.host = host
        self.wiring = wiring
        self.turnstile = Turnstile(wiring.alone)
        self.numbers = itertools.count(1)
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(("127.0.0.1", port), _Connection)

    def hang_up(self) -> None:
        with self._lock:
            connections = list(self._open)
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def process_request(self, request: socket.socket | tuple[bytes, socket.socket], client_address: object) -> None:
        if isinstance(request, socket.socket):
            with self._lock:
                self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: object, client_address: object) -> None:
        """Print nothing: clients may disconnect at any time."""


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    rbufsize = 1 << 16
    server: _Server
    number = nth = _sent = 0
    _began = 0.0

    def setup(self) -> None:
        self.number = next(self.server.numbers)
        super().setup()

    def handle(self) -> None:
        self.server.turnstile.enter()
        self._began = time.monotonic()
        try:
            super().handle()
        finally:
            self.server.turnstile.leave()

    def _answer(self) -> None:
        try:
            raw = self._body()
        except ValueError:
            self.close_connection = True
            self._send(Reply(400, {"Content-Type": "text/plain", "Connection": "close"}, b"bad request"))
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            self.nth += 1
            reply = self.server.host.answer(self.command, self.path, headers, raw, connection=self.number, nth=self.nth)
        except Exception:  # a bug of this host: answer the client, then let the error reach the log
            reply = Reply(500, {"Content-Type": "text/plain"}, b"internal error")
            self._send(reply)
            raise
        self._send(reply)

    def __getattr__(self, name: str) -> Callable[[], None]:
        """Handle every HTTP method (`do_GET`, `do_POST`, …) with `_answer`."""
        if name.startswith("do_"):
            return self._answer
        raise AttributeError(name)

    def _body(self) -> bytes:
        """Read the whole body, so that the connection can be used again."""
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return self._chunks()
        length = int(self.headers.get("Content-Length", "0"))
        if length < 0:
            raise ValueError("negative length")
        return self.rfile.read(length)

    def _chunks(self) -> bytes:
        parts = []
        while size := int(self.rfile.readline().partition(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return b"".join(parts)

    def _send(self, reply: Reply) -> None:
        self._sent += 1
        wiring = self.server.wiring
        last = wiring.closes(reply, self._sent, time.monotonic() - self._began)
        self.close_connection = self.close_connection or last
        phrase = self.responses.get(reply.status, ("Unknown", ""))[0]
        # A fault may close the connection where the answer ends too early.
        self.close_connection = self.close_connection or reply.headers.get("Connection") == "close"
        send(self.wfile, reply, wiring, phrase, self.date_time_string(), headless=self.command == "HEAD", last=last)

    def log_message(self, format: str, *args: object) -> None:
        """Print nothing."""
