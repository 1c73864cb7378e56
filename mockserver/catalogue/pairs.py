"""Chooses customers and promotions that differ in what decides an answer, so that not every pair need be tried."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from mockserver import stores
from mockserver.stores import EnrolmentRecord
from openapi.world import Customer, Promotion, World


def telling_pairs(
    world: World, records: Iterable[EnrolmentRecord] | None = None
) -> Iterator[tuple[Customer, Promotion]]:
    """Yield the first pair of each kind, in the order of customers and then of promotions.

    Pairs are of one kind if they are alike in all that the rules look at: the promotion's type, status, engine,
    milestones and whether it is full; the customer's enrolments in it. This takes time for each promotion and each
    enrolment, not for each pair. `records` are the enrolments, by default those with which the world begins.
    """
    standings = _standings(world, stores.seed(world) if records is None else records)
    first: dict[tuple[object, ...], tuple[int, int]] = {}
    for place, promotion in enumerate(world.promotions):
        enrolled = standings[promotion.id]
        limit = promotion.limit_per_promotion
        properties = (
            promotion.type,
            promotion.status,
            promotion.engine,
            any(milestone.fails for milestone in promotion.milestones or ()),
            limit is not None and sum(have for have, _ in enrolled.values()) >= limit,
            not promotion.id.strip(),
        )
        stranger = next((index for index in range(len(world.customers)) if index not in enrolled), None)
        if stranger is not None:
            _keep_first(first, (*properties, "not enrolled"), (stranger, place))
        for index, (have, awaiting) in enrolled.items():
            kind = (*properties, have >= promotion.limit_per_customer, awaiting > 0)
            _keep_first(first, kind, (index, place))
    for index, place in sorted(first.values()):
        yield world.customers[index], world.promotions[place]


def _keep_first(
    first: dict[tuple[object, ...], tuple[int, int]], kind: tuple[object, ...], pair: tuple[int, int]
) -> None:
    first[kind] = min(first.get(kind, pair), pair)


def _standings(world: World, records: Iterable[EnrolmentRecord]) -> defaultdict[str, dict[int, tuple[int, int]]]:
    """Return by promotion and by the customer's index: how many enrolments there are, and how many without an opt-in."""
    index_of = {customer.id: index for index, customer in enumerate(world.customers)}
    enrolments: Counter[tuple[str, int]] = Counter()
    awaiting: Counter[tuple[str, int]] = Counter()
    for record in records:
        key = (record.promotion, index_of[record.customer])
        enrolments[key] += 1
        awaiting[key] += not record.opted_in
    found: defaultdict[str, dict[int, tuple[int, int]]] = defaultdict(dict)
    for (promotion, index), number in enrolments.items():
        found[promotion][index] = number, awaiting[promotion, index]
    return found
