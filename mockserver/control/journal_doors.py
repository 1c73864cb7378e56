"""The doors of the journal: show it or one exchange of it, wait for what is to come, clear it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from mockserver.control import filters
from mockserver.control.filters import Filter
from mockserver.control.journal import Entry
from mockserver.control.other_readings import OtherReadings
from mockserver.control.visit import Visit
from mockserver.exchange.answers import Data, problem
from mockserver.exchange.received import Received
from mockserver.plan import Plan
from mockserver.sessions import Session, Sessions

PATH: Final = "/_mock/journal"
ONE: Final = f"{PATH}/{{id}}"


def named(path: str) -> str:
    """Return the path of a door: a path of one exchange has {id} in place of its id. Other paths stay as they are."""
    parent, slash, name = path.rpartition("/")
    return ONE if parent == PATH and slash and name else path


def show(visit: Visit) -> Data:
    """Show what matches. If the query waits for more than that, the answer is 408."""
    asked = read(visit.request.query, visit.plan)
    if isinstance(asked, str):
        return problem(asked)
    journal = visit.session.state.journal
    entries, seen = journal.entries()
    matching = asked.matching(entries, visit.session.name)
    wanted = asked.latest(matching)
    shown = asked.page(wanted)
    body = {
        "totals": {"seen": seen, "kept": len(entries), "dropped": seen - len(entries)},
        "matching": len(matching),
        "next": shown[-1].id if len(shown) < len(wanted) else None,
        "exchanges": [_shown(entry) | (_readings(visit, entry) if asked.readings else {}) for entry in shown],
    }
    if asked.wait is None or len(matching) >= asked.wait:
        return Data(body)
    late = f"{len(matching)} of {asked.wait} matching requests came within {asked.timeout:g} seconds."
    return Data({"error": late, **body}, status=408)


def one(visit: Visit) -> Data:
    """Show one exchange, with the readings that mattered."""
    entry = _named_by(visit.request, visit.session)
    if entry is None:
        sought = visit.request.path.removeprefix(f"{PATH}/")
        return problem(f"The journal of this session has no exchange {sought[:80]!r}; GET {PATH} shows the ids.", 404)
    return Data(_shown(entry) | _readings(visit, entry))


def clear(visit: Visit) -> Data:
    """Forget the exchanges of the session, and none of its enrolments."""
    visit.session.state.journal.clear()
    return show(visit)


async def ready(
    request: Received, plan: Plan, sessions: Sessions, session: Callable[[], Session], other_readings: OtherReadings
) -> None:
    """Wait as long as a request asks for, and find out the readings that it asks for, while other requests go on."""
    turn = sessions.turn
    if named(request.path) == ONE and (entry := await turn(lambda: _named_by(request, session()))):
        await other_readings.prepare(entry, turn)
    if request.path != PATH:
        return
    await _until_enough(request.query, plan, sessions, session)
    asked = read(request.query, plan)
    if not isinstance(asked, str) and asked.readings:
        used = await turn(session)
        entries, _ = await turn(used.state.journal.entries)
        for entry in asked.page(asked.latest(asked.matching(entries, used.name))):
            await other_readings.prepare(entry, turn)
            await turn(partial(other_readings.mattered, entry, used.state))
            await asyncio.sleep(0)


def _named_by(request: Received, session: Session) -> Entry | None:
    return session.state.journal.find(request.path.removeprefix(f"{PATH}/"))


async def _until_enough(query: str, plan: Plan, sessions: Sessions, session: Callable[[], Session]) -> None:
    """Wait until as many exchanges match as a query waits for, or its time is over. Other requests go on meanwhile."""
    asked = read(query, plan)
    if isinstance(asked, str) or asked.wait is None:
        return
    wanted, deadline, seen = asked, time.monotonic() + asked.timeout, -1

    def is_enough(before: int) -> tuple[bool, int]:
        used = session()
        entries, now_seen = used.state.journal.entries()
        found = now_seen != before and len(wanted.matching(entries, used.name)) >= (wanted.wait or 0)
        return found or used.away is not None, now_seen

    while True:
        enough, seen = await sessions.turn(partial(is_enough, seen))
        if enough or time.monotonic() >= deadline:
            return
        await asyncio.sleep(sessions.pause)


def read(query: str, plan: Plan) -> Filter | str:
    """Return the filter of a query, or what is wrong with it."""
    return filters.read(query, outcomes=[*plan.document.outcomes, *plan.tokens.outcomes])


def _shown(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "at": entry.at,
        "durationMs": round(entry.duration, 3),
        "method": entry.method,
        "path": entry.path,
        "query": entry.query,
        "status": entry.status,
        "outcomes": entry.outcomes,
        "why": entry.why,
        "nearMiss": entry.near_miss,
        "request": {
            "headers": _by_name(entry.request_headers),
            **_body(entry.request_body, entry.request_bytes, entry.request_kept),
        },
        "response": _body(entry.response_body, entry.response_bytes, entry.response_kept),
    }


def _readings(visit: Visit, entry: Entry) -> dict[str, Any]:
    return {"readings": visit.other_readings.mattered(entry, visit.session.state)}


def _by_name(lines: tuple[tuple[str, str], ...]) -> dict[str, str | list[str]]:
    """Return the value of each header; a list of values where a header has several lines."""
    values: dict[str, list[str]] = {}
    for name, value in lines:
        values.setdefault(name, []).append(value)
    return {name: found[0] if len(found) == 1 else found for name, found in values.items()}


def _body(text: str, size: int, kept: int) -> dict[str, Any]:
    """Return what is shown of a body: its text, its full length in bytes, and whether the text is only a part of it."""
    return {"body": text, "bodyBytes": size, "bodyCut": kept < size}
