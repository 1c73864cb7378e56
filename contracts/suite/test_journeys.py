"""Journeys: what one request does to the next. The oracle's history is the model they are held against.

First those that need customers of whom nothing is known yet: there are only so many.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from contracts.exchange import NOTHING
from contracts.inputs.profiles import Profile
from contracts.inputs.roles import Cast, identifiers_of
from contracts.session.session import Session
from openapi.world import Customer, Promotion


@pytest.fixture(autouse=True)
def _needs_customers(cast: Cast) -> None:
    if not cast.customers:
        pytest.skip("needs customers")


def test_refusals_leave_nothing_behind(session: Session, cast: Cast) -> None:
    for promotion, customer in _strangers(session, cast)[:8]:
        body = cast.body(promotion, customer)
        for name in ("programId", "action", "customer"):
            session.call({key: value for key, value in body.items() if key != name})
        session.call({**body, "programId": cast.target.absent.program_id})
        session.call({**body, "action": "UNENROL"})
        session.call({**body, "customer": {**body["customer"], "identifierName": "card"}})
        session.call({**body, "customer": {**body["customer"], "identifierName": None}})
        session.call({**body, "promotion": None})
        if promotion.type == "LOYALTY":
            session.call(cast.body(promotion, customer, action="OPT_IN"))
        session.call(body)
        session.call(body)


def test_an_unlisted_source_leaves_nothing_behind(session: Session, cast: Cast) -> None:
    for promotion, customer in _strangers(session, cast)[:3]:
        session.call(cast.body(promotion, customer, source="NOWHERE"))
        session.call(cast.body(promotion, customer))


def test_opt_in_before_enrol(session: Session, cast: Cast) -> None:
    for promotion in cast.earning:
        for turn, customer in enumerate(_newcomers(session, cast, promotion)[:3]):
            names = identifiers_of(customer)
            for action in ("OPT_IN", "ENROL", "OPT_IN"):
                session.call(cast.body(promotion, customer, action=action, by=names[turn % len(names)]))


def test_opt_in_after_enrol(session: Session, cast: Cast) -> None:
    for promotion in cast.earning:
        for customer in _newcomers(session, cast, promotion)[:2]:
            for action in ("ENROL", "OPT_IN", "OPT_IN", "ENROL"):
                for name in identifiers_of(customer)[: 1 if action == "ENROL" else 2]:
                    session.call(cast.body(promotion, customer, action=action, by=name))


def test_enrol_again(session: Session, cast: Cast) -> None:
    for promotion in cast.single:
        for customer in _newcomers(session, cast, promotion)[:2]:
            for name in (*identifiers_of(customer), *reversed(identifiers_of(customer))):
                session.call(cast.body(promotion, customer, by=name))
    for promotion in cast.single[-1:]:
        for customer in (c for c in _newcomers(session, cast, promotion)[:1] if c.external_id):
            for name in ("externalId", "externalId", *identifiers_of(customer)[:1]):
                session.call(cast.body(promotion, customer, by=name))


def test_enrol_with_the_optional_fields_left_out(session: Session, cast: Cast) -> None:
    for promotion in [p for p in cast.single if p.milestones] or cast.single[:1]:
        for customer in _newcomers(session, cast, promotion)[:2]:
            without_source = cast.body(promotion, customer, source=NOTHING, requestId=NOTHING)
            # Each twice: without a requestId nothing tells the second from the first, and the customer is enrolled.
            for body in (without_source, cast.body(promotion, customer, requestId=NOTHING)):
                for _ in range(2):
                    session.call(body)


def test_enrol_others_into_the_same_promotion_and_into_others(session: Session, cast: Cast) -> None:
    for customer in cast.shuffled()[:4]:
        for promotion in cast.single:
            session.call(cast.body(promotion, customer))


def test_limit_per_customer(session: Session, cast: Cast) -> None:
    for promotion in cast.limited:
        for customer in _newcomers(session, cast, promotion)[:3]:
            names = identifiers_of(customer)
            for turn in range(promotion.limit_per_customer + 2):
                # A refusal in between must not use the limit up.
                session.call(cast.body(promotion, customer, programId=NOTHING))
                session.call(cast.body(promotion, customer, by=names[turn % len(names)]))


def test_limit_per_promotion(session: Session, cast: Cast) -> None:
    for promotion in cast.seated:
        for customer in cast.shuffled()[: (promotion.limit_per_promotion or 0) + 2]:
            session.call(cast.body(promotion, customer, action="ENROL", requestId=NOTHING))
            session.call(cast.body(promotion, customer))


def test_the_same_request_many_times(session: Session, cast: Cast, profile: Profile) -> None:
    """A class of request that fails now and then."""
    bodies = [cast.body(None, cast.customers[0])]
    bodies += [cast.body(promotion, cast.customers[0]) for promotion in cast.takers[:1]]
    bodies += [cast.body(promotion, None) for promotion in cast.takers[:1]]
    bodies += [
        cast.body(promotion, cast.customers[0], source=NOTHING, programId=NOTHING) for promotion in cast.takers[:1]
    ]
    for body in bodies:
        for _ in range(profile.repeats):
            session.call(body)


def test_interleaved_journeys(session: Session, cast: Cast, profile: Profile, run_seed: int) -> None:
    promotions = (*cast.single, *cast.limited, *cast.seated, *cast.silent, *cast.crippled)
    if not promotions:
        pytest.skip("needs promotions that take enrolments")

    class Journeys(RuleBasedStateMachine):
        """Customers who enrol and opt in, each step judged by the history so far."""

        @rule(promotion=st.sampled_from(promotions), customer=st.sampled_from(cast.customers), data=st.data())
        def enrol(self, promotion: Promotion, customer: Customer, data: st.DataObject) -> None:
            by = data.draw(st.sampled_from(identifiers_of(customer)))
            session.call(cast.body(promotion, customer, by=by))

        @rule(promotion=st.sampled_from(promotions), customer=st.sampled_from(cast.customers))
        def opt_in(self, promotion: Promotion, customer: Customer) -> None:
            session.call(cast.body(promotion, customer, action="OPT_IN"))

        @rule(
            promotion=st.sampled_from(promotions),
            customer=st.sampled_from(cast.customers),
            name=st.sampled_from(_NAMES),
        )
        def be_refused(self, promotion: Promotion, customer: Customer, name: str) -> None:
            session.call({**cast.body(promotion, customer), name: None})

    limits = settings(
        max_examples=profile.journeys,
        stateful_step_count=profile.steps,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(seed(run_seed)(Journeys), settings=limits)


_NAMES = ("programId", "promotion", "customer")


def _newcomers(session: Session, cast: Cast, promotion: Promotion) -> list[Customer]:
    """Return customers in an order of the seed's, those first of whom no enrolment in the promotion is known."""
    return sorted(cast.shuffled(), key=lambda customer: session.history.membership(customer, promotion).enrolments)


def _strangers(session: Session, cast: Cast) -> list[tuple[Promotion, Customer]]:
    """Return promotions and customers of whom no enrolment is known, in an order of the seed's."""
    return [(p, c) for p, c in cast.pairs() if not session.history.membership(c, p).enrolments]
