"""Provoking: for every outcome a request that leads to it in a session as it is now, found by rehearsing requests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from mockserver.catalogue.candidates import Plain, candidates
from mockserver.console.rendering import page
from mockserver.control.journal import Journal, outcomes_of
from mockserver.control.visit import Visit
from mockserver.exchange.answers import Text
from mockserver.exchange.header_lines import HeaderLines
from mockserver.exchange.received import Received
from mockserver.faults.armed import Faults
from mockserver.faults.effects import Abilities
from mockserver.receiving.body import BODY_LIMIT
from mockserver.state import State
from mockserver.stores.memory import MemoryStore

_STAGES: Final[Mapping[str, str]] = {
    "credentials": "Who is asking",
    "transport": "How it was sent",
    "validation": "What the body looks like",
    "lookup": "What it names",
    "engine": "What the promotion engine says",
}


def show(visit: Visit) -> Text:
    """List every outcome, by the stage at which it is decided, each with what leads to it."""
    found = provocations(visit)
    stages: dict[str, list[tuple[object, Plain | None]]] = {}
    for outcome in visit.plan.document.outcomes.values():
        stages.setdefault(outcome.stage, []).append((outcome, found[outcome.name]))
    return page(visit, "outcomes", stages=[(_STAGES.get(name, name), listed) for name, listed in stages.items()])


def provocations(visit: Visit) -> dict[str, Plain | None]:
    """Return for each outcome the first request that leads to it alone, by the enrolments of this moment.

    None means that no plain request does. Faults do not count, and nothing is recorded.
    """
    state, plan = visit.session.state, visit.plan
    records = state.store.records()
    scratch = _scratch(state)
    found: dict[str, Plain | None] = dict.fromkeys(plan.document.outcomes)
    for plain in candidates(plan.document, state.world, records, now=visit.at):
        scratch.store.reset()
        outcomes = outcomes_of(visit.calls.rehearse(_received(plain), plan, scratch))
        if len(outcomes) == 1 and found.get(outcomes[0], plain) is None:
            found[outcomes[0]] = plain
    return found


def _scratch(state: State) -> State:
    """Return a state with the same world and enrolments, without faults. What happens to it is forgotten."""
    return replace(state, store=MemoryStore(state.store.records()), journal=Journal(), faults=Faults(Abilities({})))


def _received(plain: Plain) -> Received:
    return Received(
        method=plain.method,
        path=plain.path,
        query="",
        headers=HeaderLines(plain.headers.items()),
        version="1.1",
        body=plain.body[:BODY_LIMIT],
        size=len(plain.body),
        extent="whole" if len(plain.body) <= BODY_LIMIT else "too large",
    )
