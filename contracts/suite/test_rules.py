"""The business rows and the warnings, provoked by the test data."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.exchange import NOTHING
from contracts.inputs.roles import Roles, identifier_names, identifier_value
from contracts.suite.runner import Host
from openapi.world import Promotion

ACTIONS = ("ENROL", "OPT_IN")


@pytest.mark.parametrize("action", ACTIONS)
def test_promotion_that_does_not_exist(host: Host, roles: Roles, action: str) -> None:
    for customer, name in (*roles.one_customer_per_identifier(), (None, None)):
        host.call(roles.body(None, customer, action=action, by=name), "error.promotion_not_found")


@pytest.mark.parametrize("action", ACTIONS)
def test_promotion_that_is_not_live(host: Host, roles: Roles, action: str) -> None:
    for promotion in roles.inactive:
        each = roles.one_customer_per_identifier()
        # The first once more: a refusal must not open the door.
        for customer, name in [*each, *each[:1]]:
            host.call(roles.body(promotion, customer, action=action, by=name), "error.promotion_inactive")


@pytest.mark.parametrize("action", ACTIONS)
def test_promotion_that_is_generic(host: Host, roles: Roles, action: str) -> None:
    for promotion in roles.generic:
        for customer, name in roles.one_customer_per_identifier():
            host.call(roles.body(promotion, customer, action=action, by=name), "error.generic_not_eligible")


@pytest.mark.parametrize("action", ACTIONS)
def test_ids_of_two_promotions(host: Host, roles: Roles, action: str) -> None:
    promotions = (
        roles.loyalty_earning if action == "OPT_IN" else (*roles.repeatable, *roles.loyalty, *roles.loyalty_earning)
    )
    if len(promotions) < 2 or not roles.customers:
        pytest.skip("needs two promotions that take enrolments, and a customer")
    one, two = promotions[:2]
    absent = roles.target.absent.promotion
    customer = roles.random.choice(roles.customers)
    for first, second in ((one.id, two.promotion_id), (one.id, absent.promotion_id), (absent.id, one.promotion_id)):
        for program in sorted({one.program_id, two.program_id}):
            body = roles.body(one, customer, action=action, programId=program)
            host.call({**body, "promotion": {"id": first, "promotionId": second}})


def test_one_id_of_the_promotion(host: Host, roles: Roles) -> None:
    for promotion in (*roles.general_purpose[:1], *roles.inactive[:1], None):
        for customer in (*roles.customers[:1], None):
            body = roles.body(promotion, customer)
            for name in ("id", "promotionId"):
                left = {key: value for key, value in body["promotion"].items() if key != name}
                host.call({**body, "promotion": left})
            if promotion and promotion.identifier:
                host.call({**body, "promotion": {"identifier": promotion.identifier}})


@pytest.mark.parametrize("action", ACTIONS)
def test_program_that_does_not_exist(host: Host, roles: Roles, action: str) -> None:
    program = roles.target.absent.program_id
    for promotion in _takers(roles, action):
        for customer, name in roles.one_customer_per_identifier():
            body = roles.body(promotion, customer, action=action, by=name, programId=program)
            host.call(body, "error.program_not_found")


@pytest.mark.parametrize("action", ACTIONS)
def test_program_of_another_promotion(host: Host, roles: Roles, action: str) -> None:
    for promotion in (*_takers(roles, action), *roles.inactive[:1]):
        for program in roles.target.data.programs:
            if program.id != promotion.program_id:
                for customer, name in roles.one_customer_per_identifier():
                    host.call(roles.body(promotion, customer, action=action, by=name, programId=program.id))


@pytest.mark.parametrize("action", ACTIONS)
def test_customer_who_does_not_exist(host: Host, roles: Roles, action: str) -> None:
    absent = roles.target.absent.customer
    for promotion in (*_takers(roles, action), *roles.limited_per_promotion[:1]):
        for name in identifier_names(absent):
            # Asked more than once: a host must not create the customer on the way.
            for _ in range(3):
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


def test_every_customer_by_the_identifiers_in_question(host: Host, roles: Roles) -> None:
    """The page lists other kinds elsewhere than in the row of identifierName: accepted or refused, but always alike."""
    for promotion in roles.general_purpose[:1]:
        for customer in roles.shuffled_customers():
            for name in ("externalId", "external_id", "userid"):
                known = identifier_value(customer, name)
                # Zeros in front are part of a text.
                for value in dict.fromkeys((known, known.lstrip("0"))) if known else ():
                    host.call(roles.body(promotion, customer, by=name, value=value))
        for name in ("externalId", "external_id", "userid"):
            host.call(roles.body(promotion, None, by=name))


def test_customer_id_that_is_almost_one(host: Host, roles: Roles) -> None:
    for promotion in roles.general_purpose[:1]:
        for customer in roles.customers:
            if customer.id is not None:
                for near in (customer.id + 1, customer.id - 1, customer.id + 2**32, customer.id + 2**64):
                    host.call(roles.body(promotion, customer, by="id", value=str(near)))


@pytest.mark.parametrize("action", ACTIONS)
def test_every_source(host: Host, roles: Roles, action: str) -> None:
    field = next(f for f in host.document.request_fields if f.path == ("customer", "source"))
    listed = [source for source in field.schema["enum"] if source is not None]
    for promotion in roles.general_purpose[:1] if action == "ENROL" else roles.loyalty_earning[:1]:
        for customer in roles.shuffled_customers()[:2]:
            for source in listed:
                host.call(roles.body(promotion, customer, action=action, source=source))
            for name in identifier_names(customer):
                left_out = roles.body(promotion, customer, action=action, by=name, source=NOTHING)
                host.call(left_out, "request.customer.source.optional")


@pytest.mark.parametrize("action", ACTIONS)
def test_fields_in_another_order(host: Host, roles: Roles, action: str) -> None:
    if not roles.customers:
        pytest.skip("needs a customer")
    for promotion in roles.general_purpose[:1] if action == "ENROL" else roles.loyalty_earning[:1]:
        host.call(_turned_round(roles.body(promotion, roles.random.choice(roles.customers), action=action)))


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


def test_source_left_out_by_nobody(host: Host, roles: Roles) -> None:
    for promotion in roles.general_purpose[:1]:
        body = roles.body(promotion, None, source=NOTHING)
        host.call(body, "error.customer_not_found")


def test_opt_in_to_a_promotion_without(host: Host, roles: Roles) -> None:
    for promotion in (*roles.repeatable[:1], *roles.loyalty[:2]):
        for customer, name in roles.one_customer_per_identifier():
            host.call(roles.body(promotion, customer, action="OPT_IN", by=name), "error.opt_in_not_supported")
        host.call(roles.body(promotion, None, action="OPT_IN"))
    # One of another program may be all that is left there.
    for promotion in (p for p in (*roles.limited_per_customer, *roles.limited_per_promotion) if p.type == "LOYALTY"):
        for customer in roles.customers[:1]:
            host.call(roles.body(promotion, customer, action="OPT_IN"), "error.opt_in_not_supported")
        host.call(roles.body(promotion, None, action="OPT_IN"))


@pytest.mark.parametrize("action", ACTIONS)
def test_engine_that_is_down(host: Host, roles: Roles, action: str) -> None:
    for promotion in roles.engine_down:
        for customer, name in roles.one_customer_per_identifier():
            # Asked twice: what failed the first time has enrolled nobody, and a failure is no business of the next.
            for _ in range(2):
                host.call(roles.body(promotion, customer, action=action, by=name), "error.engine_error")
                for other in roles.once_per_customer[-1:]:
                    host.call(roles.body(other, roles.customers[-1]))


def test_engine_that_is_silent(host: Host, roles: Roles) -> None:
    for promotion in roles.engine_silent:
        for customer, name in roles.one_customer_per_identifier():
            host.call(roles.body(promotion, customer, by=name), "warning.no_response")


def test_milestones_that_fail(host: Host, roles: Roles) -> None:
    for promotion in roles.failing_milestones:
        for customer, name in roles.one_customer_per_identifier():
            host.call(roles.body(promotion, customer, by=name), "warning.milestones_failed")
            # The enrolment was made all the same.
            host.call(roles.body(promotion, customer, by=name))


def test_customer_who_is_enrolled_in_the_test_data(host: Host, roles: Roles) -> None:
    data = roles.target.data
    for entry in data.enrolments:
        customer = next(c for c in data.customers if c.id == entry.customer)
        promotion = next(p for p in data.promotions if p.id == entry.promotion)
        for name in identifier_names(customer):
            host.call(roles.body(promotion, customer, by=name), "warning.already_enrolled")


def _takers(roles: Roles, action: str) -> tuple[Promotion, ...]:
    """Return promotions that take an action without running out, or one that may."""
    if action == "OPT_IN":
        return roles.loyalty_earning[:2]
    return (*roles.repeatable[:1], *roles.once_per_customer[:1])


def _turned_round(value: Any) -> Any:
    """Return a JSON value with the members of every object in the opposite order, which means the same."""
    return {key: _turned_round(value[key]) for key in reversed(value)} if isinstance(value, dict) else value
