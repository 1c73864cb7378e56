"""Every order: of very many requests that were under way together, judge only what is wrong in whichever order.

There are too many orders to try them all. But no order allows more enrolments than a limit, two enrolments of a
customer who may have one, an id twice, or "limit reached" where a seat stays free in the end.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from contracts.oracle.history import History
from contracts.oracle.judgement import Judgement
from contracts.oracle.observation import Happened
from contracts.oracle.orders import Explained, Overlap

# What has enrolled somebody comes first, then what has opted somebody in, then all that changes nothing.
_FIRST: Final = 0
_RANKS: Final = {"enrolled": _FIRST, "opted_in": 1, "unclear": 1}
_LAST: Final = 2


def judge_in_every_order(overlap: Overlap, history: History) -> Explained:
    """Return what is wrong with the answers of an overlap in whichever order the host carried out its requests.

    Each enrolment is judged behind all others. Everything else is judged once before all of them and once behind, and
    is wrong only if it is wrong both times. Nothing that an answer may show in one order only counts. The history stays
    as it is.
    """
    before, after = history.fork(overlap.keys), history.fork(overlap.keys)
    first = {place: overlap.judge(place, before) for place in range(overlap.count)}
    judged: list[tuple[int, Judgement]] = []
    for place in sorted(first, key=lambda place: _rank(first[place])):
        judgement, rank = overlap.judge(place, after), _rank(first[place])
        if rank != _FIRST:
            judgement = min(judgement, first[place], key=lambda one: len(one.broken))
        if rank < _LAST:
            overlap.remember(place, judgement, after)
        if rank != _FIRST and judgement.happened:
            _doubt(after, judgement.happened)
        judged.append((place, _without_readings(judgement)))
    return Explained(tuple(judged), certain=False)


def _doubt(history: History, happened: Happened) -> None:
    """Whether an opt-in has made an enrolment of its own depends on whether another one came before it."""
    if happened.event != "full" and happened.customer and happened.promotion:
        history.doubt(happened.customer, happened.promotion)


def _rank(judgement: Judgement) -> int:
    return _RANKS.get(judgement.happened.event, _LAST) if judgement.happened else _LAST


def _without_readings(judgement: Judgement) -> Judgement:
    return replace(judgement, implies={}, hints={}, provided={}, otherwise=())
