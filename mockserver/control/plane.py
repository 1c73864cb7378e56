"""The doors of the control plane under /_mock/. They need no credentials and show none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from mockserver.control.journal import Entry
from mockserver.exchange.answers import Data
from mockserver.exchange.received import Received
from mockserver.faults import doors as fault_doors
from mockserver.plan import Plan
from mockserver.state import State
from mockserver.stores import EnrolmentRecord

PREFIX = "/_mock/"
HEALTH = "/_mock/health"

Door = Callable[[Plan, State], dict[str, Any]]


def answer(request: Received, plan: Plan, state: State) -> Data:
    """Answer a request whose path begins with PREFIX. If it names no door, list the doors there are."""
    method = "GET" if request.method == "HEAD" else request.method
    path = fault_doors.named(request.path)
    if (method, path) in fault_doors.DOORS:
        return fault_doors.answer(request, state.faults)
    door = DOORS.get((method, path))
    if door:
        return Data(door(plan, state))
    doors = (*DOORS, *fault_doors.DOORS)
    allowed = [known for known, one in doors if one == path]
    body = {"doors": [f"{known} {one}" for known, one in doors]}
    if allowed:
        return Data(body, status=405, headers=(("Allow", ", ".join(allowed)),))
    return Data(body, status=404)


def _health(plan: Plan, state: State) -> dict[str, Any]:
    return {"status": "ok"}


def _journal(plan: Plan, state: State) -> dict[str, Any]:
    entries, seen = state.journal.entries()
    return {
        "totals": {"seen": seen, "kept": len(entries), "dropped": seen - len(entries)},
        "exchanges": [_shown(entry) for entry in entries],
    }


def _enrolments(plan: Plan, state: State) -> dict[str, Any]:
    return {"enrolments": [_recorded(record) for record in state.store.records()]}


def _world(plan: Plan, state: State) -> dict[str, Any]:
    """Return the world without its credentials."""
    shown: dict[str, Any] = msgspec.to_builtins(state.world)
    del shown["credentials"]
    return shown


def _outcomes(plan: Plan, state: State) -> dict[str, Any]:
    return {"outcomes": list(plan.document.outcomes.values())}


def _readings(plan: Plan, state: State) -> dict[str, Any]:
    return {"readings": plan.readings}


def _reset(plan: Plan, state: State) -> dict[str, Any]:
    state.reset()
    return _enrolments(plan, state)


DOORS: dict[tuple[str, str], Door] = {
    ("GET", HEALTH): _health,
    ("GET", "/_mock/journal"): _journal,
    ("GET", "/_mock/enrolments"): _enrolments,
    ("GET", "/_mock/world"): _world,
    ("GET", "/_mock/outcomes"): _outcomes,
    ("GET", "/_mock/readings"): _readings,
    ("POST", "/_mock/reset"): _reset,
}


def _recorded(record: EnrolmentRecord) -> dict[str, Any]:
    return {
        "customer": record.customer,
        "promotion": record.promotion,
        "sequence": record.sequence,
        "enrollmentId": record.enrollment_id,
        "optinId": record.optin_id,
        "optedIn": record.opted_in,
    }


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
        "request": {
            "headers": _by_name(entry.request_headers),
            **_body(entry.request_body, entry.request_bytes, entry.request_kept),
        },
        "response": _body(entry.response_body, entry.response_bytes, entry.response_kept),
    }


def _by_name(lines: tuple[tuple[str, str], ...]) -> dict[str, str | list[str]]:
    """Return the value of each header; a list of values where a header has several lines."""
    values: dict[str, list[str]] = {}
    for name, value in lines:
        values.setdefault(name, []).append(value)
    return {name: found[0] if len(found) == 1 else found for name, found in values.items()}


def _body(text: str, size: int, kept: int) -> dict[str, Any]:
    """Return what is shown of a body: its text, its full length in bytes, and whether the text is only a part of it."""
    return {"body": text, "bodyBytes": size, "bodyCut": kept < size}
