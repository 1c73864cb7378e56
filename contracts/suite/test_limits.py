"""Limits of a promotion and of each customer: what counts, and what does not."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.exchange import NOTHING
from contracts.inputs.products import Ways
from contracts.inputs.roles import Roles, fewest_enrolments_first, identifier_names
from contracts.inputs.texts import odd_text
from contracts.suite.host import Host
from openapi.world import Customer, Promotion

pytestmark = pytest.mark.usefixtures("needs_customers")


def test_limit_per_customer(host: Host, roles: Roles) -> None:
    """Up to the limit and two beyond it: one customer always in the same way, others in a way that changes."""
    for promotion in roles.limited_per_customer:
        turns = range(promotion.limit_per_customer + 2)
        customers = fewest_enrolments_first(host.history, roles, promotion)
        for customer, changed in zip(customers, ("nothing", "identifier", "source", "requestId"), strict=False):
            # Beyond the limit, each identifier and each source has its turn.
            for turn in range(promotion.limit_per_customer + 3) if changed in ("identifier", "source") else turns:
                if turn == 1:
                    _be_refused(host, roles, promotion, customer)
                host.call(roles.body(promotion, customer, **_way(customer, changed, turn)))
        # What others have done since does not make a limit start again.
        for place, customer in enumerate(customers[:2]):
            text = odd_text(host.request_ids, promotion.promotion_id, "limit", place)
            host.call(roles.body(promotion, customer, requestId=text))
        if promotion.type == "LOYALTY_EARNING":
            for customer, first in zip(customers[4:], ("ENROL", "OPT_IN"), strict=False):
                for turn in turns:
                    second = "OPT_IN" if first == "ENROL" else "ENROL"
                    for action in (first, second):
                        host.call(roles.body(promotion, customer, action=action, **_way(customer, "source", turn)))


def test_limit_per_promotion(host: Host, roles: Roles) -> None:
    """More customers than seats. Neither a refusal, nor a repeat, nor the opt-in of somebody enrolled takes a seat."""
    ways = Ways()
    turn = 0
    for promotion in roles.limited_per_promotion:
        earning, limit = promotion.type == "LOYALTY_EARNING", promotion.limit_per_promotion or 0
        customers = roles.shuffled_customers()[: limit + 3]
        for place, customer in enumerate(customers):
            if host.history.seats_taken(promotion) == limit - 1:
                # Several ask for the last seat at the same moment; one of them gets it.
                action = "OPT_IN" if earning else "ENROL"
                host.call_at_once([roles.body(promotion, one, action=action) for one in customers[place : place + 3]])
            way = ways.least_used(promotion, customer)
            free = limit - host.history.seats_taken(promotion)
            if names := identifier_names(customer):
                # Whether a kind of identifier takes two seats does not show at the last one.
                way["by"] = names[turn % len(names)]
                turn += free != 1
            host.call(roles.body(promotion, customer, programId=roles.target.absent.program_id, **way))
            host.call(roles.body(promotion, customer, action="UNENROL", **way))
            if earning and (place % 2 or free < 1):
                host.call(roles.body(promotion, customer, action="OPT_IN", **way))
            host.call(roles.body(promotion, customer, **way, requestId=NOTHING))
            host.call(roles.body(promotion, customer, **ways.least_used(promotion, customer)))
            if earning:
                host.call(roles.body(promotion, customer, action="OPT_IN", **way))
        # Who has a seat has no other one, and does not lose it, when all of them are taken.
        for customer in customers[:2]:
            host.call(roles.body(promotion, customer, **ways.least_used(promotion, customer)))


def _be_refused(host: Host, roles: Roles, promotion: Promotion, customer: Customer) -> None:
    """Send what must be refused for this customer and promotion: it must not count towards the limit."""
    host.call(roles.body(promotion, customer, programId=NOTHING))
    host.call(roles.body(promotion, customer, programId=roles.target.absent.program_id))
    if promotion.type == "LOYALTY":
        host.call(roles.body(promotion, customer, action="OPT_IN"))


def _way(customer: Customer, changed: str, turn: int) -> dict[str, Any]:
    """Return the fields of a request in which one thing changes from turn to turn. Any host finds the customer by it."""
    names = identifier_names(customer) or ["id"]
    sources: tuple[Any, ...] = (customer.source or "ALL", "ALL", NOTHING)
    changes = {
        "identifier": {"by": names[turn % len(names)]},
        "source": {"source": sources[turn % len(sources)]},
        "requestId": {"requestId": NOTHING},
    }
    return {"by": names[0], **changes.get(changed, {})}
