"""The mix for a host that may be production: what can enrol nobody, and races within a budget of enrolments."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, cycle, repeat
from typing import Final

from contracts.exchange import Request
from contracts.inputs.roles import Roles
from contracts.inputs.safe_list import safe_list
from contracts.load.waves import LoadRequest, Wave
from openapi.world import Customer, Promotion

_RACERS: Final = 3


def live_waves(roles: Roles, *, permitted: bool) -> Iterator[Wave]:
    """Yield waves: the safe list again and again; if enrolments are permitted, also races, one for each pair at most.

    The permission decides for each request whether it is sent.
    """
    safe = cycle((LoadRequest("refusal", planned.request, planned.about),) for planned in safe_list(roles))
    races: Iterator[list[Wave]] = _races(roles) if permitted else repeat([])
    for waves in races:
        yield from waves
        yield next(safe)


def _races(roles: Roles) -> Iterator[list[Wave]]:
    limited = ((p, [*roles.customers[: (p.limit_per_promotion or 0) + 1]]) for p in roles.limited_per_promotion)
    once = ((promotion, [customer] * _RACERS) for promotion, customer in roles.shuffled_pairs())
    for promotion, customers in chain(_sorted_by_cost(limited), once):
        wave = tuple(LoadRequest("race", Request(body=roles.body(promotion, customer))) for customer in customers)
        yield [wave, (LoadRequest("repeat", Request(body=roles.body(promotion, customers[0]))),)]


def _sorted_by_cost(races: Iterator[tuple[Promotion, list[Customer]]]) -> list[tuple[Promotion, list[Customer]]]:
    """Return the races for seats, first those that take the fewest enrolments."""
    return sorted(races, key=lambda race: len(race[1]))
