"""The business rows and the warnings, provoked by the test data."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.exchange import NOTHING
from contracts.inputs.roles import Cast, identifier, identifiers_of
from contracts.session.session import Session
from openapi.world import Promotion

ACTIONS = ("ENROL", "OPT_IN")


@pytest.mark.parametrize("action", ACTIONS)
def test_promotion_that_does_not_exist(session: Session, cast: Cast, action: str) -> None:
    for customer, name in (*cast.by_each_identifier(), (None, None)):
        session.call(cast.body(None, customer, action=action, by=name), "error.promotion_not_found")


@pytest.mark.parametrize("action", ACTIONS)
def test_promotion_that_is_not_live(session: Session, cast: Cast, action: str) -> None:
    for promotion in cast.inactive:
        each = cast.by_each_identifier()
        # The first once more: a refusal must not open the door.
        for customer, name in [*each, *each[:1]]:
            session.call(cast.body(promotion, customer, action=action, by=name), "error.promotion_inactive")


@pytest.mark.parametrize("action", ACTIONS)
def test_promotion_that_is_generic(session: Session, cast: Cast, action: str) -> None:
    for promotion in cast.generic:
        for customer, name in cast.by_each_identifier():
            session.call(cast.body(promotion, customer, action=action, by=name), "error.generic_not_eligible")


@pytest.mark.parametrize("action", ACTIONS)
def test_ids_of_two_promotions(session: Session, cast: Cast, action: str) -> None:
    promotions = cast.earning if action == "OPT_IN" else (*cast.plentiful, *cast.loyalty, *cast.earning)
    if len(promotions) < 2 or not cast.customers:
        pytest.skip("needs two promotions that take enrolments, and a customer")
    one, two = promotions[:2]
    absent = cast.target.absent.promotion
    customer = cast.random.choice(cast.customers)
    for first, second in ((one.id, two.promotion_id), (one.id, absent.promotion_id), (absent.id, one.promotion_id)):
        for program in sorted({one.program_id, two.program_id}):
            body = cast.body(one, customer, action=action, programId=program)
            session.call({**body, "promotion": {"id": first, "promotionId": second}})


def test_one_id_of_the_promotion(session: Session, cast: Cast) -> None:
    for promotion in (*cast.takers[:1], *cast.inactive[:1], None):
        for customer in (*cast.customers[:1], None):
            body = cast.body(promotion, customer)
            for name in ("id", "promotionId"):
                left = {key: value for key, value in body["promotion"].items() if key != name}
                session.call({**body, "promotion": left})
            if promotion and promotion.identifier:
                session.call({**body, "promotion": {"identifier": promotion.identifier}})


@pytest.mark.parametrize("action", ACTIONS)
def test_program_that_does_not_exist(session: Session, cast: Cast, action: str) -> None:
    program = cast.target.absent.program_id
    for promotion in _takers(cast, action):
        for customer, name in cast.by_each_identifier():
            body = cast.body(promotion, customer, action=action, by=name, programId=program)
            session.call(body, "error.program_not_found")


@pytest.mark.parametrize("action", ACTIONS)
def test_program_of_another_promotion(session: Session, cast: Cast, action: str) -> None:
    for promotion in (*_takers(cast, action), *cast.inactive[:1]):
        for program in cast.target.data.programs:
            if program.id != promotion.program_id:
                for customer, name in cast.by_each_identifier():
                    session.call(cast.body(promotion, customer, action=action, by=name, programId=program.id))


@pytest.mark.parametrize("action", ACTIONS)
def test_customer_who_does_not_exist(session: Session, cast: Cast, action: str) -> None:
    absent = cast.target.absent.customer
    for promotion in (*_takers(cast, action), *cast.seated[:1]):
        for name in identifiers_of(absent):
            # Asked more than once: a host must not create the customer on the way.
            for _ in range(3):
                session.call(cast.body(promotion, None, action=action, by=name), "error.customer_not_found")


def test_customer_by_the_value_of_another_identifier(session: Session, cast: Cast) -> None:
    for promotion in cast.takers[:1]:
        for customer in cast.shuffled()[:3]:
            for name in identifiers_of(customer):
                for other in identifiers_of(customer):
                    if other != name:
                        value = cast.body(promotion, customer, by=other)["customer"]["identifierValue"]
                        session.call(cast.body(promotion, customer, by=name, value=value))


def test_every_customer_by_every_identifier(session: Session, cast: Cast) -> None:
    for promotion in cast.takers[:1]:
        for customer in cast.shuffled():
            for name in identifiers_of(customer):
                body = cast.body(promotion, customer, by=name)
                session.call(body, "request.customer.identifierName.values", "promotion.loyalty_types")


def test_every_customer_by_the_identifiers_in_question(session: Session, cast: Cast) -> None:
    """The page lists other kinds elsewhere than in the row of identifierName: accepted or refused, but always alike."""
    for promotion in cast.takers[:1]:
        for customer in cast.shuffled():
            for name in ("externalId", "external_id", "userid"):
                known = identifier(customer, name)
                # Zeros in front are part of a text.
                for value in dict.fromkeys((known, known.lstrip("0"))) if known else ():
                    session.call(cast.body(promotion, customer, by=name, value=value))
        for name in ("externalId", "external_id", "userid"):
            session.call(cast.body(promotion, None, by=name))


def test_customer_id_that_is_almost_one(session: Session, cast: Cast) -> None:
    for promotion in cast.takers[:1]:
        for customer in cast.customers:
            if customer.id is not None:
                for near in (customer.id + 1, customer.id - 1, customer.id + 2**32, customer.id + 2**64):
                    session.call(cast.body(promotion, customer, by="id", value=str(near)))


@pytest.mark.parametrize("action", ACTIONS)
def test_every_source(session: Session, cast: Cast, action: str) -> None:
    field = next(f for f in session.document.request_fields if f.path == ("customer", "source"))
    listed = [source for source in field.schema["enum"] if source is not None]
    for promotion in cast.takers[:1] if action == "ENROL" else cast.earning[:1]:
        for customer in cast.shuffled()[:2]:
            for source in listed:
                session.call(cast.body(promotion, customer, action=action, source=source))
            for name in identifiers_of(customer):
                left_out = cast.body(promotion, customer, action=action, by=name, source=NOTHING)
                session.call(left_out, "request.customer.source.optional")


@pytest.mark.parametrize("action", ACTIONS)
def test_fields_in_another_order(session: Session, cast: Cast, action: str) -> None:
    if not cast.customers:
        pytest.skip("needs a customer")
    for promotion in cast.takers[:1] if action == "ENROL" else cast.earning[:1]:
        session.call(_turned_round(cast.body(promotion, cast.random.choice(cast.customers), action=action)))


@pytest.mark.parametrize("action", ACTIONS)
def test_optional_fields_left_out(session: Session, cast: Cast, action: str) -> None:
    if not cast.customers:
        pytest.skip("needs a customer")
    for promotion in cast.takers[:1] if action == "ENROL" else cast.earning[:1]:
        customer = cast.random.choice(cast.customers)
        body = cast.body(promotion, customer, action=action)
        session.call(cast.body(promotion, customer, action=action, source=NOTHING))
        session.call(cast.body(promotion, customer, action=action, source=None))
        session.call(cast.body(promotion, customer, action=action, requestId=NOTHING))
        session.call(cast.body(promotion, customer, action=action, source=NOTHING, requestId=NOTHING))
        session.call({**body, "unlisted": 1})
        session.call({**body, "customer": {**body["customer"], "unlisted": {"deep": [1]}}})


def test_source_left_out_by_nobody(session: Session, cast: Cast) -> None:
    for promotion in cast.takers[:1]:
        body = cast.body(promotion, None, source=NOTHING)
        session.call(body, "error.customer_not_found")


def test_opt_in_to_a_promotion_without(session: Session, cast: Cast) -> None:
    for promotion in (*cast.plentiful[:1], *cast.loyalty[:2]):
        for customer, name in cast.by_each_identifier():
            session.call(cast.body(promotion, customer, action="OPT_IN", by=name), "error.opt_in_not_supported")
        session.call(cast.body(promotion, None, action="OPT_IN"))
    # One of another program may be all that is left there.
    for promotion in (p for p in (*cast.limited, *cast.seated) if p.type == "LOYALTY"):
        for customer in cast.customers[:1]:
            session.call(cast.body(promotion, customer, action="OPT_IN"), "error.opt_in_not_supported")
        session.call(cast.body(promotion, None, action="OPT_IN"))


@pytest.mark.parametrize("action", ACTIONS)
def test_engine_that_is_down(session: Session, cast: Cast, action: str) -> None:
    for promotion in cast.failing:
        for customer, name in cast.by_each_identifier():
            # Asked twice: what failed the first time has enrolled nobody, and a failure is no business of the next.
            for _ in range(2):
                session.call(cast.body(promotion, customer, action=action, by=name), "error.engine_error")
                for other in cast.single[-1:]:
                    session.call(cast.body(other, cast.customers[-1]))


def test_engine_that_is_silent(session: Session, cast: Cast) -> None:
    for promotion in cast.silent:
        for customer, name in cast.by_each_identifier():
            session.call(cast.body(promotion, customer, by=name), "warning.no_response")


def test_milestones_that_fail(session: Session, cast: Cast) -> None:
    for promotion in cast.crippled:
        for customer, name in cast.by_each_identifier():
            session.call(cast.body(promotion, customer, by=name), "warning.milestones_failed")
            # The enrolment was made all the same.
            session.call(cast.body(promotion, customer, by=name))


def test_customer_who_is_enrolled_in_the_test_data(session: Session, cast: Cast) -> None:
    data = cast.target.data
    for entry in data.enrolments:
        customer = next(c for c in data.customers if c.id == entry.customer)
        promotion = next(p for p in data.promotions if p.id == entry.promotion)
        for name in identifiers_of(customer):
            session.call(cast.body(promotion, customer, by=name), "warning.already_enrolled")


def _takers(cast: Cast, action: str) -> tuple[Promotion, ...]:
    """Return promotions that take an action without running out, or one that may."""
    if action == "OPT_IN":
        return cast.earning[:2]
    return (*cast.plentiful[:1], *cast.single[:1])


def _turned_round(value: Any) -> Any:
    """Return a JSON value with the members of every object in the opposite order, which means the same."""
    return {key: _turned_round(value[key]) for key in reversed(value)} if isinstance(value, dict) else value
