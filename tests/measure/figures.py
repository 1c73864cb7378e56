"""The figures: what all the trials come to, and the lines `make faults` prints of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tests.measure.kit import Outcome
from tests.measure.stock import StockOutcome


@dataclass(slots=True)
class Figures:
    """Outcomes by what was asked.

    `again`: the faults that were found, tested to the end; `worlds`: the same where the kit knows less of the server,
    by what it knows; `stock_faulty` and `stock_conforming`: Schemathesis; `without`: by part of the suite, the faults
    it finds first, tested without it.
    """

    faulty: list[Outcome] = field(default_factory=list)
    conforming: list[Outcome] = field(default_factory=list)
    again: list[Outcome] = field(default_factory=list)
    worlds: dict[str, list[Outcome]] = field(default_factory=dict)
    stock_faulty: list[StockOutcome] = field(default_factory=list)
    stock_conforming: list[StockOutcome] = field(default_factory=list)
    stock_known: int = 0
    without: dict[str, list[Outcome]] = field(default_factory=dict)

    @property
    def killed(self) -> list[Outcome]:
        """The faults that were found."""
        return [outcome for outcome in self.faulty if outcome.is_right]

    @property
    def survivors(self) -> list[Outcome]:
        """The faults that were not."""
        return [outcome for outcome in self.faulty if not outcome.is_right]

    @property
    def false_alarms(self) -> list[Outcome]:
        """The conforming servers that did not pass."""
        return [outcome for outcome in self.conforming if not outcome.is_right]

    @property
    def side_effects(self) -> list[Outcome]:
        """The faults whose first finding is another claim than their own."""
        return [outcome for outcome in self.killed if not outcome.names_it_first]

    @property
    def never_named(self) -> set[str]:
        """The faults whose own claim is named neither by the first finding nor by a run to the end."""
        unnamed = {outcome.trial.name for outcome in self.again if not outcome.names_the_claim}
        return unnamed & {outcome.trial.name for outcome in self.side_effects}

    @property
    def stock_killed(self) -> set[str]:
        """The faults that Schemathesis finds."""
        return {outcome.trial.name for outcome in self.stock_faulty if outcome.accuses}

    def lines(self) -> Iterator[str]:
        """Yield the figures for a terminal."""
        for outcome in self.side_effects:
            later = ", own claim named by a whole run" if self.again else ""
            later = ", own claim never named" if outcome.trial.name in self.never_named else later
            yield f"side effect{later}: {outcome.trial.name}: {outcome.why}"
        yield from self.totals()
        for part, outcomes in self.without.items():
            lost = [outcome.trial.name for outcome in outcomes if not outcome.is_right]
            named = f": {', '.join(lost)}" if lost else ""
            yield f"{part}: first to find {len(outcomes)}, without it {len(lost)} survive{named}"

    def summary(self) -> Iterator[str]:
        """Yield the sums, and each server that was not judged as it should be, for a page."""
        yield from self.totals()
        for outcome in self.survivors:
            yield f"survivor: {outcome.trial.name} (seed {outcome.trial.seed}): {outcome.verdict}"
        for outcome in self.false_alarms:
            yield f"false alarm: {outcome.trial.name} (seed {outcome.trial.seed}): {outcome.why}"

    def totals(self) -> Iterator[str]:
        """Yield the sums."""
        if self.faulty:
            yield f"killed {len(self.killed)} / {len(self.faulty)}"
            never = f", {len(self.never_named)} of them never named by a whole run" if self.again else ""
            yield f"first found by another claim than the fault's own: {len(self.side_effects)}{never}"
            yield from diagnosis("diagnosis", self.killed, self.again)
            seconds, requests = [o.seconds for o in self.killed], [o.requests for o in self.killed]
            yield f"time to the first finding: median {middle(seconds):.1f} s, longest {max(seconds, default=0):.1f} s"
            yield f"requests to the first finding: median {middle(requests):.0f}, most {max(requests, default=0)}"
        for world, outcomes in self.worlds.items():
            found = [outcome for outcome in outcomes if outcome.is_right]
            yield from diagnosis(f"diagnosis where the kit knows the world {world}", found, found)
        if self.conforming:
            yield f"false alarms {len(self.false_alarms)} / {len(self.conforming)}"
        if self.stock_faulty:
            yield f"stock Schemathesis: killed {len(self.stock_killed)} / {len(self.stock_faulty)}"
            accused = sum(outcome.accuses for outcome in self.stock_conforming)
            yield f"stock Schemathesis: accuses {accused} / {len(self.stock_conforming)} conforming servers"
            died = sum(o.why.startswith("crashed") for o in (*self.stock_faulty, *self.stock_conforming))
            yield f"stock Schemathesis: {died} crashes, {self.stock_known} failures of conforming servers in its baselines"


def diagnosis(what: str, first: Sequence[Outcome], whole: Sequence[Outcome]) -> Iterator[str]:
    """Yield how well findings explain faults: whose claim the first one names, and how many a whole run has of each."""
    if first:
        named = sum(outcome.names_it_first for outcome in first)
        yield f"{what}: the first finding names the fault's own claim for {named} / {len(first)}"
    if whole:
        each = sum(len(outcome.claims) for outcome in whole) / len(whole)
        yield f"{what}: {each:.2f} findings per fault in a whole run of {len(whole)}"


def middle(values: Sequence[float]) -> float:
    """Return the median, 0 of nothing."""
    return sorted(values)[len(values) // 2] if values else 0.0
