"""Which readings of the open questions an answer hangs on: the request is judged again under every other reading."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final, TypeVar

import msgspec

from mockserver.control.journal import Entry, outcomes_of
from mockserver.enrol_call import EnrolCall
from mockserver.exchange.answers import Refusal
from mockserver.exchange.handling import GROUNDLESS, Grounds, Handling
from mockserver.exchange.header_lines import HeaderLines
from mockserver.exchange.received import Received
from mockserver.plan import Plan
from mockserver.plans import Plans
from mockserver.sessions import Turn
from mockserver.state import State
from mockserver.stores import EnrolmentRecord, Standing, Store, Transaction
from openapi.world import World

T = TypeVar("T")

_REMEMBERED: Final = 1000  # exchanges whose readings are not found out again
_NEW_IDS: Final = 10**17  # the first id given out while a request is judged again: higher than those of the store

Mattered = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class _Again:
    """What a request is answered when it is judged again."""

    status: int
    outcomes: tuple[str, ...]
    body: bytes


class OtherReadings:
    """Judges requests of the journal again, by the plan that answered them and by one plan for each other reading."""

    def __init__(self, plans: Plans, *, since: float) -> None:
        """`since`: the Unix time in seconds from which on the mock has these plans."""
        self._plans = plans
        self._since = since
        self._known: OrderedDict[str, Mattered | None] = OrderedDict()

    def mattered(self, entry: Entry, state: State) -> Mattered | None:
        """Return the readings without which a request would have been answered otherwise, in the order of the questions.

        Each comes with its question, and with what the other readings would have led to. One reading at a time is
        exchanged. None means that it cannot be told: world or readings have changed since, or the journal has only a
        part of the body.
        """
        if entry.id not in self._known:
            self._known[entry.id] = self._found(entry, state)
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return self._known[entry.id]

    async def prepare(self, entry: Entry, turn: Turn) -> None:
        """Make the plans for an exchange, which takes half a second the first time. Other requests go on meanwhile."""
        if entry.id in self._known or entry.grounds is GROUNDLESS:
            return
        for question in self._plans.questions.values():
            for reading in question.readings:
                await turn(partial(self._plans.under, {**entry.readings, question.id: reading}))
                await asyncio.sleep(0)

    def _found(self, entry: Entry, state: State) -> Mattered | None:
        if entry.grounds is GROUNDLESS:
            return []
        if entry.at < self._since or (entry.request_kept < entry.request_bytes and entry.extent != "too large"):
            return None
        readings = entry.readings
        before = _again(self._plans.under(readings), entry, state)
        if (before.status, before.outcomes) != (entry.status, entry.outcomes):
            return None
        found: Mattered = []
        for question in self._plans.questions.values():
            followed = readings[question.id]
            again = {
                reading: _again(self._plans.under({**readings, question.id: reading}), entry, state)
                for reading in question.readings
                if reading != followed
            }
            otherwise = [
                {
                    "reading": reading,
                    "means": question.readings[reading],
                    "status": other.status,
                    "outcomes": other.outcomes,
                }
                for reading, other in again.items()
                if (other.status, other.body) != (before.status, before.body)
            ]
            if otherwise:
                means = question.readings[followed]
                found.append(
                    {
                        "question": question.id,
                        "asks": question.asks,
                        "reading": followed,
                        "means": means,
                        "otherwise": otherwise,
                    }
                )
        return found


def _again(plan: Plan, entry: Entry, state: State) -> _Again:
    """Judge the request of an entry by a plan, beside the enrolments of that time. Nothing is recorded."""
    outcomes, grounds = plan.document.outcomes, entry.grounds
    if login := grounds.login:
        login = Refusal(tuple(outcomes[one.name] for one in login.outcomes), login.why, text=login.text)
    request = Received(
        method=entry.method,
        path=plan.enrol_route.path,
        query=entry.query,
        headers=HeaderLines(entry.request_headers),
        version="1.1",
        body=entry.request_body.encode(),
        size=entry.request_bytes,
        extent=entry.extent,
    )
    handling = Handling(entry.id, entry.at, request, sent_path=entry.path, demanded=grounds.demanded)
    then = replace(state, directory=state.directory.under(plan.readings), store=_Then(grounds, state.store))
    answer = EnrolCall(plan).judged(handling, then, msgspec.structs.replace(grounds, login=login))
    response = plan.replies.reply(answer, entry.id)
    return _Again(response.status, outcomes_of(answer), response.body)


class _Then:
    """A store that has the enrolments that counted as they were. It forgets what is recorded."""

    def __init__(self, grounds: Grounds, now: Store) -> None:
        self._grounds = grounds
        self._now = now
        self._last = _NEW_IDS

    def transact(self, work: Callable[[Transaction], T]) -> T:
        """Call `work`."""
        return work(self)

    def standing(self, customer: int, promotion: str) -> Standing:
        """Return the standing at that time. That of others counted for nothing then, so it is that of now."""
        if (customer, promotion) == self._grounds.key:
            return self._grounds.standing
        return self._now.transact(lambda transaction: transaction.standing(customer, promotion))

    def new_id(self) -> str:
        """Return an id that no record has."""
        self._last += 1
        return str(self._last)

    def put(self, record: EnrolmentRecord) -> None:
        """Record nothing."""

    def records(self) -> tuple[EnrolmentRecord, ...]:
        """Return no record."""
        return ()

    def count(self) -> int:
        """Return that there is none."""
        return 0

    def reset(self) -> None:
        """Change nothing."""

    def fork(self) -> Store:
        """Return the same store."""
        return self

    def beginning(self, world: World) -> Store:
        """Return the same store."""
        return self
