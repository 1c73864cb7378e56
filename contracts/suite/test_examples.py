"""The page's two example requests. The first one also shows whether the host is fresh; see Exchange.opening."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.exchange import Request
from contracts.inputs.roles import Roles
from contracts.suite.host import Host


def test_example_enrol(host: Host, roles: Roles) -> None:
    body = _example(host, "enrol") or _first_enrolment(roles)
    host.ask(Request(body=body), "example.enrol", opening=True)


def test_example_opt_in(host: Host, roles: Roles) -> None:
    body = _example(host, "optIn")
    if body is None and roles.loyalty_earning and roles.customers:
        body = roles.body(roles.loyalty_earning[0], roles.customers[0], action="OPT_IN")
    if body is None:
        pytest.skip("needs the promotion of the page, or one of type LOYALTY_EARNING, and a customer")
    host.call(body, "example.opt_in")


def _example(host: Host, name: str) -> dict[str, Any] | None:
    """Return an example request of the page if the target lists its promotion and its customer.

    Both examples have the same requestId, as on the page. It begins with this run's prefix, so it is new to the host.
    """
    body: dict[str, Any] = host.document.request_examples()[name]
    data = host.target.data
    lists_promotion = any(p.id == body["promotion"]["id"] for p in data.promotions)
    lists_customer = any(str(c.id) == body["customer"]["identifierValue"] for c in data.customers)
    return {**body, "requestId": f"{host.request_ids}-example"} if lists_promotion and lists_customer else None


def _first_enrolment(roles: Roles) -> dict[str, Any]:
    if not roles.once_per_customer or not roles.customers:
        pytest.skip("needs a promotion that takes enrolments, and a customer")
    return roles.body(roles.once_per_customer[0], roles.customers[0])
