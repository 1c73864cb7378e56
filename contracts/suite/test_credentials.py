"""Credentials: both kinds let in, anything else enrols nobody."""

from __future__ import annotations

import pytest

from contracts.cast import Cast
from contracts.exchange import Credentials, Request
from contracts.session import Session


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
    for body in bodies:
        session.ask(Request(body=body, credentials=kind), f"auth.{kind}")


@pytest.mark.parametrize("kind", ["none", "wrong", "wrong-password", "malformed", "expired", "forged"])
def test_credentials_that_are_not_valid(session: Session, cast: Cast, kind: Credentials) -> None:
    login = session.target.login
    if not login.is_given:
        pytest.skip("needs credentials: without any, nobody can say what a host does with wrong ones")
    if (kind == "expired" and login.expired is None) or (kind == "wrong-password" and login.basic is None):
        pytest.skip("needs a client whose tokens have expired, or Basic credentials")
    for promotion, customer in list(cast.pairs())[:2]:
        body = cast.body(promotion, customer)
        session.ask(Request(body=body, credentials=kind), "auth.required")
        # Whoever was turned away is not enrolled: with good credentials the same request is the first.
        session.call(body, "auth.required")
    for promotion in cast.earning[-1:]:
        body = cast.body(promotion, cast.customers[-1], action="OPT_IN")
        session.ask(Request(body=body, credentials=kind), "auth.required")
    session.ask(Request(body=cast.body(None, None), credentials=kind), "auth.required")
    session.ask(Request(body={}, credentials=kind), "auth.required")
