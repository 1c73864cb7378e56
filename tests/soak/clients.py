"""The clients of a soak: some keep their connection and are always answered rightly, others behave oddly."""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import struct
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import cycle
from typing import Final

from tests.soak.traffic import Asked, asked, calls

_PATIENCE: Final = 30  # seconds for an answer
_STAYS: Final = 200  # requests on one connection
_SHOWN: Final = 200  # characters of an answer
_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_RESET: Final = struct.pack("ii", 1, 0)  # SO_LINGER: a connection that is closed is reset


@dataclass(slots=True)
class Told:
    """What the clients of one server tell. `errors` counts each kind of what went wrong."""

    requests: int = 0
    odd: int = 0
    errors: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Server:
    """Where a server is, and what its clients tell."""

    host: str
    port: int
    told: Told = field(default_factory=Told)

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        """Open a connection, and close it in the end. Raises OSError."""
        reader, writer = await asyncio.open_connection(self.host, self.port)
        try:
            yield reader, writer
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()


async def keep_asking(server: Server, requests: Sequence[Asked], ended: Callable[[], bool]) -> None:
    """Send the requests in turns until it has ended, over a connection that is a new one now and then."""
    turns = cycle(requests)
    while not ended():
        try:
            async with server.connection() as connection:
                for _ in range(_STAYS):
                    if ended():
                        break
                    await _ask(server, connection, next(turns))
        except (OSError, EOFError, TimeoutError) as error:
            server.told.errors[f"{type(error).__name__} in place of an answer"] += 1
            await asyncio.sleep(0.1)


async def _ask(server: Server, connection: tuple[asyncio.StreamReader, asyncio.StreamWriter], request: Asked) -> None:
    reader, writer = connection
    writer.write(request.raw)
    async with asyncio.timeout(_PATIENCE):
        head = await reader.readuntil(b"\r\n\r\n")
        length = _LENGTH.search(head)
        body = await reader.readexactly(int(length[1])) if length else b""
    server.told.requests += 1
    if int(head[9:12]) not in request.right:
        line = request.raw.partition(b"\r\n")[0].decode()
        server.told.errors[f"{line} was answered {(head[:12] + b' ' + body[:_SHOWN]).decode(errors='replace')}"] += 1


async def keep_being_odd(server: Server, ended: Callable[[], bool]) -> None:
    """Do all that odd clients do, one after the other, until it has ended. What they get does not matter."""
    turns = cycle(ODD)
    while not ended():
        with contextlib.suppress(OSError, EOFError, TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                await next(turns)(server)
        server.told.odd += 1
        await asyncio.sleep(0.01)


async def _half_closed(server: Server) -> None:
    """Send a whole request, and close the sending side at once."""
    async with server.connection() as (reader, writer):
        writer.write(_CALLS[0].raw)
        writer.write_eof()
        await reader.read()


async def _half_a_body(server: Server) -> None:
    """Leave in the middle of a body."""
    async with server.connection() as (_, writer):
        writer.write(_CALLS[0].raw[:-20])
        await writer.drain()
        await asyncio.sleep(0.05)


async def _half_a_head(server: Server) -> None:
    async with server.connection() as (_, writer):
        writer.write(b"POST /v3/promotions/enrol HTTP/1.1\r\nHost: 127.")
        await writer.drain()
        await asyncio.sleep(0.05)


async def _no_http(server: Server) -> None:
    async with server.connection() as (reader, writer):
        writer.write(b"\x00\x01 this is no HTTP\r\n\r\n")
        writer.write_eof()
        await reader.read()


async def _pipelining(server: Server) -> None:
    """Send several requests before the first answer."""
    async with server.connection() as (reader, writer):
        writer.write(b"".join(call.raw for call in _CALLS[:10]))
        for _ in range(10):
            await reader.readuntil(b"\r\n\r\n")


async def _leaves_unread(server: Server) -> None:
    """Ask for a long answer, and reset the connection without reading it."""
    async with server.connection() as (_, writer):
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        writer.write(asked("GET", "/_mock/journal").raw)
        await writer.drain()
        await asyncio.sleep(0.02)


async def _drips(server: Server) -> None:
    """Send a request in pieces, and read the answer byte by byte."""
    async with server.connection() as (reader, writer):
        raw = _CALLS[0].raw
        for at in range(0, len(raw), 100):
            writer.write(raw[at : at + 100])
            await writer.drain()
            await asyncio.sleep(0.01)
        for _ in range(50):
            await reader.readexactly(1)


async def _long_head(server: Server) -> None:
    async with server.connection() as (reader, writer):
        writer.write(asked("GET", "/", X_Long="a" * 60_000).raw)
        writer.write_eof()
        await reader.read()


_CALLS: Final = calls("odd")
ODD: Final[tuple[Callable[[Server], Awaitable[None]], ...]] = (
    _half_closed,
    _half_a_body,
    _half_a_head,
    _no_http,
    _pipelining,
    _leaves_unread,
    _drips,
    _long_head,
)
