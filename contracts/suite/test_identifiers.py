"""Near misses of identifiers: what looks like the id of somebody or something, and names nobody and nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import pytest

from contracts.exchange import NOTHING
from contracts.inputs.near_misses import near_misses, near_numbers, near_promotions
from contracts.inputs.profiles import Profile
from contracts.inputs.roles import Roles, identifier_value
from contracts.suite.host import Host
from openapi.world import Customer, Promotion

# So many near misses of each kind of identifier are sent with both actions by a short run.
_WITH_EACH_ACTION: Final = 8
_NOBODY: Final = "error.customer_not_found"


@pytest.mark.parametrize("name", ["id", "mobile", "email", "externalId"])
def test_near_misses_of_a_customer(host: Host, roles: Roles, profile: Profile, name: str) -> None:
    for customer in _customers(roles, name)[: 2 if profile.each_alone else 1]:
        value = identifier_value(customer, name)
        for promotion, action, near in _by_action(roles, profile, near_misses(name, value)):
            host.call(roles.body(promotion, customer, action=action, by=name, value=near), _NOBODY)
        for promotion, action in _promotions(roles)[:1]:
            # Whether spaces count shows whether a host that ignores a NUL behind a value does so with all that is
            # blank.
            for source in ({}, {"source": NOTHING}):
                host.call(roles.body(promotion, customer, action=action, by=name, value=f"{value} ", **source))


def test_near_misses_of_a_promotion(host: Host, roles: Roles, profile: Profile) -> None:
    customer = roles.random.choice(roles.customers) if roles.customers else None
    for promotion, action in _promotions(roles)[: None if profile.each_alone else 1]:
        body = roles.body(promotion, customer, action=action)
        others = (promotion.promotion_id, roles.target.absent.promotion.promotion_id)
        for near in near_promotions(promotion.id):
            for number in others if profile.each_alone else others[:1]:
                host.call({**body, "promotion": {"id": near, "promotionId": number}})
        for number in near_numbers(promotion.promotion_id):
            host.call({**body, "promotion": {"id": promotion.id, "promotionId": number}})


def test_near_misses_of_a_program(host: Host, roles: Roles) -> None:
    customer = roles.random.choice(roles.customers) if roles.customers else None
    for promotion, action in _promotions(roles):
        for number in near_numbers(promotion.program_id):
            host.call(roles.body(promotion, customer, action=action, programId=number))


def _promotions(roles: Roles) -> list[tuple[Promotion, str]]:
    """Return a promotion for each action."""
    found = (roles.general_purpose[:1], "ENROL"), (roles.loyalty_earning[:1], "OPT_IN")
    return [(promotion, action) for promotions, action in found for promotion in promotions]


def _by_action(roles: Roles, profile: Profile, values: Iterable[str]) -> Iterator[tuple[Promotion, str, str]]:
    """Yield each value with each action; in a short run only the first ones, and the others with one action in turn."""
    promotions = _promotions(roles)
    if not promotions:
        return
    turn = roles.random.randrange(len(promotions))
    for place, value in enumerate(values):
        with_each = profile.each_alone or place < _WITH_EACH_ACTION
        chosen = promotions if with_each else [promotions[(turn + place) % len(promotions)]]
        yield from ((promotion, action, value) for promotion, action in chosen)


def _customers(roles: Roles, name: str) -> list[Customer]:
    """Return the customers who have an identifier, in random order; first one whose e-mail address has a tag."""
    having = [customer for customer in roles.shuffled_customers() if identifier_value(customer, name)]
    return sorted(having, key=lambda customer: "+" not in identifier_value(customer, name))
