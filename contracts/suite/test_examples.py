"""The page's own example requests, and the first enrolment, which tells whether the host is fresh."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.exchange import Request
from contracts.inputs.roles import Roles
from contracts.suite.runner import Host


def test_example_enrol(host: Host, roles: Roles) -> None:
    body = _known(host, "enrol") or _first_enrolment(roles)
    host.ask(Request(body=body), "example.enrol", opening=True)


def test_example_opt_in(host: Host, roles: Roles) -> None:
    body = _known(host, "optIn")
    if body is None and roles.loyalty_earning and roles.customers:
        body = roles.body(roles.loyalty_earning[0], roles.customers[0], action="OPT_IN")
    if body is None:
        pytest.skip("needs the page's promotion, or one of type LOYALTY_EARNING, and a customer")
    host.call(body, "example.opt_in")


def _known(host: Host, name: str) -> dict[str, Any] | None:
    """Return an example request if the target knows its promotion and its customer.

    Both have the same requestId, as on the page; it is this run's, so that no earlier run has used it.
    """
    body: dict[str, Any] = host.document.request_examples()[name]
    data = host.target.data
    promotion = any(p.id == body["promotion"]["id"] for p in data.promotions)
    customer = any(str(c.id) == body["customer"]["identifierValue"] for c in data.customers)
    return {**body, "requestId": f"{host.request_ids}-example"} if promotion and customer else None


def _first_enrolment(roles: Roles) -> dict[str, Any]:
    if not roles.once_per_customer or not roles.customers:
        pytest.skip("needs a promotion that takes enrolments, and a customer")
    return roles.body(roles.once_per_customer[0], roles.customers[0])
