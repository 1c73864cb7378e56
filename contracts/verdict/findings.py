"""Findings: one for each broken claim, budget or rule of hygiene, with the smallest request that shows it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final, get_args

from contracts.exchange import Exchange
from contracts.oracle.observation import Difference, Level, Observation
from contracts.verdict.claims import is_selected

# So begins what is expected of answers that contradict each other: no single answer shows such a finding.
CONTRADICTION: Final = "one reading of the question"


@dataclass(frozen=True, slots=True)
class Also:
    """Another claim that is broken for the same cause as a finding's own.

    `exchange`: the number of the one that shows it best. `times`: how many answers show it.
    """

    claim: str
    expected: str
    got: str
    exchange: int
    times: int = 1


@dataclass(frozen=True, slots=True)
class Finding:
    """A broken claim, an exceeded budget or a broken rule of hygiene. `times`: how many answers show it.

    `expected`, `got`: what the page asks for and what came; `occasion`: what asks for it, such as "the promotion is PAUSED".

    `exchange`: the one that shows the cause alone and needs the least history; for a budget of time, the slowest.
    `also`: claims that are broken for the same cause; they have no finding of their own. `steps`: the numbers of the
    earlier exchanges without which the answer would be right, such as the enrolment before a repeat. `difference`: where
    one field of the answer shows what is wrong.
    """

    claim: str
    level: Level
    expected: str
    got: str
    exchange: Exchange
    times: int = 1
    also: tuple[Also, ...] = ()
    steps: tuple[int, ...] = ()
    difference: Difference | None = None
    occasion: str = ""


class Findings:
    """Collects findings, one for each claim and level. `only`: patterns of claims; others are ignored; empty for all."""

    def __init__(self, only: Collection[str] = ()) -> None:
        self._only = only
        self._found: dict[tuple[str, Level], Finding] = {}

    def add(self, observation: Observation, exchange: Exchange) -> bool:
        """Add a broken observation. Return whether it is a new finding; False if `only` does not select its claim.

        A budget is no claim, so `only` does not concern it.
        """
        if observation.level != "budget" and not is_selected(observation.claim, self._only):
            return False
        key = (observation.claim, observation.level)
        new = Finding(
            observation.claim,
            observation.level,
            observation.expected,
            observation.got,
            exchange,
            difference=observation.difference,
            occasion=observation.occasion,
        )
        known = self._found.get(key)
        if known is None:
            self._found[key] = new
            return True
        if observation.level == "budget":
            is_better = exchange.answer.seconds > known.exchange.answer.seconds
        else:
            is_better = _size(exchange) < _size(known.exchange)
        self._found[key] = replace(new if is_better else known, times=known.times + 1)
        return False

    def all(self) -> tuple[Finding, ...]:
        """Return the findings in the order in which they were found: broken claims, then budgets, then hygiene."""
        return tuple(sorted(self._found.values(), key=lambda finding: get_args(Level).index(finding.level)))

    def count(self, level: Level) -> int:
        """Return the number of findings of a level."""
        return sum(finding.level == level for finding in self._found.values())


def _size(exchange: Exchange) -> tuple[int, int]:
    return len(exchange.request.payload()), exchange.number
