"""Listens in front of the mock, which it reaches at a port of its own."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from mockserver.addresses import Addresses
from mockserver.faults.armed import Faults
from mockserver.faults.effects import REFUSE_TLS
from mockserver.faults.front.connection import FrontConnection
from mockserver.faults.sending import ON_THE_WIRE
from mockserver.receiving.doors import Receive, Scope

Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_ALERT: Final = b"\x15\x03\x03\x00\x02\x02\x28"  # TLS: fatal, handshake_failure (RFC 8446, section 6)
_HANDSHAKE: Final = 10.0  # seconds


class Front:
    """All connections of the clients of one mock, by the port at which the mock sees each of them."""

    def __init__(
        self,
        faults: Faults,
        behind: Addresses,
        *,
        tls: ssl.SSLContext | None = None,
        tell: Callable[[str], None] = lambda _: None,
        struck: Callable[[str], None] = lambda _: None,
    ) -> None:
        """`behind`: where the mock listens. With `tls` clients speak TLS to the front, and not to the mock.

        `tell` gets a line about each client that speaks TLS where the front does not. `struck` gets the name of a fault
        that struck a handshake.
        """
        self._faults = faults
        self._behind = behind.hosts[0], behind.port
        self._tls = tls
        self._tell = tell
        self._struck = struck
        self._connections: dict[int, FrontConnection] = {}
        self._clients = self._most = 0
        self._room = asyncio.Semaphore(0)
        # Who had the port last. The mock may answer a client that has gone already, which must not pass for this
        # machine.
        self._peers: dict[int, tuple[str, int]] = {}

    async def listen(self, hosts: Sequence[str], port: int, *, backlog: int, room: int) -> asyncio.Server:
        """Listen at each address, until the server that is returned is closed.

        There is room for so many connections. As many wait, each with one open file in place of three. Others are
        closed.
        """
        self._most, self._room = 2 * room, asyncio.Semaphore(room)
        return await asyncio.start_server(self._accept, list(hosts), port, reuse_port=True, backlog=backlog)

    def around(self, app: Application) -> Application:
        """Return the application, which learns the client of each connection, and gets a hold of it to break it."""

        async def layer(scope: Scope, receive: Receive, send: Send) -> None:
            port = int(scope["client"][1])
            scope["client"] = self._peers.get(port, scope["client"])
            if connection := self._connections.get(port):
                connection.multiplexes = scope["http_version"] == "2"
                scope[ON_THE_WIRE] = connection
            await app(scope, receive, send)

        return layer

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._clients >= self._most:
            writer.transport.abort()
            return
        self._clients += 1
        with contextlib.suppress(OSError, asyncio.CancelledError):
            try:
                async with self._room:
                    if await self._is_let_in(writer):
                        await self._relay(reader, writer)
            finally:
                self._clients -= 1
                writer.close()

    async def _is_let_in(self, writer: asyncio.StreamWriter) -> bool:
        """Shake hands with a client that speaks TLS, unless a fault refuses it."""
        if self._tls is None:
            return True
        if self._faults.refuse_tls():
            writer.write(_ALERT)
            await writer.drain()
            self._struck(REFUSE_TLS)
            return False
        await writer.start_tls(self._tls, ssl_handshake_timeout=_HANDSHAKE)
        return True

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        mock = await asyncio.open_connection(*self._behind)
        port = mock[1].get_extra_info("sockname")[1]
        connection = self._connections[port] = FrontConnection((reader, writer), mock, tell=self._tell)
        self._peers[port] = connection.peer
        try:
            await connection.relay()
        finally:
            del self._connections[port]
