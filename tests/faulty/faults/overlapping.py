"""Building blocks of faults that show only while several requests are under way.

A host has one lock around its enrolling steps. What these hooks do before it, other requests may do at the same time;
they wait a moment there, so that the others have the time to.
"""

import time
from collections.abc import Callable
from typing import Any

from tests.faulty.enrolling import count
from tests.faulty.faults.fault import after, before
from tests.faulty.host import Hook
from tests.faulty.turn import Turn

MOMENT = 0.002


def linger(turn: Turn) -> None:
    """Wait a moment outside the lock."""
    time.sleep(MOMENT)


def will_enrol(turn: Turn) -> bool:
    """Return whether nothing speaks against the request but what is recorded of the customer."""
    return not turn.reply and not turn.complaints and turn.promotion is not None and turn.customer is not None


def looks_early(
    *, mine: bool = False, taken: bool = False, when: Callable[[Turn], bool] = will_enrol
) -> tuple[Hook, ...]:
    """Count the enrolments a moment before the enrolment is made, and not again: a check, and then an act.

    `mine`: those of the customer; `taken`: those of the promotion.
    """
    seen: dict[int, tuple[list[Any], int]] = {}

    def look(turn: Turn) -> None:
        if will_enrol(turn) and when(turn):
            with turn.memory.lock:
                count(turn)
            seen[turn.number] = turn.mine, turn.taken
            linger(turn)

    def use(turn: Turn) -> None:
        early = seen.pop(turn.number, None)
        if early and mine:
            turn.mine = early[0]
        if early and taken:
            turn.taken = early[1]

    return after("settle", look), after("count", use)


def shared(
    name: str,
    value: Callable[[Turn], Any],
    use: Callable[[Turn, Any], None],
    when: Callable[[Turn], bool] = will_enrol,
) -> tuple[Hook, ...]:
    """Keep a value of the request in a variable of the whole host until it is used for the answer.

    `value`: what is kept; `use`: put it into the answer, which is composed already.
    """

    def keep(turn: Turn) -> None:
        if when(turn):
            turn.memory.notes[name] = value(turn)
            linger(turn)

    def put(turn: Turn) -> None:
        if when(turn) and name in turn.memory.notes:
            use(turn, turn.memory.notes[name])

    return after("settle", keep), after("compose", put)


def counts_in_flight(name: str, when: Callable[[Turn], bool] = will_enrol) -> tuple[Hook, ...]:
    """Keep the numbers of the requests that are between "settle" and "encode" in a note of this name."""

    def come(turn: Turn) -> None:
        if when(turn):
            with turn.memory.lock:
                turn.memory.notes.setdefault(name, set()).add(turn.number)
            linger(turn)
            linger(turn)

    def go(turn: Turn) -> None:
        with turn.memory.lock:
            turn.memory.notes.get(name, set()).discard(turn.number)

    return after("settle", come), after("encode", go)


def others_in_flight(turn: Turn, name: str) -> bool:
    """Return whether another request is under way that `counts_in_flight` counts."""
    with turn.memory.lock:
        return bool(turn.memory.notes.get(name, set()) - {turn.number})


def beside_another(when: Callable[[Turn], bool], do: Callable[[Turn], None]) -> tuple[Hook, ...]:
    """Do something to a request, before it is settled, if a good one is under way at the same time."""

    def act(turn: Turn) -> None:
        for _ in range(3 if when(turn) else 0):
            linger(turn)
            if others_in_flight(turn, "good"):
                do(turn)
                return

    return *counts_in_flight("good"), before("settle", act)
