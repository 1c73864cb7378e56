"""One end of a carried connection: what comes from it, how it ends, and whether it keeps up."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final, Protocol, cast

from contracts.proxy.tap import Way

# A socket that is closed with this option sends a reset.
_RESET: Final = struct.pack("ii", 1, 0)
_PIECE: Final = 2**18


class Carrying(Protocol):
    """What carries a connection between two ends."""

    def begin(self, end: End) -> None:
        """An end is open."""

    def pass_on(self, way: Way, data: bytes) -> None:
        """Bytes have come."""

    def end(self, end: End) -> None:
        """Nothing more will come from an end."""

    def lose(self, end: End, error: Exception | None) -> None:
        """An end is closed, or broken."""

    def other(self, end: End) -> End:
        """Return the other end."""


class End(asyncio.Protocol):
    """One end of a carried connection. `way`: that of its bytes.

    `transport`: None before it is open, and once it is lost. `is_over`: no more bytes will come from it.
    """

    def __init__(self, way: Way, carried: Carrying) -> None:
        self._way = way
        self._carried = carried
        self._socket: Any = None
        self.transport: asyncio.Transport | None = None
        self.is_over = False
        self.is_lost = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin, with the client's end; that of the host follows."""
        self.transport = cast(asyncio.Transport, transport)
        self._socket = transport.get_extra_info("socket")
        self._carried.begin(self)

    def data_received(self, data: bytes) -> None:
        """Pass bytes on."""
        self._carried.pass_on(self._way, data)

    def eof_received(self) -> bool:
        """Pass on that nothing more will come. The other direction goes on, except under TLS, which ends both."""
        self._carried.end(self)
        return self.transport is not None and self.transport.can_write_eof()

    def connection_lost(self, error: Exception | None) -> None:
        """Pass on that the connection is closed, or reset if that is what happened, behind what has come of it."""
        if error is not None and not self.is_over and self.transport and self.transport.can_write_eof():
            for data in _unread(self._socket):
                self._carried.pass_on(self._way, data)
        self.transport, self.is_lost = None, True
        self._carried.lose(self, error)

    def pause_writing(self) -> None:
        """Let the other end wait: this one reads more slowly."""
        self._carried.other(self).read(on=False)

    def resume_writing(self) -> None:
        """Let the other end go on."""
        self._carried.other(self).read(on=True)

    def read(self, *, on: bool) -> None:
        """Read from this end, or wait."""
        if self.transport and not self.transport.is_closing() and not self.is_over:
            if on:
                self.transport.resume_reading()
            else:
                self.transport.pause_reading()

    def write(self, data: bytes) -> None:
        """Send bytes to this end, unless it is closed."""
        if data and self.transport and not self.transport.is_closing():
            self.transport.write(data)

    def close(self, *, reset: bool = False) -> None:
        """Close this end once everything is sent. `reset`: as a broken connection."""
        if self.transport is None:
            return
        self.is_over = True
        if reset:
            with suppress(OSError):
                self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            if not self.transport.get_write_buffer_size():
                self.transport.abort()
                return
        self.transport.close()


def _unread(carried: Any) -> Iterator[bytes]:
    """Yield what has come on a socket and was not read. asyncio reads no more once it could not write."""
    with suppress(OSError), socket.fromfd(carried.fileno(), carried.family, carried.type) as copy:
        copy.setblocking(False)
        while data := copy.recv(_PIECE):
            yield data
