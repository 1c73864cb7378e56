"""One connection of a client, carried to a connection of its own at the host: bytes, ends, resets, and how fast each side reads."""

from __future__ import annotations

import asyncio
import socket
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, Final, cast

from contracts.errors import Misuse
from contracts.host.loopback import is_loopback
from contracts.proxy.host_line import HostLine
from contracts.proxy.refusal import bad_gateway, reason
from contracts.proxy.tap import TappedConnection, Way
from contracts.proxy.upstream import Upstream

# Seconds in which a host must take a connection; and for which a refused client may still send, so that it sees the answer.
_CONNECT: Final = 30.0
_LINGER: Final = 2.0
# Seconds after which the next address of a host is tried beside the one before (RFC 8305 §5).
_NEXT_ADDRESS: Final = 0.25
_PIECE: Final = 2**18
# Seconds that a host has for its answer when the client has ended its side, where TLS cannot tell the host of it.
_LAST_ANSWER: Final = 60.0
# A socket that is closed with this option sends a reset.
_RESET: Final = struct.pack("ii", 1, 0)


class End(asyncio.Protocol):
    """One end of a carried connection. `way`: that of its bytes.

    `transport`: None before it is open, and once it is lost. `is_over`: no more bytes will come from it.
    """

    def __init__(self, way: Way, carried: Carried) -> None:
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


class Carried:
    """A connection of a client and the one at the host that belongs to it.

    `closed`: called with it when both are closed. `refused`: called with the reason if the host cannot be reached.
    """

    def __init__(
        self,
        upstream: Upstream,
        tapped: TappedConnection,
        host_line: HostLine,
        *,
        closed: Callable[[Carried], None],
        refused: Callable[[str], None],
    ) -> None:
        self._upstream = upstream
        self.tapped = tapped
        self._host_line = host_line
        self._closed = closed
        self._refused = refused
        self._why = ""
        self._open = 0
        self._waiting: asyncio.TimerHandle | None = None
        self.client = End("sent", self)
        self.host = End("came", self)

    def other(self, end: End) -> End:
        """Return the other end."""
        return self.host if end is self.client else self.client

    def begin(self, end: End) -> None:
        """Open the connection to the host, once that of the client is open. The client is not read before."""
        self._open += 1
        if end is self.client:
            self.client.read(on=False)
            self._connecting = asyncio.get_running_loop().create_task(self._connect())

    def pass_on(self, way: Way, data: bytes) -> None:
        """Pass bytes on to the other end, and tell the judge."""
        if self._why:
            self._refuse(data)
            return
        if way == "sent":
            data = self._host_line.feed(data)
            self.host.write(data)
            if self.host.is_lost:
                self.client.close(reset=True)  # as the host's system answers what comes to a closed connection
        else:
            self.client.write(data)
        if data:
            self.tapped.passed(way, time.monotonic(), data)

    def end(self, end: End) -> None:
        """Pass on that nothing more will come from one end."""
        if self._why and self._waiting is None:
            self.client.close()
        if end.is_over or self._why:
            return
        end.is_over = True
        if end is self.client:
            rest = self._host_line.flush()
            self.host.write(rest)
            self.tapped.passed("sent-end", time.monotonic())
        else:
            self.tapped.passed("came-end", time.monotonic())
        other = self.other(end)
        if other.is_over:
            self.close()
        elif other.transport and not other.transport.is_closing():
            if other.transport.can_write_eof():
                with suppress(OSError):  # a reset has come, and what came before it is still to be read
                    other.transport.write_eof()
            elif self.tapped.awaits_answer:
                self._waiting = asyncio.get_running_loop().call_later(_LAST_ANSWER, self.close)
            else:
                other.close()

    def lose(self, end: End, error: Exception | None) -> None:
        """One end is closed. A reset is passed on."""
        self._open -= 1
        if error is not None and not end.is_over:
            self.end_for_the_judge(end)
        if error is not None:
            self.other(end).close(reset=True)
        elif end is self.client:
            self.host.close()
        elif not self._why:
            self.end(end)
            if self.client.is_over:
                self.client.close()
        if self._open == 0:
            if self._waiting:
                self._waiting.cancel()
            self.tapped.passed("came-end", time.monotonic())
            self.tapped.passed("sent-end", time.monotonic())
            self._closed(self)

    def end_for_the_judge(self, end: End) -> None:
        """Tell the judge that an end broke."""
        end.is_over = True
        self.tapped.passed("sent-end" if end is self.client else "came-end", time.monotonic())

    def close(self) -> None:
        """Close both ends once everything is sent."""
        self.client.close()
        self.host.close()

    def abort(self) -> None:
        """Close both ends now, whatever is still to be sent."""
        for end in (self.client, self.host):
            if end.transport:
                end.transport.abort()

    async def _connect(self) -> None:
        upstream, loop = self._upstream, asyncio.get_running_loop()
        opened = loop.create_connection(
            lambda: self.host,
            upstream.name,
            upstream.port,
            ssl=upstream.trusted,
            server_hostname=upstream.name if upstream.trusted else None,
            happy_eyeballs_delay=_NEXT_ADDRESS,
        )
        try:
            async with asyncio.timeout(_CONNECT):
                transport, _ = await opened
            peer = transport.get_extra_info("peername")[0]
            if upstream.must_be_local and not is_loopback(peer):
                transport.abort()
                raise Misuse(f"{upstream.name} leads to {peer}, which is not this machine")
        except (OSError, Misuse, TimeoutError) as error:
            self._why = reason(error)
            self._refused(self._why)
        if self.client.transport and self.client.transport.is_closing():
            self.host.close()
        self.client.read(on=True)

    def _refuse(self, request: bytes) -> None:
        """Answer a request in the place of a host that cannot be reached, and read what the client still sends."""
        if self._waiting is None:
            self.client.write(bad_gateway(self._upstream, self._why, request))
            if self.client.transport:
                self.client.transport.write_eof()
            self._waiting = asyncio.get_running_loop().call_later(_LINGER, self.client.close)
