"""The goals of the mock, and how far each is met."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tests.bench.tables import Table
from tests.bench.versus import Figures

_RIVAL: Final = ", journal off"  # how the name of the server ends that the mock is compared with
_UNKNOWN: Final = "not measured"


@dataclass(frozen=True, slots=True)
class Goal:
    """What is wanted, and what was measured. `limit` is the least, or the most if `most`. None: it was not measured."""

    text: str
    limit: float
    found: float | None
    most: bool = True

    @property
    def verdict(self) -> str:
        """Whether it is met, and if not, by which factor it is missed."""
        if self.found is None:
            return _UNKNOWN
        factor = self.found / self.limit if self.most else self.limit / self.found
        return "met" if factor <= 1 else f"missed, by a factor of {factor:.2f}"


def goals(versus: Sequence[Figures], inside: Table, growth: Table) -> list[Goal]:
    """Return all goals. The others are those of `versus`; without the one to compare with, its goals are not measured."""
    return [*_beside(versus), *_alone(versus, inside, growth)]


def table(found: Sequence[Goal]) -> Table:
    """Return a row for each goal."""
    rows = tuple(
        (
            goal.text,
            f"{'≤' if goal.most else '≥'} {goal.limit:g}",
            "" if goal.found is None else f"{goal.found:.3g}" if goal.found < 10 else f"{goal.found:.0f}",
            goal.verdict,
        )
        for goal in found
    )
    return Table("Goals", ("", "goal", "measured", ""), rows)


def _beside(versus: Sequence[Figures]) -> Iterator[Goal]:
    mock = versus[0]
    rival = next((one for one in versus if one.name.endswith(_RIVAL)), None)
    for number in (8, 64):
        ratio = mock.loads[number].per_second / rival.loads[number].per_second if rival else None
        yield Goal(f"requests/s : WireMock without journal, {number} connections", 1.0, ratio, most=False)
    for number in (8, 64):
        ratio = mock.loads[number].p99 / rival.loads[number].p99 if rival else None
        yield Goal(f"p99 : WireMock without journal, {number} connections", 0.5, ratio)
    yield Goal("cold start : WireMock without journal", 0.15, mock.cold / rival.cold if rival else None)


def _alone(versus: Sequence[Figures], inside: Table, growth: Table) -> Iterator[Goal]:
    yield Goal("peak memory, MB", 100, versus[0].peak)
    yield Goal("an enrolment in one process, µs", 30, _number(inside.rows[0][1]))
    yield Goal(f"a request with {growth.rows[-1][0]} enrolments : with none", 1.2, _number(growth.rows[-1][-2]))


def _number(shown: str) -> float:
    return float(shown.replace(",", ""))
