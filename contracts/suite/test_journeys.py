"""Journeys: sequences of requests in which earlier enrolments decide later answers.

The tests that need customers without enrolments come first, because each such customer serves only once.
"""

from __future__ import annotations

import pytest
from hypothesis import seed
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from contracts.exchange import NOTHING
from contracts.inputs.profiles import Profile
from contracts.inputs.roles import Roles, identifier_names
from contracts.inputs.strategies import run_settings
from contracts.suite.runner import Host
from openapi.world import Customer, Promotion


@pytest.fixture(autouse=True)
def _needs_customers(roles: Roles) -> None:
    if not roles.customers:
        pytest.skip("needs customers")


def test_refusals_enrol_nobody(host: Host, roles: Roles) -> None:
    for promotion, customer in _pairs_without_enrolment(host, roles)[:8]:
        body = roles.body(promotion, customer)
        for name in ("programId", "action", "customer"):
            host.call({key: value for key, value in body.items() if key != name})
        host.call({**body, "programId": roles.target.absent.program_id})
        host.call({**body, "action": "UNENROL"})
        host.call({**body, "customer": {**body["customer"], "identifierName": "card"}})
        host.call({**body, "customer": {**body["customer"], "identifierName": None}})
        host.call({**body, "promotion": None})
        if promotion.type == "LOYALTY":
            host.call(roles.body(promotion, customer, action="OPT_IN"))
        host.call(body)
        host.call(body)


def test_an_unlisted_source_enrols_nobody(host: Host, roles: Roles) -> None:
    for promotion, customer in _pairs_without_enrolment(host, roles)[:3]:
        host.call(roles.body(promotion, customer, source="NOWHERE"))
        host.call(roles.body(promotion, customer))


def test_opt_in_before_enrol(host: Host, roles: Roles) -> None:
    for promotion in roles.loyalty_earning:
        for index, customer in enumerate(_fewest_enrolments_first(host, roles, promotion)[:3]):
            names = identifier_names(customer)
            for action in ("OPT_IN", "ENROL", "OPT_IN"):
                host.call(roles.body(promotion, customer, action=action, by=names[index % len(names)]))


def test_opt_in_after_enrol(host: Host, roles: Roles) -> None:
    for promotion in roles.loyalty_earning:
        for customer in _fewest_enrolments_first(host, roles, promotion)[:2]:
            for action in ("ENROL", "OPT_IN", "OPT_IN", "ENROL"):
                for name in identifier_names(customer)[: 1 if action == "ENROL" else 2]:
                    host.call(roles.body(promotion, customer, action=action, by=name))


def test_enrol_again(host: Host, roles: Roles) -> None:
    for promotion in roles.once_per_customer:
        for customer in _fewest_enrolments_first(host, roles, promotion)[:2]:
            for name in (*identifier_names(customer), *reversed(identifier_names(customer))):
                host.call(roles.body(promotion, customer, by=name))
    for promotion in roles.once_per_customer[-1:]:
        for customer in (c for c in _fewest_enrolments_first(host, roles, promotion)[:1] if c.external_id):
            for name in ("externalId", "externalId", *identifier_names(customer)[:1]):
                host.call(roles.body(promotion, customer, by=name))


def test_enrol_with_the_optional_fields_left_out(host: Host, roles: Roles) -> None:
    for promotion in [p for p in roles.once_per_customer if p.milestones] or roles.once_per_customer[:1]:
        for customer in _fewest_enrolments_first(host, roles, promotion)[:2]:
            without_source = roles.body(promotion, customer, source=NOTHING, requestId=NOTHING)
            # Each twice: without a requestId the second request is the same, but the customer is already enrolled.
            for body in (without_source, roles.body(promotion, customer, requestId=NOTHING)):
                for _ in range(2):
                    host.call(body)


def test_enrol_several_customers_into_several_promotions(host: Host, roles: Roles) -> None:
    for customer in roles.shuffled_customers()[:4]:
        for promotion in roles.once_per_customer:
            host.call(roles.body(promotion, customer))


def test_limit_per_customer(host: Host, roles: Roles) -> None:
    for promotion in roles.limited_per_customer:
        for customer in _fewest_enrolments_first(host, roles, promotion)[:3]:
            names = identifier_names(customer)
            for turn in range(promotion.limit_per_customer + 2):
                # A refused request must not count towards the limit.
                host.call(roles.body(promotion, customer, programId=NOTHING))
                host.call(roles.body(promotion, customer, by=names[turn % len(names)]))


def test_limit_per_promotion(host: Host, roles: Roles) -> None:
    for promotion in roles.limited_per_promotion:
        for customer in roles.shuffled_customers()[: (promotion.limit_per_promotion or 0) + 2]:
            host.call(roles.body(promotion, customer, action="ENROL", requestId=NOTHING))
            host.call(roles.body(promotion, customer))


def test_the_same_request_many_times(host: Host, roles: Roles, profile: Profile) -> None:
    """A host may fail now and then for one kind of request; enough repeats show it."""
    bodies = [roles.body(None, roles.customers[0])]
    bodies += [roles.body(promotion, roles.customers[0]) for promotion in roles.general_purpose[:1]]
    bodies += [roles.body(promotion, None) for promotion in roles.general_purpose[:1]]
    bodies += [
        roles.body(promotion, roles.customers[0], source=NOTHING, programId=NOTHING)
        for promotion in roles.general_purpose[:1]
    ]
    for body in bodies:
        for _ in range(profile.repeats):
            host.call(body)


def test_interleaved_journeys(host: Host, roles: Roles, profile: Profile, run_seed: int) -> None:
    promotions = (
        *roles.once_per_customer,
        *roles.limited_per_customer,
        *roles.limited_per_promotion,
        *roles.engine_silent,
        *roles.failing_milestones,
    )
    if not promotions:
        pytest.skip("needs promotions that take enrolments")

    class Journeys(RuleBasedStateMachine):
        """Enrolments, opt-ins and refusals in random order; each answer is judged by the history so far."""

        @rule(promotion=st.sampled_from(promotions), customer=st.sampled_from(roles.customers), data=st.data())
        def enrol(self, promotion: Promotion, customer: Customer, data: st.DataObject) -> None:
            by = data.draw(st.sampled_from(identifier_names(customer)))
            host.call(roles.body(promotion, customer, by=by))

        @rule(promotion=st.sampled_from(promotions), customer=st.sampled_from(roles.customers))
        def opt_in(self, promotion: Promotion, customer: Customer) -> None:
            host.call(roles.body(promotion, customer, action="OPT_IN"))

        @rule(
            promotion=st.sampled_from(promotions),
            customer=st.sampled_from(roles.customers),
            name=st.sampled_from(_NAMES),
        )
        def be_refused(self, promotion: Promotion, customer: Customer, name: str) -> None:
            host.call({**roles.body(promotion, customer), name: None})

    run_state_machine_as_test(seed(run_seed)(Journeys), settings=run_settings(profile.journeys, steps=profile.steps))


_NAMES = ("programId", "promotion", "customer")


def _fewest_enrolments_first(host: Host, roles: Roles, promotion: Promotion) -> list[Customer]:
    """Return customers in random order, sorted by their known enrolments in the promotion, fewest first."""
    return sorted(
        roles.shuffled_customers(), key=lambda customer: host.history.membership(customer, promotion).enrolments
    )


def _pairs_without_enrolment(host: Host, roles: Roles) -> list[tuple[Promotion, Customer]]:
    """Return pairs of a promotion and a customer without a known enrolment in it, in random order."""
    return [(p, c) for p, c in roles.shuffled_pairs() if not host.history.membership(c, p).enrolments]
