"""Sends cases over sockets, many at a time, and reads what comes back."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Iterable

from tests.hostile.case import CLOSED, STUCK, Case

_AT_ONCE = 48
_PATIENCE = 20.0  # seconds for all of a case; the mock has a second or two of work in all
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)

Address = tuple[str, int]


async def ask_all(address: Address, cases: Iterable[Case]) -> list[tuple[int, ...]]:
    """Send all cases, each over a connection of its own, and return the statuses of the answers to each."""
    free = asyncio.Semaphore(_AT_ONCE)

    async def one(case: Case) -> tuple[int, ...]:
        async with free:
            return await ask(address, case)

    return list(await asyncio.gather(*(one(case) for case in cases)))


async def ask(address: Address, case: Case) -> tuple[int, ...]:
    """Send a case, and return the statuses of its answers: CLOSED behind the last one of them if no more came."""
    found: list[int] = []
    reader, writer = await asyncio.open_connection(*address, limit=2**26)
    try:
        async with asyncio.timeout(_PATIENCE):
            sending = asyncio.create_task(_send(writer, case))
            head_only = case.sent.startswith(b"HEAD ")
            while len(found) < case.answers:
                found.append(await _status(reader, head_only=head_only))
                if found[-1] == CLOSED:
                    break
            sending.cancel()
    except TimeoutError:
        found.append(STUCK)
    finally:
        writer.transport.abort()
    return tuple(found)


async def _send(writer: asyncio.StreamWriter, case: Case) -> None:
    with contextlib.suppress(OSError):
        writer.write(case.sent)
        await writer.drain()
        if case.half_close:
            writer.write_eof()


async def _status(reader: asyncio.StreamReader, *, head_only: bool) -> int:
    """Read an answer to its end, and return its status; CLOSED if there is none."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        status = int(head.split(b" ", 2)[1])
        if status < 200:
            return await _status(reader, head_only=head_only)
        length = _LENGTH.search(head)
        if length and not head_only:
            await reader.readexactly(int(length[1]))
    except (asyncio.IncompleteReadError, OSError, ValueError, IndexError):
        return CLOSED
    return status
