"""Findings: one for each broken claim, budget or rule of hygiene, with the smallest request that shows it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final, get_args

from contracts.exchange import Exchange
from contracts.oracle.observation import Level, Observation
from contracts.verdict.claims import is_selected

# So begins what is expected of answers that contradict each other: no single answer shows such a finding.
CONTRADICTION: Final = "one reading of the question"


@dataclass(frozen=True, slots=True)
class Finding:
    """A broken claim, an exceeded budget or a broken rule of hygiene. `times`: how many answers show it.

    `exchange`: the one with the smallest request; for a budget of time, the slowest.
    """

    claim: str
    level: Level
    expected: str
    got: str
    exchange: Exchange
    times: int = 1


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
        new = Finding(observation.claim, observation.level, observation.expected, observation.got, exchange)
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
