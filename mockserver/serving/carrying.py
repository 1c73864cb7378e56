"""Carrying over: what the sessions of a mock keep when its world, its readings or its document is replaced."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from msgspec import structs

from mockserver import stores
from mockserver.errors import MockError
from mockserver.plan import Plan
from mockserver.plans import Plans
from mockserver.sessions import MemorySessions, Session
from mockserver.state import State
from mockserver.stores import EnrolmentRecord, Store, Transaction
from openapi import questions
from openapi.source import SourceError
from openapi.world import World, problems
from openapi.world_changes import joined

_Added = tuple[str, Any]  # the name of a list of the world, and an entry of it


@dataclass(slots=True)
class Carried:
    """What was carried over, of how many, and a line about each part that was not."""

    enrolments: int = 0
    of_enrolments: int = 0
    dropped: list[str] = field(default_factory=list)


def carry_over(old: MemorySessions, plans: Plans, first: State, *, now: float) -> tuple[MemorySessions, Carried]:
    """Return the sessions of a mock that begins with the state `first`, with all that fits of what the old ones have.

    Each keeps its journal and its faults. It keeps the world that has replaced that of the start, and what was added to
    a world, as far as it goes with the new one. It keeps the enrolments of customers and promotions that are still
    there.
    `now` is the Unix time in seconds.
    """
    carried, plan = Carried(), plans.own
    unnamed, *named = old.all(now=now)
    sessions = MemorySessions(_begun(unnamed, first, plan, carried), now=now)
    _carry(unnamed, sessions.unnamed, plans, carried)
    for session in named:
        fresh = Session(session.name, _begun(session, first.fork(), plan, carried), now=session.used)
        _carry(session, fresh, plans, carried)
        sessions.put(fresh)
    return sessions, carried


def _begun(session: Session, first: State, plan: Plan, carried: Carried) -> State:
    """Return the state to which a reset will go back: the new one, with the journal and the faults of the session."""
    kept = session.first
    for effect in kept.faults.follow(plan.document.outcomes):
        carried.dropped.append(f"{_named(session)}the fault {effect}: the document has no such outcome any more")
    return replace(first, journal=kept.journal, faults=kept.faults)


def _carry(old: Session, fresh: Session, plans: Plans, carried: Carried) -> None:
    """Give a fresh session what the old one has."""
    fresh.test = old.test
    if old.state.start is not old.first.start:
        fresh.state = fresh.state.replacing(old.state.start, plans.own.readings)
    whole, added = fresh.state.world, old.state.added
    entries: list[_Added] = [
        (name, entry) for name in ("programs", "promotions", "customers") for entry in getattr(added, name)
    ]
    kept_entries, dropped = fitting(entries, whole)
    if kept_entries:
        fresh.state = fresh.state.adding(world_of(kept_entries))
    fresh.changed = old.changed if kept_entries or old.state.start is not old.first.start else 0
    carried.dropped += [f"{_named(old)}{shown(entry)}: {reason}" for entry, reason in dropped]
    _follow(old, fresh, plans, carried)
    made = _made(old.state.store.records(), before=old.state.start)
    # The directory is asked, since its index is shared: there may be 1,000 sessions, and 100,000 customers.
    kept = [one for one in made if fresh.state.directory.has(one.customer, one.promotion)]
    _record(kept, fresh.state.store)
    carried.enrolments += len(kept)
    carried.of_enrolments += len(made)
    carried.dropped += [
        f"{_named(old)}the enrolment of customer {one.customer} in promotion {one.promotion}: one of the two is gone"
        for one in made
        if not fresh.state.directory.has(one.customer, one.promotion)
    ]


def _follow(old: Session, fresh: Session, plans: Plans, carried: Carried) -> None:
    """Let a fresh session follow the readings that the old one has chosen, if they go with the document."""
    if not old.chosen:
        return
    try:
        questions.check_readings(old.chosen, plans.questions, path="")
        plans.under(old.chosen)
    except (SourceError, MockError) as problem:
        carried.dropped.append(f"{_named(old)}its own readings: {problem}")
    else:
        fresh.follow(old.chosen, own=plans.own.readings)


def _named(session: Session) -> str:
    return f"session {session.name}: " if session.name else ""


def shown(entry: _Added) -> str:
    """Return the name of an added entry for people."""
    kind, added = entry
    return f"the added {kind.removesuffix('s')} {added.id}"


def fitting(entries: list[_Added], base: World) -> tuple[list[_Added], list[tuple[_Added, str]]]:
    """Return the entries that go with a world and with each other, and the others with the reason."""
    if not entries:
        return [], []
    _, problem = next(problems(joined(base, world_of(entries))), ("", ""))
    if not problem:
        return entries, []
    if len(entries) == 1:
        return [], [(entries[0], problem)]
    middle = len(entries) // 2
    first, first_dropped = fitting(entries[:middle], base)
    second, second_dropped = fitting(entries[middle:], joined(base, world_of(first)))
    return first + second, first_dropped + second_dropped


def world_of(entries: Iterable[_Added]) -> World:
    """Return a world of these entries."""
    lists: dict[str, list[Any]] = {"programs": [], "promotions": [], "customers": []}
    for name, entry in entries:
        lists[name].append(entry)
    return World(tuple(lists["programs"]), tuple(lists["promotions"]), tuple(lists["customers"]))


def _made(records: Iterable[EnrolmentRecord], *, before: World) -> list[EnrolmentRecord]:
    """Return the records that requests have made or changed: all but those of the world before."""
    own = set(stores.seed(before))
    return [record for record in records if record not in own]


def _record(records: list[EnrolmentRecord], store: Store) -> None:
    """Put records into a store behind those that it begins with, and use up the ids that they have."""
    counts = Counter((record.customer, record.promotion) for record in store.records())
    ids = [text for record in records for text in (record.enrollment_id, record.optin_id or "")]
    highest = max((int(text) for text in ids if text.isdecimal()), default=0)

    def work(transaction: Transaction) -> None:
        for record in records:
            key = record.customer, record.promotion
            if record.sequence > counts[key]:
                counts[key] += 1
                record = structs.replace(record, sequence=counts[key])
            transaction.put(record)
        while records and int(transaction.new_id()) < highest:
            pass

    store.transact(work)
