"""The business rules and the warnings: requests for test data to which they apply."""

from __future__ import annotations

import pytest

from contracts.exchange import NOTHING, REQUEST_ID
from contracts.inputs.products import ACTIONS, Ways
from contracts.inputs.roles import Roles, fewest_enrolments_first, identifier_names, identifier_value
from contracts.inputs.texts import odd_text
from contracts.spellings import reversed_fields
from contracts.suite.host import Host


@pytest.mark.parametrize("action", ACTIONS)
def test_promotion_that_does_not_exist(host: Host, roles: Roles, action: str) -> None:
    host.call(roles.body(None, None, action=action), "error.promotion_not_found")


@pytest.mark.parametrize("action", ACTIONS)
def test_ids_of_two_promotions(host: Host, roles: Roles, action: str) -> None:
    promotions = (
        roles.loyalty_earning if action == "OPT_IN" else (*roles.repeatable, *roles.loyalty, *roles.loyalty_earning)
    )
    if len(promotions) < 2 or not roles.customers:
        pytest.skip("needs two promotions that take enrolments, and a customer")
    promotion, other = promotions[:2]
    absent = roles.target.absent.promotion
    customer = roles.random.choice(roles.customers)
    pairs = (
        (promotion.id, other.promotion_id),
        (promotion.id, absent.promotion_id),
        (absent.id, promotion.promotion_id),
    )
    for first, second in pairs:
        for program in sorted({promotion.program_id, other.program_id}):
            body = roles.body(promotion, customer, action=action, programId=program)
            host.call({**body, "promotion": {"id": first, "promotionId": second}})


def test_one_id_of_the_promotion(host: Host, roles: Roles) -> None:
    for promotion in (*roles.general_purpose[:1], *roles.inactive[:1], None):
        for customer in (*roles.customers[:1], None):
            body = roles.body(promotion, customer)
            for name in ("id", "promotionId"):
                rest = {key: value for key, value in body["promotion"].items() if key != name}
                host.call({**body, "promotion": rest})
            if promotion and promotion.identifier:
                host.call({**body, "promotion": {"identifier": promotion.identifier}})


def test_what_is_not_live_is_refused_without_a_request_id_too(host: Host, roles: Roles) -> None:
    """A host may look for a request that came before, and take the shorter way where there is none."""
    for promotion in roles.inactive:
        for customer, name in roles.one_customer_per_identifier():
            host.call(roles.body(promotion, customer, by=name, requestId=NOTHING), "error.promotion_inactive")


def test_every_program_of_a_promotion(host: Host, roles: Roles) -> None:
    for promotion in roles.enrolable:
        for program, customer in zip(promotion.other_program_ids, roles.shuffled_customers(), strict=False):
            host.call(roles.body(promotion, customer, programId=program))


@pytest.mark.parametrize("action", ACTIONS)
def test_customer_who_does_not_exist(host: Host, roles: Roles, action: str) -> None:
    absent = roles.target.absent.customer
    promotions = (roles.loyalty_earning if action == "OPT_IN" else roles.once_per_customer)[:1]
    for promotion in (*promotions, *roles.limited_per_promotion[:1]):
        for name in identifier_names(absent):
            # Sent twice: the first request must not create the customer.
            for _ in range(2):
                host.call(roles.body(promotion, None, action=action, by=name), "error.customer_not_found")


def test_customer_by_the_value_of_another_identifier(host: Host, roles: Roles) -> None:
    for promotion in roles.general_purpose[:1]:
        for customer in roles.shuffled_customers()[:3]:
            for name in identifier_names(customer):
                for other in identifier_names(customer):
                    if other != name:
                        value = roles.body(promotion, customer, by=other)["customer"]["identifierValue"]
                        host.call(roles.body(promotion, customer, by=name, value=value))


def test_every_customer_by_every_identifier(host: Host, roles: Roles) -> None:
    for promotion in roles.general_purpose[:1]:
        for customer in roles.shuffled_customers():
            for name in identifier_names(customer):
                body = roles.body(promotion, customer, by=name)
                host.call(body, "request.customer.identifierName.values", "promotion.loyalty_types")


def test_every_customer_by_the_identifiers_of_other_rows(host: Host, roles: Roles) -> None:
    """Other rows than that of identifierName list further kinds. A host may accept or refuse each, but consistently."""
    zeros = [customer for customer in roles.customers if (customer.external_id or "").startswith("0")]
    for promotion in roles.general_purpose[:1]:
        for customer in [*zeros, *roles.shuffled_customers()][:6]:
            for name in ("externalId", "external_id", "userid"):
                known = identifier_value(customer, name)
                # Leading zeros are part of a text: without them it is another value.
                for value in dict.fromkeys((known, known.lstrip("0"))) if known else ():
                    host.call(roles.body(promotion, customer, by=name, value=value))
        for name in ("externalId", "external_id", "userid"):
            host.call(roles.body(promotion, None, by=name))


def test_customer_id_that_is_almost_one(host: Host, roles: Roles) -> None:
    for promotion in roles.general_purpose[:1]:
        large = [customer for customer in roles.customers if (customer.id or 0) >= 2**31]
        for customer in [*large, *roles.shuffled_customers()][:6]:
            if customer.id is not None:
                for near in (customer.id + 1, customer.id - 1, customer.id + 2**32, customer.id + 2**64):
                    host.call(roles.body(promotion, customer, by="id", value=str(near)))


@pytest.mark.parametrize("action", ACTIONS)
def test_fields_in_another_order(host: Host, roles: Roles, action: str) -> None:
    if not roles.customers:
        pytest.skip("needs a customer")
    for promotion in roles.general_purpose[:1] if action == "ENROL" else roles.loyalty_earning[:1]:
        host.call(reversed_fields(roles.body(promotion, roles.random.choice(roles.customers), action=action)))


@pytest.mark.parametrize("action", ACTIONS)
def test_optional_fields_left_out(host: Host, roles: Roles, action: str) -> None:
    if not roles.customers:
        pytest.skip("needs a customer")
    for promotion in roles.general_purpose[:1] if action == "ENROL" else roles.loyalty_earning[:1]:
        customer = roles.random.choice(roles.customers)
        body = roles.body(promotion, customer, action=action)
        host.call(roles.body(promotion, customer, action=action, source=NOTHING))
        host.call(roles.body(promotion, customer, action=action, source=None))
        host.call(roles.body(promotion, customer, action=action, requestId=NOTHING))
        host.call(roles.body(promotion, customer, action=action, source=NOTHING, requestId=NOTHING))
        host.call({**body, "unlisted": 1})
        host.call({**body, "customer": {**body["customer"], "unlisted": {"deep": [1]}}})


def test_source_left_out_for_a_customer_who_does_not_exist(host: Host, roles: Roles) -> None:
    for promotion in roles.general_purpose[:1]:
        body = roles.body(promotion, None, source=NOTHING)
        host.call(body, "error.customer_not_found")


def test_opt_in_to_a_promotion_that_does_not_support_it(host: Host, roles: Roles) -> None:
    for promotion in (*roles.repeatable[:1], *roles.loyalty[:2]):
        for customer, name in roles.one_customer_per_identifier():
            host.call(roles.body(promotion, customer, action="OPT_IN", by=name), "error.opt_in_not_supported")
        host.call(roles.body(promotion, None, action="OPT_IN"))
    # A program may have no other promotion of type LOYALTY than one with a limit.
    for promotion in (p for p in (*roles.limited_per_customer, *roles.limited_per_promotion) if p.type == "LOYALTY"):
        for customer in roles.customers[:1]:
            host.call(roles.body(promotion, customer, action="OPT_IN"), "error.opt_in_not_supported")
        host.call(roles.body(promotion, None, action="OPT_IN"))


@pytest.mark.parametrize("action", ACTIONS)
def test_engine_that_is_down(host: Host, roles: Roles, action: str) -> None:
    for promotion in roles.engine_down:
        for customer, name in roles.one_customer_per_identifier():
            # Sent twice: the failed request must not enrol the customer. A failure must not affect other promotions
            # either.
            for _ in range(2):
                host.call(roles.body(promotion, customer, action=action, by=name), "error.engine_error")
                for other in roles.once_per_customer[-1:]:
                    host.call(roles.body(other, roles.customers[-1]))


def test_engine_that_does_not_confirm(host: Host, roles: Roles) -> None:
    ways = Ways()
    for promotion in roles.engine_silent:
        customers = roles.shuffled_customers()[:9]
        # The enrolment succeeds, so it must not be forgotten because nobody has confirmed it.
        for claim in ("warning.no_response", "warning.already_enrolled"):
            for place, customer in enumerate(customers):
                text = odd_text(host.request_ids, claim, place) if place < 2 else REQUEST_ID
                way = ways.least_used(promotion, customer)
                host.call(roles.body(promotion, customer, requestId=text, **way), claim)
                # What one promotion lacks, the next must not lack.
                for other in roles.repeatable if place < 2 else ():
                    host.call(roles.body(other, customer))


def test_milestones_that_fail(host: Host, roles: Roles) -> None:
    ways = Ways()
    for promotion in roles.failing_milestones:
        for place, customer in enumerate(roles.shuffled_customers()[:9]):
            text = odd_text(host.request_ids, promotion.promotion_id, place) if place < 2 else REQUEST_ID
            way = ways.least_used(promotion, customer)
            host.call(roles.body(promotion, customer, requestId=text, **way), "warning.milestones_failed")
            # What failed for one must not fail for the next, nor in another promotion.
            for other in (p for p in roles.repeatable if p.milestones and place < 2):
                host.call(roles.body(other, customer))
            # Although milestones failed, the customer is enrolled: the second request must say so.
            if place < 3:
                host.call(roles.body(promotion, customer))
        if promotion.type == "LOYALTY_EARNING":
            for customer in fewest_enrolments_first(host.history, roles, promotion)[:2]:
                for action in ("OPT_IN", "ENROL", "OPT_IN", "ENROL"):
                    way = ways.least_used(promotion, customer, action)
                    host.call(roles.body(promotion, customer, action=action, **way))


def test_customer_who_is_enrolled_in_the_test_data(host: Host, roles: Roles) -> None:
    data = roles.target.data
    for entry in data.enrolments:
        customer = next(c for c in data.customers if c.id == entry.customer)
        promotion = next(p for p in data.promotions if p.id == entry.promotion)
        for name in identifier_names(customer):
            host.call(roles.body(promotion, customer, by=name), "warning.already_enrolled")
