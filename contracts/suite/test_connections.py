"""Connections and time: an answer depends neither on the connection, nor on a pause, nor on how long the run lasts.

This part comes last: by now the host has answered many requests.
"""

from __future__ import annotations

from typing import Any, Final

import pytest

from contracts.exchange import NOTHING, Request
from contracts.inputs.profiles import Profile
from contracts.inputs.roles import Roles, identifier_names
from contracts.inputs.wrong_values import FIELDS, WrongValue
from contracts.suite.host import Host
from openapi.world import Customer, Promotion

# Over one connection: a server may have a limit of a hundred requests, and count them from 0 or from 1.
_HUNDRED: Final = 102
# A host may have as many workers, and give each connection to the next one.
_WORKERS: Final = 5

pytestmark = pytest.mark.usefixtures("needs_customers")


def test_first_requests_of_a_connection(host: Host, roles: Roles) -> None:
    """Each body is the first of a connection once, and the second once."""
    bodies = _one_of_each(roles)
    for first, second in zip(bodies, [*bodies[1:], *bodies[:1]], strict=True):
        host.reconnect()
        host.call(first)
        host.call(second)


def test_enrolment_seen_over_other_connections(host: Host, roles: Roles) -> None:
    for promotion, customer in _fresh(host, roles)[:2]:
        names = identifier_names(customer) or ["id"]
        for turn in range(_WORKERS + 1):
            host.reconnect()
            host.call(roles.body(promotion, customer, by=names[turn % len(names)]))


def test_hundredth_request_of_a_connection(host: Host, roles: Roles, profile: Profile) -> None:
    if host.is_slow:
        pytest.skip("needs time: the connections that are used side by side have carried more than a hundred each")
    kinds = _one_of_each(roles)
    for number in range(profile.connections):
        host.reconnect()
        for _ in range(_HUNDRED):
            host.call(kinds[number % len(kinds)])


def test_after_a_pause(host: Host, roles: Roles, profile: Profile) -> None:
    """The first request after a pause, and enrolments that were made before it."""
    if not profile.rest:
        pytest.skip("the profile has no pause")
    # The connection stays open meanwhile, unless the host closes it.
    host.reconnect(idle=2 * profile.rest)
    enrolled = _fresh(host, roles)[:2]
    limited = [(p, c) for p in roles.limited_per_customer for c in roles.shuffled_customers()[:1]]
    for promotion, customer in enrolled:
        host.call(roles.body(promotion, customer))
    for promotion, customer in limited:
        for _ in range(max(promotion.limit_per_customer - _enrolments(host, promotion, customer), 0)):
            host.call(roles.body(promotion, customer))
    opted_in = [(p, c) for p, c in _fresh(host, roles) if p in roles.loyalty_earning][:1]
    for promotion, customer in opted_in:
        for action in ("ENROL", "OPT_IN", "OPT_IN"):
            host.call(roles.body(promotion, customer, action=action))
    host.rest(profile.rest)
    host.call(_one_of_each(roles)[0])
    for promotion, customer in opted_in:
        host.call(roles.body(promotion, customer, action="OPT_IN"))
    for promotion, customer in (*enrolled, *limited):
        host.call(roles.body(promotion, customer))
    host.reconnect()


def test_enrolments_of_long_ago(host: Host, roles: Roles) -> None:
    """Whoever was enrolled early in the run still is."""
    # Who got the last seat of a promotion depends on the host, and not on the seed.
    enrolled = [(p, c) for p in roles.once_per_customer for c in roles.customers if _enrolments(host, p, c)]
    roles.random.shuffle(enrolled)
    for promotion, customer in enrolled[:6]:
        for name in identifier_names(customer)[:1]:
            host.call(roles.body(promotion, customer, by=name))


def test_everything_once_more(host: Host, roles: Roles) -> None:
    """What was right early in the run must still be right."""
    general, earning = roles.general_purpose[:1], roles.loyalty_earning[:1]
    customer = roles.random.choice(roles.customers)
    for promotion, action in [*((p, "ENROL") for p in general), *((p, "OPT_IN") for p in earning)]:
        body = roles.body(promotion, customer, action=action)
        for path in FIELDS:
            host.call(WrongValue(path, NOTHING).put(body))
        host.call({**body, "action": "UNENROL"})
        host.call({**body, "programId": str(promotion.program_id) + "x"})
        host.call({**body, "requestId": f"{host.request_ids}-Once-More-{action}"})
        for name in identifier_names(customer):
            host.call(roles.body(promotion, customer, action=action, by=name))
        for name in identifier_names(roles.target.absent.customer):
            host.call(roles.body(promotion, None, action=action, by=name))
        host.call({**body, "programId": roles.target.absent.program_id})
        if host.target.login.is_given:
            for kind in ("none", "wrong"):
                host.ask(Request(body=body, credentials=kind), "auth.required")
    refused = (*roles.generic[:1], *roles.inactive[:2], *roles.engine_down[:1], None)
    for other in (*refused, *roles.engine_silent[:1], *roles.failing_milestones[:1]):
        host.call(roles.body(other, customer))
    for promotion in roles.loyalty[:1]:
        host.call(roles.body(promotion, customer, action="OPT_IN"))
    for promotion, newcomer in [pair for pair in _fresh(host, roles) if pair[0].milestones][:1]:
        host.call(roles.body(promotion, newcomer))


def _one_of_each(roles: Roles) -> list[dict[str, Any]]:
    """Return an enrolment, a refused look-up, a warning, a wrong field and an opt-in, as far as the data has them."""
    customer = roles.random.choice(roles.customers)
    bodies = [roles.body(promotion, customer) for promotion in roles.general_purpose[:1]]
    bodies += [roles.body(promotion, None) for promotion in roles.general_purpose[:1]]
    bodies += [roles.body(promotion, customer) for promotion in roles.loyalty_earning[:1]]
    bodies += [roles.body(promotion, customer, action="OPT_IN") for promotion in roles.loyalty_earning[:1]]
    bodies += [roles.body(promotion, customer) for promotion in roles.engine_silent[:1]]
    return [*bodies, roles.body(None, customer, programId=NOTHING)]


def _fresh(host: Host, roles: Roles) -> list[tuple[Promotion, Customer]]:
    """Return pairs of a promotion and a customer who is not known to be enrolled in it, in random order."""
    return [(p, c) for p, c in roles.shuffled_pairs() if not _enrolments(host, p, c)]


def _enrolments(host: Host, promotion: Promotion, customer: Customer) -> int:
    return host.history.membership(customer, promotion).enrolments
