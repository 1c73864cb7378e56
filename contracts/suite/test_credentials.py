"""Credentials: both kinds let in, anything else enrols nobody."""

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
        pytest.skip("needs credentials: without any, nobody can say what a host does with wrong ones")
    _be_turned_away(host, roles, kind)
    for promotion in roles.loyalty_earning[-1:]:
        for customer in roles.customers[-1:]:
            body = roles.body(promotion, customer, action="OPT_IN")
            host.ask(Request(body=body, credentials=kind), "auth.required")
    host.ask(Request(body=roles.body(None, None), credentials=kind), "auth.required")
    host.ask(Request(body={}, credentials=kind), "auth.required")


@pytest.mark.parametrize("kind", ["wrong-user", "wrong-password", "short-password", "long-password"])
def test_a_login_that_is_almost_right(host: Host, roles: Roles, kind: Credentials) -> None:
    if host.target.login.basic is None:
        pytest.skip("needs Basic credentials")
    # Once each: a till may be locked after a few wrong passwords.
    for promotion in roles.general_purpose[:1]:
        for customer in roles.customers[:1]:
            host.ask(Request(body=roles.body(promotion, customer), credentials=kind), "auth.required")


@pytest.mark.parametrize("kind", ["expired", "tampered"])
def test_a_token_that_is_no_good_any_more(host: Host, roles: Roles, kind: Credentials) -> None:
    login = host.target.login
    if (login.expired if kind == "expired" else login.oauth) is None:
        pytest.skip("needs an OAuth client; for tokens that have expired, one whose tokens have when they come")
    _be_turned_away(host, roles, kind)


def _be_turned_away(host: Host, roles: Roles, kind: Credentials) -> None:
    for promotion, customer in list(roles.shuffled_pairs())[:1]:
        body = roles.body(promotion, customer)
        host.ask(Request(body=body, credentials=kind), "auth.required")
        # Whoever was turned away is not enrolled: with good credentials the same request is the first.
        host.call(body, "auth.required")
