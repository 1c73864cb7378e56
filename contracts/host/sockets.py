"""Sockets whose every wait ends with one deadline, and that lead to this machine where they must."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterable
from typing import Any, Final

import httpcore

from contracts.errors import Misuse
from contracts.host.loopback import is_loopback
from contracts.host.names import addresses

# Bytes that are sent at a time: as much as a record of TLS holds.
_PIECE: Final = 16 * 1024


class Deadline:
    """The moment by which an answer must have come, whatever is still on its way. `heard`: whether some of it has come."""

    def __init__(self) -> None:
        self.heard = False
        self._until = 0.0

    def start(self, seconds: float) -> None:
        """Set the deadline to so many seconds from now."""
        self.heard = False
        self._until = time.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds that are left. Raises ReadTimeout if there are none."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout
        return left


class Backend(httpcore.SyncBackend):
    """Opens sockets whose every wait ends with the deadline. `opened`: how many were opened so far.

    `gate`: called once a socket is open, before anything is sent over it. It lets several requests start together.
    """

    def __init__(self, deadline: Deadline, *, must_be_loopback: bool, gate: Callable[[], None] = lambda: None):
        self.opened = 0
        self._gate = gate
        self._deadline = deadline
        self._must_be_loopback = must_be_loopback

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Open a socket; the deadline counts, and not `timeout`. Raises Misuse if it leads to another machine."""
        stream = self._connected(host, port, local_address, socket_options)
        peer = stream.get_extra_info("server_addr")[0]
        if self._must_be_loopback and not is_loopback(peer):
            stream.close()
            raise Misuse(
                f"{host} leads to {peer}, which is not this machine; use https:// and --treat-as-live to treat it as production. "
                "Nothing was sent"
            )
        self.opened += 1
        return _Stream(stream, self._deadline, self._gate)

    def _connected(
        self, host: str, port: int, local_address: str | None, socket_options: Iterable[Any] | None
    ) -> httpcore.NetworkStream:
        """Return a socket to the first address of a host that takes it. The deadline counts for all of them together."""
        try:
            found = addresses(host, port, self._deadline.left())
        except TimeoutError:
            raise httpcore.ConnectError(f"no address of {host} was found within the timeout (--timeout)") from None
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(error) from error
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in found:
            try:
                return super().connect_tcp(address, port, self._deadline.left(), local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure


class _Stream(httpcore.NetworkStream):
    """A socket whose every wait ends with the deadline. `gate`: as in Backend; under TLS it follows the handshake."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline, gate: Callable[[], None]):
        self._stream = stream
        self._deadline = deadline
        self._last_read = b""
        self._is_cut = False
        self._gate = gate
        self._is_new = True

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return what has come, up to `max_bytes`; the deadline counts, and not `timeout`."""
        try:
            self._last_read = self._stream.read(max_bytes, self._deadline.left())
        except httpcore.ReadError as error:
            if not isinstance(error.__cause__, ssl.SSLEOFError):
                raise
            self._is_cut, self._last_read = True, b""  # the end of the connection, but not as TLS ends one
        self._deadline.heard |= bool(self._last_read)
        return self._last_read

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send bytes; the deadline counts, and not `timeout`."""
        if self._is_new:
            self._is_new = False
            self._gate()
        # A host may read slowly. Each wait of a piece is short of the deadline, and the deadline is looked at before
        # the next.
        for at in range(0, len(buffer), _PIECE):
            self._stream.write(buffer[at : at + _PIECE], self._deadline.left())

    def close(self) -> None:
        """Close the socket."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Return the same socket under TLS; the deadline counts, and not `timeout`."""
        secured = self._stream.start_tls(ssl_context, server_hostname, self._deadline.left())
        under = secured.get_extra_info("socket")
        if isinstance(under, ssl.SSLSocket):
            under.suppress_ragged_eofs = False  # type: ignore[attr-defined]  # typeshed leaves it out
        return _Stream(secured, self._deadline, self._gate)

    def get_extra_info(self, info: str) -> Any:
        """Return something about the socket, as httpcore names it.

        "last_read": the bytes of the last read; "is_cut": its TLS connection has ended without saying so.
        """
        ours = {"last_read": self._last_read, "is_cut": self._is_cut}
        return ours[info] if info in ours else self._stream.get_extra_info(info)
