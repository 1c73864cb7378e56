"""Orders: of requests that were under way at the same time, nobody knows which the host carried out first.

Such answers are right if the page explains all of them in at least one order (linearisability).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from contracts.oracle.assessment import in_common
from contracts.oracle.history import History
from contracts.oracle.judgement import Judgement
from contracts.oracle.observation import Observation
from contracts.oracle.seats import Key

# Of more requests than these for one customer or one limit there are too many orders; see every_order.py.
MOST: Final = 6
# So many orders that explain the answers equally well are looked at.
_ENOUGH: Final = 120

# For each question, the readings that all answers of an order fit.
Fitting = dict[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Overlap:
    """Requests that were under way at the same time, and that concern each other.

    `count`: how many there are. `keys`: the memberships that they may change. `judge`: judges the answer to one of
    them, given by its place, after a history. `remember`: lets a history know what the answer to one of them reports.
    `fits`: tells whether readings of a question fit everything that the host has answered before. `behind`: for each
    place, the places whose answers had come when that request was sent; empty where nobody knows.
    """

    count: int
    keys: frozenset[Key]
    judge: Callable[[int, History], Judgement]
    remember: Callable[[int, Judgement, History], None]
    fits: Callable[[str, frozenset[str]], bool]
    behind: tuple[frozenset[int], ...] = ()

    def may_come(self, place: int, placed: Sequence[int]) -> bool:
        """Every request that was answered before this one was sent has its place in the order already."""
        return not self.behind or self.behind[place].issubset(placed)


@dataclass(frozen=True, slots=True)
class Explained:
    """The answers of an overlap in the order that explains them best.

    `judgements`: for each place, in this order, what its answer shows whichever of the best orders is the right one.
    `certain`: after each of these orders the same is known of the memberships.
    """

    judgements: tuple[tuple[int, Judgement], ...]
    certain: bool


@dataclass(slots=True)
class _Search:
    """The best orders so far. `cost`: broken claims, then readings that contradict other answers."""

    overlap: Overlap
    cost: tuple[int, int] = (1_000_000, 0)
    orders: list[tuple[list[tuple[int, Judgement]], tuple[object, ...]]] = field(default_factory=list)
    known: dict[tuple[int, tuple[object, ...]], Judgement] = field(default_factory=dict)


def explain(overlap: Overlap, history: History) -> Explained:
    """Return the order of the requests that breaks the fewest claims, and among those contradicts the fewest readings.

    There are at most MOST of them. The history stays as it is.
    """
    search = _Search(overlap)
    _extend(search, [], history, {}, (0, 0))
    first, state = search.orders[0]
    if search.cost[0]:
        return Explained(tuple(first), certain=all(other == state for _, other in search.orders))
    by_place: list[list[Judgement]] = [[] for _ in range(overlap.count)]
    for order, _ in search.orders:
        for place, judgement in order:
            by_place[place].append(judgement)
    return Explained(
        tuple((place, _merged(by_place[place])) for place, _ in first),
        certain=all(other == state for _, other in search.orders),
    )


def _extend(
    search: _Search, order: list[tuple[int, Judgement]], history: History, fitting: Fitting, cost: tuple[int, int]
) -> None:
    """Try every request that is left as the next one of an order. `cost`: that of the order so far."""
    overlap = search.overlap
    if cost > search.cost or (cost == search.cost and len(search.orders) >= _ENOUGH):
        return
    state = history.state(overlap.keys)
    if len(order) == overlap.count:
        if cost < search.cost:
            search.cost, search.orders = cost, []
        search.orders.append((order, state))
        return
    for place in _next(overlap, [place for place, _ in order]):
        judgement = search.known.get((place, state))
        if judgement is None:
            judgement = search.known[(place, state)] = overlap.judge(place, history)
        broken = sum(o.verdict == "broken" and o.level == "broken" for o in judgement.observations)
        joined, conflicts = _joined(overlap, fitting, judgement.implies)
        after = history.fork(overlap.keys)
        overlap.remember(place, judgement, after)
        _extend(search, [*order, (place, judgement)], after, joined, (cost[0] + broken, cost[1] + conflicts))


def _next(overlap: Overlap, placed: Sequence[int]) -> Iterator[int]:
    """Yield the places that may come next in an order, in the order in which the requests were sent."""
    yield from (place for place in range(overlap.count) if place not in placed and overlap.may_come(place, placed))


def _joined(overlap: Overlap, fitting: Fitting, implied: Mapping[str, frozenset[str]]) -> tuple[Fitting, int]:
    """Return the readings that fit an order and one more answer, and of how many questions none is left."""
    joined, conflicts = dict(fitting), 0
    for question, readings in implied.items():
        both = joined.get(question, readings) & readings
        joined[question] = both or readings
        conflicts += not both or not overlap.fits(question, both)
    return joined, conflicts


def _merged(judgements: Sequence[Judgement]) -> Judgement:
    """Return what an answer shows, whichever of its judgements is the right one. None of them breaks a claim."""
    first, *others = {id(judgement): judgement for judgement in judgements}.values()
    if not others:
        return first
    kept = [{o.claim for o in one.observations if o.verdict == "kept"} for one in (first, *others)]
    shared = set.intersection(*kept)
    return replace(
        first,
        observations=tuple(
            Observation(o.claim, "undetermined") if o.verdict == "kept" and o.claim not in shared else o
            for o in first.observations
        ),
        implies=in_common(dict(one.implies) for one in judgements),
        hints=in_common(dict(one.hints) for one in judgements),
        provided=in_common(dict(one.provided) for one in judgements),
    )
