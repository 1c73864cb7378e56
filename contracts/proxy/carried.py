"""One connection of a client, carried to a connection of its own at the host: its bytes, its ends and its resets."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from contracts.errors import Misuse
from contracts.host.loopback import is_loopback
from contracts.proxy.end import End
from contracts.proxy.host_line import HostLine
from contracts.proxy.refusal import bad_gateway, reason
from contracts.proxy.tap import TappedConnection, Way
from contracts.proxy.upstream import Upstream

# Seconds in which a host must take a connection; and for which a refused client may still send, so that it sees the
# answer.
_CONNECT: Final = 30.0
_LINGER: Final = 2.0
# Seconds after which the next address of a host is tried beside the one before (RFC 8305 §5).
_NEXT_ADDRESS: Final = 0.25
# Seconds that a host has for its answer when the client has ended its side, where TLS cannot tell the host of it.
_LAST_ANSWER: Final = 60.0


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
            self._end_for_the_judge(end)
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

    def _end_for_the_judge(self, end: End) -> None:
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
