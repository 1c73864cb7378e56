"""The data of a session: its world and enrolments, and the other sessions there are."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Final, TypeVar

import msgspec

from mockserver.console import forms
from mockserver.console.rendering import page, redirect, root, way_to_session
from mockserver.control import world_doors
from mockserver.control.visit import Visit
from mockserver.exchange.answers import Text
from mockserver.sessions import NAMES, is_name

T = TypeVar("T")

_SHOWN: Final = 100  # entries of each list
_SAMPLE: Final = """{
  "customers": [
    {"id": 700000001, "mobile": "4915550000001", "source": "INSTORE"}
  ]
}"""


def world(visit: Visit, *, draft: str = _SAMPLE, problem: str = "", status: int = 200) -> Text:
    """Show the programs, promotions and customers that have what the query asks for somewhere."""
    whole, wanted = visit.session.state.world, forms.query(visit).get("q", "").strip()
    return page(
        visit,
        "world",
        status=status,
        wanted=wanted,
        counts={name: len(getattr(whole, name)) for name in ("programs", "promotions", "customers")},
        programs=_first(whole.programs, _has(wanted)),
        promotions=_first(whole.promotions, _has(wanted)),
        customers=_first(whole.customers, _has(wanted)),
        draft=draft,
        problem=problem,
    )


def add(visit: Visit) -> Text:
    """Add the entries of a form to the world, or show what is wrong with them."""
    entries = forms.fields(visit).get("entries", "")
    body = entries.encode(errors="replace")
    answer = world_doors.add(replace(visit, request=msgspec.structs.replace(visit.request, body=body, size=len(body))))
    if answer.status != 200:
        return world(visit, draft=entries, problem=answer.body["error"], status=answer.status)
    return redirect("world?done=added")


def enrolments(visit: Visit) -> Text:
    """Show who is enrolled in what."""
    state = visit.session.state
    records = state.store.records()
    shown = [*reversed(records)][:_SHOWN]
    names = {promotion.id: promotion.identifier for promotion in state.world.promotions}
    return page(visit, "enrolments", records=shown, names=names, number=len(records))


def forget(visit: Visit) -> Text:
    """Go back to the enrolments of the world."""
    visit.session.state.store.reset()
    return redirect("enrolments?done=forgotten")


def sessions(visit: Visit, *, problem: str = "", status: int = 200) -> Text:
    """List the sessions there are, the one that was used last first."""
    first, *named = visit.sessions.all(now=visit.at)
    listed = [
        {
            "name": one.name,
            "way": way_to_session(visit, one.name),
            "idle": max(0, int(visit.at - one.used)),
            "requests": one.state.journal.seen(),
            "faults": one.state.faults.ready,
            "changed": one.changed,
        }
        for one in (first, *reversed(named[-_SHOWN:]))
    ]
    return page(visit, "sessions", status=status, listed=listed, number=len(named) + 1, problem=problem)


def switch(visit: Visit) -> Text:
    """Send the browser to the console of another session, which is made if there is none of this name."""
    name = forms.query(visit).get("to", "").strip()
    if name and not is_name(name):
        problem = f"No session can have the name {name[:80]!r}; {NAMES}."
        return sessions(visit, problem=problem, status=400)
    return redirect(way_to_session(visit, name))


def reset(visit: Visit) -> Text:
    """Go back to the start in this session."""
    visit.session.reset()
    return redirect(f"{root(visit)}?done=reset")


def _first(entries: Iterable[T], is_wanted: Callable[[T], bool]) -> list[T]:
    found: list[T] = []
    for entry in entries:
        if is_wanted(entry):
            found.append(entry)
            if len(found) == _SHOWN:
                break
    return found


def _has(wanted: str) -> Callable[[Any], bool]:
    """Return a function that says whether an entry has a text in one of its values."""
    if not wanted:
        return lambda _: True
    low = wanted.lower()
    return lambda entry: any(low in str(getattr(entry, name)).lower() for name in entry.__struct_fields__)
