"""Products of fields: each two of action, identifier, source and what is named, or each three; see Profile.strength.

What must be accepted comes first: a refusal of it shows a defect by itself.
"""

from __future__ import annotations

from itertools import cycle
from typing import Any, Final

import pytest

from contracts.exchange import NOTHING
from contracts.inputs.products import ACTIONS, listed_sources, must_be_accepted, must_be_refused
from contracts.inputs.profiles import Profile
from contracts.inputs.roles import Roles, identifier_names
from contracts.inputs.texts import odd_text
from contracts.inputs.two_reasons import two_reasons
from contracts.suite.host import Host

# Of what must be refused, so many are asked over one connection.
_ON_A_CONNECTION: Final = 20


def test_enrol_again_with_the_same_request_id(host: Host, roles: Roles, sent_again: list[dict[str, Any]]) -> None:
    """A client sends a request again whose answer was lost: it must not enrol twice. Nobody may be enrolled before."""
    for number, promotion in enumerate(roles.once_per_customer):
        for customer in roles.shuffled_customers()[:1]:
            body = roles.body(promotion, customer, requestId=f"{host.request_ids}-again-{number}")
            sent_again.append(body)
            for _ in range(2):
                host.call(body)


def test_opt_in_of_one_customer_to_each_promotion(host: Host, roles: Roles) -> None:
    """Who has opted in to one promotion, or was refused, has not opted in to another. Few may have opted in before."""
    wrong: tuple[dict[str, Any], ...] = ({}, {"source": "NOWHERE"}, {"programId": NOTHING})
    for customer in roles.shuffled_customers()[:1]:
        for promotion, changes in zip(roles.loyalty_earning, cycle(wrong)):
            host.call(roles.body(promotion, customer))
            for each in (changes, {}) if changes else ({},):
                host.call(roles.body(promotion, customer, action="OPT_IN", **each))


@pytest.mark.parametrize("action", ACTIONS)
def test_every_promotion_by_every_identifier(host: Host, roles: Roles, action: str) -> None:
    """One customer for each promotion: the others are needed for enrolments to come."""
    promotions = roles.once_per_customer if action == "ENROL" else roles.loyalty_earning
    for place, promotion in enumerate(sorted(promotions, key=lambda one: (one.status == "LIVE", one.type))):
        for customer in roles.shuffled_customers()[:1]:
            # Only the first one enrols the customer, so each kind takes its turn: of UPCOMING promotions, e-mail first.
            names = identifier_names(customer)[::-1]
            for by in (*names[place % 3 :], *names[: place % 3]):
                # A host may repeat texts otherwise where a promotion is not LIVE, or for another action.
                text = odd_text(host.request_ids, promotion.promotion_id, action, by)
                host.call(roles.body(promotion, customer, action=action, by=by, requestId=text))


@pytest.mark.parametrize("action", ACTIONS)
def test_what_must_be_accepted(host: Host, roles: Roles, profile: Profile, action: str) -> None:
    promotions = [p for p in roles.repeatable if action == "ENROL" or p.type == "LOYALTY_EARNING"]
    sources = listed_sources(host.document)
    strength = max(profile.strength, 3 if profile.each_alone else 2)
    for asking in must_be_accepted(roles, promotions, sources, action=action, strength=strength):
        host.call(asking.body, *asking.about)


def test_what_must_be_refused(host: Host, roles: Roles, profile: Profile) -> None:
    sources, strength = listed_sources(host.document), profile.strength
    for place, asking in enumerate(must_be_refused(roles, sources, strength=strength, each_source=profile.each_alone)):
        if place % _ON_A_CONNECTION == 0:
            host.change_connection()
        host.call(asking.body, *asking.about)


def test_what_must_be_refused_for_two_reasons(host: Host, roles: Roles, profile: Profile) -> None:
    for place, body in enumerate(two_reasons(roles, with_each_action=profile.strength > 2)):
        if place % _ON_A_CONNECTION == 0:
            host.change_connection()
        host.call(body)
