"""Every field of the request with every wrong value. With two wrong values, the error of either is right."""

from __future__ import annotations

from typing import Any, Final

import pytest

from contracts.exchange import NOTHING
from contracts.inputs.products import listed_sources, wrong_in_each_way
from contracts.inputs.profiles import Profile
from contracts.inputs.roles import Roles
from contracts.inputs.unlisted_fields import unlisted_fields
from contracts.inputs.wrong_values import FIELDS, Path, WrongValue, wrong_values_of
from contracts.suite.host import Host

# Of the wrong values of a field, so many are asked over one connection.
_ON_A_CONNECTION: Final = 10


@pytest.mark.parametrize("action", ["ENROL", "OPT_IN"])
@pytest.mark.parametrize("path", FIELDS, ids=".".join)
def test_one_wrong_value(host: Host, roles: Roles, path: Path, action: str) -> None:
    body = _valid_body(roles, action)
    for place, wrong_value in enumerate(wrong_values_of(path, body)):
        if place % _ON_A_CONNECTION == 0:
            host.change_connection()
        host.call(wrong_value.put(body))


@pytest.mark.parametrize("name", ["mobile", "email"])
def test_one_wrong_value_in_another_identifier(host: Host, roles: Roles, name: str) -> None:
    customer = next((c for c in roles.customers if getattr(c, name)), None)
    if customer is None:
        pytest.skip(f"needs a customer with a known {name}")
    body: dict[str, Any] = roles.body(roles.general_purpose[0] if roles.general_purpose else None, customer, by=name)
    path = ("customer", "identifierValue")
    for wrong_value in wrong_values_of(path, body):
        host.call(wrong_value.put(body))
    value = body["customer"]["identifierValue"]
    for near in (value.upper(), value.title(), value.replace("@", " @"), f"\t{value}"):
        host.call(WrongValue(path, near).put(body))


@pytest.mark.parametrize("path", FIELDS, ids=".".join)
def test_one_wrong_value_beside_others(host: Host, roles: Roles, profile: Profile, path: Path) -> None:
    """A host may check a field for one action, one kind of identifier, one source or one promotion only."""
    strength = 3 if profile.each_alone else 2
    for place, body in enumerate(wrong_in_each_way(roles, path, listed_sources(host.document), strength=strength)):
        if place % _ON_A_CONNECTION == 0:
            host.change_connection()
        host.call(body)


def test_unlisted_fields_change_nothing(host: Host, roles: Roles) -> None:
    """A host may ignore what the page does not list, or refuse it. What it must not do is go by it."""
    for asking in unlisted_fields(roles, host.history):
        host.call(asking.body, *asking.about)


def test_two_wrong_values(host: Host, roles: Roles, profile: Profile) -> None:
    body = _valid_body(roles, "ENROL")
    wrong_values = [wrong_value for path in FIELDS for wrong_value in wrong_values_of(path, body)]
    for _ in range(profile.pairs):
        first, second = roles.random.sample(wrong_values, 2)
        host.call(second.put(first.put(body)))


@pytest.mark.parametrize("action", ["ENROL", "OPT_IN"])
def test_several_fields_missing(host: Host, roles: Roles, action: str) -> None:
    body = _valid_body(roles, action)
    for missing in (("promotion", "programId"), ("customer", "programId"), ("promotion", "customer", "programId")):
        host.call({key: value for key, value in body.items() if key not in missing})


@pytest.mark.parametrize("action", ["ENROL", "OPT_IN"])
def test_field_missing_beside_optional_ones(host: Host, roles: Roles, action: str) -> None:
    body = _valid_body(roles, action)
    for optional in (("requestId",), ("customer", "source")):
        body = WrongValue(optional, NOTHING).put(body)
    for path in FIELDS:
        if path not in (("requestId",), ("customer", "source")):
            host.call(WrongValue(path, NOTHING).put(body))


def test_body_without_any_field(host: Host) -> None:
    # The one with a source violates five rows at once.
    bodies: tuple[Any, ...] = ({}, [], "ENROL", 5, None, True, {"customer": {"source": "INSTORE"}})
    for body in bodies:
        host.call(body)


def _valid_body(roles: Roles, action: str) -> dict[str, Any]:
    """Return a valid body. Without test data it names a promotion or a customer that does not exist."""
    promotions = roles.loyalty_earning if action == "OPT_IN" else roles.general_purpose
    customer = roles.random.choice(roles.customers) if roles.customers else None
    return roles.body(promotions[0] if promotions else None, customer, action=action)
