"""The page's own example requests, and the first enrolment, which tells whether the host is fresh."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.inputs.roles import Cast
from contracts.session.session import Session


def test_example_enrol(session: Session, cast: Cast) -> None:
    body = _known(session, "enrol") or _first_enrolment(cast)
    session.call(body, "example.enrol")
    # The same enrolment comes first in every run: where it succeeds, no run has been here before, and on this
    # machine nobody enrols but us.
    if session.successes:
        session.history.declare_fresh()


def test_example_opt_in(session: Session, cast: Cast) -> None:
    body = _known(session, "optIn")
    if body is None and cast.earning and cast.customers:
        body = cast.body(cast.earning[0], cast.customers[0], action="OPT_IN")
    if body is None:
        pytest.skip("needs the page's promotion, or one of type LOYALTY_EARNING, and a customer")
    session.call(body, "example.opt_in")


def _known(session: Session, name: str) -> dict[str, Any] | None:
    """Return an example request if the target knows its promotion and its customer.

    Both have the same requestId, as on the page; it is this run's, so that no earlier run has used it.
    """
    body: dict[str, Any] = session.document.request_examples()[name]
    data = session.target.data
    promotion = any(p.id == body["promotion"]["id"] for p in data.promotions)
    customer = any(str(c.id) == body["customer"]["identifierValue"] for c in data.customers)
    return {**body, "requestId": f"{session.request_ids}-example"} if promotion and customer else None


def _first_enrolment(cast: Cast) -> dict[str, Any]:
    if not cast.single or not cast.customers:
        pytest.skip("needs a promotion that takes enrolments, and a customer")
    return cast.body(cast.single[0], cast.customers[0])
