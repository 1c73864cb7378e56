"""Findings: broken claims as data, one for each defect, with the smallest request that shows it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from contracts.exchange import Exchange
from contracts.oracle.observation import Level, Observation
from contracts.verdict.claims import is_selected


@dataclass(frozen=True, slots=True)
class Finding:
    """One deviation of the host. `times`: how many answers show it; `exchange`: the smallest of them."""

    claim: str
    level: Level
    expected: str
    got: str
    exchange: Exchange
    times: int = 1


class Findings:
    """Collects findings, the same defect once. `only`: patterns of the claims that count, all where there are none."""

    def __init__(self, only: Collection[str] = ()) -> None:
        self._only = only
        self._found: dict[tuple[str, Level], Finding] = {}

    def add(self, observation: Observation, exchange: Exchange) -> bool:
        """Add a broken observation and return whether it shows a new defect, of a claim that counts."""
        if not is_selected(observation.claim, self._only):
            return False
        key = (observation.claim, observation.level)
        new = Finding(observation.claim, observation.level, observation.expected, observation.got, exchange)
        known = self._found.get(key)
        if known is None:
            self._found[key] = new
            return True
        smaller = _size(exchange) < _size(known.exchange)
        self._found[key] = replace(new if smaller else known, times=known.times + 1)
        return False

    def all(self) -> tuple[Finding, ...]:
        """Return the findings, broken claims first, in the order in which they were found."""
        return tuple(sorted(self._found.values(), key=lambda finding: finding.level != "broken"))

    def count(self, level: Level) -> int:
        """Return how many findings there are of a level."""
        return sum(finding.level == level for finding in self._found.values())


def _size(exchange: Exchange) -> tuple[int, int]:
    return len(exchange.request.payload()), exchange.number
