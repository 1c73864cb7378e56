"""Credentials: the host accepts both valid kinds, and enrols no customer with any other."""

from __future__ import annotations

import pytest

from contracts.exchange import Credentials, Request
from contracts.inputs.roles import Roles
from contracts.suite.runner import Host


@pytest.mark.parametrize("kind", ["basic", "oauth"])
def test_credentials_that_are_valid(host: Host, roles: Roles, kind: Credentials) -> None:
    login = host.target.login
    if (login.basic if kind == "basic" else login.oauth) is None:
        pytest.skip(f"needs {kind} credentials")
    customer = roles.customers[0] if roles.customers else None
    promotion = roles.general_purpose[0] if roles.general_purpose else None
    bodies = [roles.body(promotion, None), roles.body(None, customer), roles.body(None, None, programId=None)]
    if promotion and customer:
        bodies.append(roles.body(promotion, customer))
        bodies += [roles.body(earning, customer, action="OPT_IN") for earning in roles.loyalty_earning[:1]]
    for body in bodies:
        host.ask(Request(body=body, credentials=kind), f"auth.{kind}")


@pytest.mark.parametrize("kind", ["none", "wrong", "malformed", "unreadable", "forged"])
def test_credentials_that_are_not_valid(host: Host, roles: Roles, kind: Credentials) -> None:
    if not host.target.login.is_given:
        pytest.skip("needs credentials: a host that takes requests without any need not refuse wrong ones")
    _ask_and_enrol_afterwards(host, roles, kind)
    for promotion in roles.loyalty_earning[-1:]:
        for customer in roles.customers[-1:]:
            body = roles.body(promotion, customer, action="OPT_IN")
            host.ask(Request(body=body, credentials=kind), "auth.required")
    host.ask(Request(body=roles.body(None, None), credentials=kind), "auth.required")
    host.ask(Request(body={}, credentials=kind), "auth.required")


@pytest.mark.parametrize("kind", ["wrong-user", "wrong-password", "short-password", "long-password"])
def test_login_that_is_almost_right(host: Host, roles: Roles, kind: Credentials) -> None:
    if host.target.login.basic is None:
        pytest.skip("needs Basic credentials")
    # Once for each kind: a host may lock a user after a few wrong passwords.
    for promotion in roles.general_purpose[:1]:
        for customer in roles.customers[:1]:
            host.ask(Request(body=roles.body(promotion, customer), credentials=kind), "auth.required")


@pytest.mark.parametrize("kind", ["expired", "tampered"])
def test_token_that_is_expired_or_tampered(host: Host, roles: Roles, kind: Credentials) -> None:
    login = host.target.login
    if (login.expired if kind == "expired" else login.oauth) is None:
        pytest.skip(
            "needs an OAuth client; for expired tokens, one whose tokens have expired when the host issues them"
        )
    _ask_and_enrol_afterwards(host, roles, kind)


def _ask_and_enrol_afterwards(host: Host, roles: Roles, kind: Credentials) -> None:
    for promotion, customer in list(roles.shuffled_pairs())[:1]:
        body = roles.body(promotion, customer)
        host.ask(Request(body=body, credentials=kind), "auth.required")
        # With valid credentials the same request must be the first enrolment: the refused one must have enrolled nobody.
        host.call(body, "auth.required")
