"""Send an answer that is late, comes in pieces, or breaks its connection."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from itertools import pairwise
from typing import Any, Protocol

from mockserver.exchange.manner import Breakage, Manner
from mockserver.faults.effects import SILENT

Send = Callable[[dict[str, Any]], Awaitable[None]]
MARK = b"x-enrol-mock-break"  # the header by which the front knows the answer to break; no client sees it
ON_THE_WIRE = "enrol_mock.connection"  # the key of an ASGI scope under which the front puts a connection


class Connection(Protocol):
    """A connection that can be broken."""

    def break_answer(self, breakage: Breakage, *, has_body: bool, broken: Callable[[str], None]) -> None:
        """Break the answer that has the header MARK. `has_body` is false for the answer to HEAD.

        `broken` is called with the name of what the client gets, once that has been sent.
        """
        ...


class Witness(Protocol):
    """Sees how much of an answer reaches the client."""

    def paused(self) -> None:
        """The body pauses behind its first piece."""
        ...

    def ending(self) -> None:
        """The last piece is about to go out."""
        ...

    def broken(self, breakage: str) -> None:
        """The connection has broken."""
        ...


async def send_late(
    start: dict[str, Any],
    body: bytes,
    manner: Manner,
    send: Send,
    connection: Connection | None,
    witness: Witness,
    *,
    has_body: bool,
) -> None:
    """Send an answer in its manner. No other request waits meanwhile. `connection` is None where the client has gone."""
    await asyncio.sleep(manner.delay)
    if manner.breakage and connection:
        connection.break_answer(manner.breakage, has_body=has_body, broken=witness.broken)
        start = start | {"headers": [(MARK, b"1"), *start["headers"]]}
    if manner.breakage in SILENT:
        return
    await send(start)
    pieces = max(1, min(manner.pieces, len(body)))
    for begin, end in pairwise(len(body) * number // pieces for number in range(pieces + 1)):
        await asyncio.sleep(manner.over / pieces)
        if end == len(body):
            witness.ending()
        await send({"type": "http.response.body", "body": body[begin:end], "more_body": end < len(body)})
        if begin == 0 < end < len(body):
            witness.paused()
