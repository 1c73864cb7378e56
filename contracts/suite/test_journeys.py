"""Journeys: sequences of requests in which earlier enrolments decide later answers.

The tests that need customers without enrolments come first, because each such customer serves only once.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from hypothesis import seed
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from contracts.exchange import NOTHING
from contracts.inputs.products import ACTIONS, Ways, listed_sources, must_be_accepted
from contracts.inputs.profiles import Profile
from contracts.inputs.roles import IDENTIFIERS, Roles, fewest_enrolments_first, identifier_names, identifier_value
from contracts.inputs.strategies import run_settings
from contracts.inputs.texts import odd_text
from contracts.suite.host import Host
from openapi.world import Customer, Promotion

pytestmark = pytest.mark.usefixtures("needs_customers")


@pytest.fixture(scope="module")
def ways() -> Ways:
    """The kinds of identifier and the sources that the enrolments of these tests use, each as often as any other."""
    return Ways()


def test_refusals_enrol_nobody(host: Host, roles: Roles) -> None:
    """Refused with each action and each identifier, and then enrolled: it must be the first enrolment.

    Whoever is enrolled is refused as before, and neither opts in by that nor loses the enrolment.
    """
    for place, ((promotion, customer), action, by) in enumerate(_spread(_pairs_without_enrolment(host, roles))):
        refused = [*_refused(roles, promotion, customer, action, by)]
        for body in refused:
            host.call(body)
        host.call(roles.body(promotion, customer, by=by))
        # Each is sent again with each action, if not by each identifier.
        for body in refused[place % 2 :: 2]:
            host.call(body)
        host.call(roles.body(promotion, customer, by=by))
        if promotion.type == "LOYALTY_EARNING":
            host.call(roles.body(promotion, customer, action="OPT_IN", by=by))


def test_what_a_host_may_refuse_or_take_enrols_nobody_if_refused(host: Host, roles: Roles) -> None:
    """Apart from other refusals: a host may ignore an unlisted source, or go by one id, and then enrols.

    Whoever is enrolled may be refused or not, as anybody else; refused, he has not opted in.
    """
    absent = roles.target.absent.promotion
    for place, ((promotion, customer), action, by) in enumerate(_spread(_pairs_without_enrolment(host, roles))):
        body = roles.body(promotion, customer, action=action, by=by)
        from_nowhere = roles.body(promotion, customer, action=action, by=by, source="NOWHERE")
        host.call(from_nowhere)
        host.call({**body, "promotion": {**body["promotion"], "promotionId": absent.promotion_id}})
        host.call(roles.body(promotion, customer, by=by))
        host.call(from_nowhere if place % 2 else {**body, "programId": str(promotion.program_id)})
        if promotion.type == "LOYALTY_EARNING":
            host.call(roles.body(promotion, customer, action="OPT_IN", by=by))


def test_a_refused_promotion_enrols_nobody(host: Host, roles: Roles) -> None:
    """What is refused once must be refused again, and must not count as an enrolment in another promotion."""
    ways = list(product(ACTIONS, IDENTIFIERS))
    for place, promotion in enumerate((*roles.generic, *roles.inactive)):
        # The statuses take turns: two ways each, so that each way meets some of them.
        for action, by in ways if promotion.type == "GENERIC" else (ways * 2)[place % 6 : place % 6 + 4 : 3]:
            for customer in [one for one in roles.shuffled_customers() if identifier_value(one, by)][:1]:
                for _ in range(2):
                    host.call(roles.body(promotion, customer, action=action, by=by), *_why_refused(promotion))
    for promotion, customer in _pairs_without_enrolment(host, roles)[:2]:
        host.call(roles.body(promotion, customer))


def test_opt_in_before_enrol(host: Host, roles: Roles, ways: Ways) -> None:
    for promotion in roles.loyalty_earning:
        for customer in fewest_enrolments_first(host.history, roles, promotion)[:3]:
            for action in ("OPT_IN", "ENROL", "OPT_IN"):
                way = ways.least_used(promotion, customer, f"{action} first")
                host.call(roles.body(promotion, customer, action=action, **way))


def test_opt_in_after_enrol(host: Host, roles: Roles, ways: Ways) -> None:
    for promotion in roles.loyalty_earning:
        for customer in fewest_enrolments_first(host.history, roles, promotion)[:2]:
            for action in ("ENROL", "OPT_IN", "OPT_IN", "ENROL"):
                for _ in identifier_names(customer)[: 1 if action == "ENROL" else 2]:
                    way = ways.least_used(promotion, customer, action)
                    host.call(roles.body(promotion, customer, action=action, **way))


def test_enrol_again(host: Host, roles: Roles, ways: Ways) -> None:
    for promotion in roles.once_per_customer:
        for customer in fewest_enrolments_first(host.history, roles, promotion)[:2]:
            for _ in range(4):
                host.call(roles.body(promotion, customer, **ways.least_used(promotion, customer)))
    for promotion in roles.once_per_customer[-1:]:
        for customer in (c for c in fewest_enrolments_first(host.history, roles, promotion)[:1] if c.external_id):
            for name in ("externalId", "externalId", *identifier_names(customer)[:1]):
                host.call(roles.body(promotion, customer, by=name))


def test_enrol_with_the_optional_fields_left_out(host: Host, roles: Roles) -> None:
    for promotion in [p for p in roles.once_per_customer if p.milestones] or roles.once_per_customer[:1]:
        for customer in fewest_enrolments_first(host.history, roles, promotion)[:2]:
            without_source = roles.body(promotion, customer, source=NOTHING, requestId=NOTHING)
            # Each twice: without a requestId the second request is the same, but the customer is already enrolled.
            for body in (without_source, roles.body(promotion, customer, requestId=NOTHING)):
                for _ in range(2):
                    host.call(body)


@pytest.mark.parametrize("action", ACTIONS)
def test_every_promotion_in_many_ways(host: Host, roles: Roles, profile: Profile, action: str) -> None:
    promotions = roles.once_per_customer if action == "ENROL" else roles.loyalty_earning
    sources = listed_sources(host.document)
    for place, asking in enumerate(
        must_be_accepted(roles, promotions, sources, action=action, strength=profile.strength)
    ):
        # A host may repeat texts otherwise for one source, or where the customer is enrolled already.
        text = {"requestId": odd_text(host.request_ids, action, place)} if "requestId" in asking.body else {}
        host.call({**asking.body, **text}, *asking.about)


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


def test_interleaved_journeys(host: Host, roles: Roles, profile: Profile, run_seed: int, ways: Ways) -> None:
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

        @rule(promotion=st.sampled_from(promotions), customer=st.sampled_from(roles.customers))
        def enrol(self, promotion: Promotion, customer: Customer) -> None:
            host.call(roles.body(promotion, customer, **ways.least_used(promotion, customer)))

        @rule(promotion=st.sampled_from(promotions), customer=st.sampled_from(roles.customers))
        def opt_in(self, promotion: Promotion, customer: Customer) -> None:
            way = ways.least_used(promotion, customer, "OPT_IN")
            host.call(roles.body(promotion, customer, action="OPT_IN", **way))

        @rule(
            promotion=st.sampled_from(promotions),
            customer=st.sampled_from(roles.customers),
            name=st.sampled_from(_NAMES),
        )
        def be_refused(self, promotion: Promotion, customer: Customer, name: str) -> None:
            host.call({**roles.body(promotion, customer), name: None})

    run_state_machine_as_test(seed(run_seed)(Journeys), settings=run_settings(profile.journeys, steps=profile.steps))


def test_enrol_again_much_later(host: Host, roles: Roles, ways: Ways, sent_again: list[dict[str, Any]]) -> None:
    """A repeat must be noticed however many requests lie between, and whatever way it comes in."""
    for body in sent_again:
        host.call(body)
    for promotion in roles.once_per_customer:
        for customer in roles.shuffled_customers()[:4]:
            host.call(roles.body(promotion, customer, **ways.least_used(promotion, customer)))


_NAMES = ("programId", "promotion", "customer")


def _pairs_without_enrolment(host: Host, roles: Roles) -> list[tuple[Promotion, Customer]]:
    """Return pairs of a promotion and a customer without a known enrolment in it, in random order."""
    return [(p, c) for p, c in roles.shuffled_pairs() if not host.history.membership(c, p).enrolments]


def _spread(pairs: list[tuple[Promotion, Customer]]) -> Iterator[tuple[tuple[Promotion, Customer], str, str]]:
    """Yield a pair of its own for each action and identifier; for OPT_IN, one of a promotion that takes it.

    For ENROL, one of a promotion that does not, if there is any: an OPT_IN must then be refused as well.
    """
    left = list(pairs)
    for action, by in product(ACTIONS, IDENTIFIERS):
        wanted = "LOYALTY_EARNING" if action == "OPT_IN" else "LOYALTY"
        having = [pair for pair in left if identifier_value(pair[1], by)]
        fitting = [pair for pair in having if pair[0].type == wanted] or (having if action == "ENROL" else [])
        for pair in fitting[:1]:
            left.remove(pair)
            yield pair, action, by


def _refused(roles: Roles, promotion: Promotion, customer: Customer, action: str, by: str) -> Iterator[dict[str, Any]]:
    """Yield requests for a promotion and a customer that must be refused, whatever the host's readings are."""
    body = roles.body(promotion, customer, action=action, by=by)
    other = next((p.id for p in roles.target.data.programs if p.id not in promotion.program_ids), None)
    yield {**body, "programId": roles.target.absent.program_id}
    for name in ("programId", "action", "customer"):
        yield {key: value for key, value in body.items() if key != name}
    if other is not None:
        yield {**body, "programId": other}
    yield {**body, "action": "UNENROL"}
    yield {**body, "customer": {**body["customer"], "identifierName": "card"}}
    yield {**body, "customer": {**body["customer"], "identifierName": None}}
    yield {**body, "promotion": None}
    if promotion.type == "LOYALTY":
        yield roles.body(promotion, customer, action="OPT_IN", by=by)


def _why_refused(promotion: Promotion) -> tuple[str, ...]:
    return ("error.generic_not_eligible" if promotion.type == "GENERIC" else "error.promotion_inactive",)
