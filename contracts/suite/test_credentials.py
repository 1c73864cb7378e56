"""Credentials: both kinds let in, anything else enrols nobody."""

from __future__ import annotations

import pytest

from contracts.exchange import Credentials, Request
from contracts.inputs.roles import Cast
from contracts.session.session import Session


@pytest.mark.parametrize("kind", ["basic", "oauth"])
def test_credentials_that_are_valid(session: Session, cast: Cast, kind: Credentials) -> None:
    login = session.target.login
    if (login.basic if kind == "basic" else login.oauth) is None:
        pytest.skip(f"needs {kind} credentials")
    customer = cast.customers[0] if cast.customers else None
    promotion = cast.takers[0] if cast.takers else None
    bodies = [cast.body(promotion, None), cast.body(None, customer), cast.body(None, None, programId=None)]
    if promotion and customer:
        bodies.append(cast.body(promotion, customer))
        bodies += [cast.body(earning, customer, action="OPT_IN") for earning in cast.earning[:1]]
    for body in bodies:
        session.ask(Request(body=body, credentials=kind), f"auth.{kind}")


@pytest.mark.parametrize("kind", ["none", "wrong", "malformed", "unreadable", "forged"])
def test_credentials_that_are_not_valid(session: Session, cast: Cast, kind: Credentials) -> None:
    if not session.target.login.is_given:
        pytest.skip("needs credentials: without any, nobody can say what a host does with wrong ones")
    _be_turned_away(session, cast, kind)
    for promotion in cast.earning[-1:]:
        for customer in cast.customers[-1:]:
            body = cast.body(promotion, customer, action="OPT_IN")
            session.ask(Request(body=body, credentials=kind), "auth.required")
    session.ask(Request(body=cast.body(None, None), credentials=kind), "auth.required")
    session.ask(Request(body={}, credentials=kind), "auth.required")


@pytest.mark.parametrize("kind", ["wrong-user", "wrong-password", "short-password", "long-password"])
def test_a_login_that_is_almost_right(session: Session, cast: Cast, kind: Credentials) -> None:
    if session.target.login.basic is None:
        pytest.skip("needs Basic credentials")
    # Once each: a till may be locked after a few wrong passwords.
    for promotion in cast.takers[:1]:
        for customer in cast.customers[:1]:
            session.ask(Request(body=cast.body(promotion, customer), credentials=kind), "auth.required")


@pytest.mark.parametrize("kind", ["expired", "tampered"])
def test_a_token_that_is_no_good_any_more(session: Session, cast: Cast, kind: Credentials) -> None:
    login = session.target.login
    if (login.expired if kind == "expired" else login.oauth) is None:
        pytest.skip("needs an OAuth client; for tokens that have expired, one whose tokens have when they come")
    _be_turned_away(session, cast, kind)


def _be_turned_away(session: Session, cast: Cast, kind: Credentials) -> None:
    for promotion, customer in list(cast.pairs())[:1]:
        body = cast.body(promotion, customer)
        session.ask(Request(body=body, credentials=kind), "auth.required")
        # Whoever was turned away is not enrolled: with good credentials the same request is the first.
        session.call(body, "auth.required")
