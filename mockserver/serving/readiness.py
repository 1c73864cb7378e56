"""Readiness: find out when the mock answers, and tell those who wait for it."""

from __future__ import annotations

import contextlib
import fcntl
import http.client
import os
import socket
import ssl
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from mockserver.errors import MockError
from mockserver.serving import unix_socket
from mockserver.serving.asking import asked

PROBE = "X-Enrol-Mock-Probe"  # the header by which the mock knows its own request
SECONDS = 5.0  # for one try
_MOST = 64 * 1024  # bytes of an answer


@dataclass(frozen=True, slots=True)
class Ready:
    """Where the URL is written once the mock answers: a file, and the number of an open file descriptor."""

    file: Path | None = None
    descriptor: int | None = None

    def check(self) -> None:
        """Remove what an earlier mock has left in the file. Raises MockError if nothing can be written."""
        if self.file:
            try:
                self.file.unlink(missing_ok=True)
                _new(self.file).touch()
                _new(self.file).unlink()
            except OSError as error:
                raise MockError(f"--ready-file {self.file}: cannot be written: {error.strerror}") from error
        if self.descriptor is not None:
            try:
                writable = fcntl.fcntl(self.descriptor, fcntl.F_GETFL) & os.O_ACCMODE != os.O_RDONLY
            except (OSError, OverflowError):
                writable = False
            if not writable:
                raise MockError(f"--ready-fd {self.descriptor}: is no open file descriptor that can be written to")

    def tell(self, url: str) -> None:
        """Write the URL on one line. The file appears with all of it; the descriptor is closed, so that a reader ends."""
        line = f"{url}\n"
        if self.file:
            _new(self.file).write_text(line, encoding="utf-8")
            _new(self.file).replace(self.file)
        if self.descriptor is not None:
            with contextlib.suppress(BrokenPipeError):  # nobody waits any more
                os.write(self.descriptor, line.encode())
            if self.descriptor > 2:
                os.close(self.descriptor)

    def withdraw(self) -> None:
        """Remove the file, since the mock answers no more."""
        if self.file:
            with contextlib.suppress(OSError):
                self.file.unlink(missing_ok=True)


def answers(url: str, path: str, *, probe: str) -> bool:
    """Return whether a GET of a path gets status 200. `url` is http:, https: or unix:. No certificate is checked.

    `probe` is a word that nobody else knows.
    """
    asking = connection(url)
    try:
        return asked(asking, "GET", path, headers={PROBE: probe}, seconds=SECONDS, most=_MOST)[0] == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asking.close()


def connection(url: str) -> http.client.HTTPConnection:
    """Return a connection to http:, https: or unix:, not yet open. It checks no certificate."""
    if url.startswith(unix_socket.PREFIX):
        return _UnixConnection(url.removeprefix(unix_socket.PREFIX))
    parts = urlsplit(url)
    if parts.scheme == "http":
        return http.client.HTTPConnection(parts.netloc, timeout=SECONDS)
    # The mock asks itself, and its certificate may be for another name.
    return http.client.HTTPSConnection(parts.netloc, timeout=SECONDS, context=_unverified())


def _unverified() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=SECONDS)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def _new(file: Path) -> Path:
    """Return the name under which a file is written before it gets its own."""
    return file.with_name(f".{file.name}.new")
