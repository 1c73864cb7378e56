"""The goals of the mock, and how far each is met."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from tests.bench.servers import FLOOR
from tests.bench.tables import Table
from tests.bench.versus import Figures

_RIVAL: Final = ", journal off"  # how the name of the server ends that the mock is compared with
_UNKNOWN: Final = "not measured"


@dataclass(frozen=True, slots=True)
class Goal:
    """What is wanted, and what was measured. `limit` is the least, or the most if `most`. None: it was not measured.

    `floor` is the same of the floor: no mock on this server below can do better.
    """

    text: str
    limit: float
    found: float | None
    most: bool = True
    floor: float | None = None

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
            _shown(goal.found),
            goal.verdict,
            _shown(goal.floor),
        )
        for goal in found
    )
    note = "The floor is the least application on the same server below, so this mock can be no better."
    return Table("Goals", ("", "goal", "measured", "", "the floor"), rows, note)


def _beside(versus: Sequence[Figures]) -> Iterator[Goal]:
    rival = next((one for one in versus if one.name.endswith(_RIVAL)), None)
    floor = next((one for one in versus if one.name == FLOOR.name), None)

    def beside(text: str, limit: float, of: Callable[[Figures], float], *, most: bool = True) -> Goal:
        found, least = [of(one) / of(rival) if one and rival else None for one in (versus[0], floor)]
        return Goal(text, limit, found, most, least)

    for number in (8, 64):
        text = f"requests/s : WireMock without journal, {number} connections"
        yield beside(text, 1.0, partial(_per_second, number), most=False)
    for number in (8, 64):
        text = f"p99 : WireMock without journal, {number} connections"
        yield beside(text, 0.5, partial(_p99, number))
    yield beside("cold start : WireMock without journal", 0.15, lambda one: one.cold)


def _per_second(connections: int, one: Figures) -> float:
    return one.loads[connections].per_second


def _p99(connections: int, one: Figures) -> float:
    return one.loads[connections].p99


def _alone(versus: Sequence[Figures], inside: Table, growth: Table) -> Iterator[Goal]:
    yield Goal("peak memory, MB", 100, versus[0].peak)
    yield Goal("an enrolment in one process, µs", 30, _number(inside.rows[0][1]))
    yield Goal(f"a request with {growth.rows[-1][0]} enrolments : with none", 1.2, _number(growth.rows[-1][-2]))


def _shown(figure: float | None) -> str:
    return "" if figure is None else f"{figure:.3g}" if figure < 10 else f"{figure:.0f}"


def _number(shown: str) -> float:
    return float(shown.replace(",", ""))
