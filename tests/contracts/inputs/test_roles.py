"""The roles: the promotions of each group, and the bodies that name them."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from contracts.exchange import NOTHING
from contracts.inputs.roles import MOST_CUSTOMERS, Roles, first_identifier_name, identifier_names, identifier_value
from openapi.world import Customer, World
from tests.contracts.answers import ASHA, CHEN, PROMOTIONS
from tests.contracts.conftest import make_target


@pytest.fixture
def roles() -> Roles:
    return Roles(make_target(), 1)


@pytest.mark.parametrize(
    ("part", "promotions"),
    [
        ("repeatable", ["many-64", "steps-70"]),
        ("once_per_customer", ["enr-58", "opt-73", "earn-61", "soon-62", "soon-63"]),
        ("loyalty_earning", ["opt-73", "earn-61", "soon-63"]),
        ("loyalty", ["enr-58", "soon-62"]),
        ("limited_per_customer", ["three-65", "two-68"]),
        ("limited_per_promotion", ["seats-66", "pair-69", "full-67"]),
        ("inactive", ["draft-71", "pending-72", "paused-73", "stopped-74", "ended-75"]),
        ("generic", ["generic-81"]),
        ("engine_down", ["down-82"]),
        ("engine_silent", ["silent-83"]),
        ("failing_milestones", ["broken-84", "partly-85"]),
    ],
)
def test_each_group_has_its_promotions(roles: Roles, part: str, promotions: list[str]) -> None:
    assert [promotion.identifier for promotion in getattr(roles, part)] == promotions


def test_every_group_may_be_empty() -> None:
    roles = Roles(make_target(data=World()), 1)
    assert not any(
        (roles.once_per_customer, roles.repeatable, roles.inactive, roles.customers, list(roles.shuffled_pairs()))
    )


@pytest.mark.parametrize("seed", range(20))
def test_each_kind_of_identifier_gets_another_customer(seed: int) -> None:
    chosen = Roles(make_target(), seed).one_customer_per_identifier()
    assert [name for _, name in chosen] == ["id", "mobile", "email"]
    assert all(identifier_value(customer, name) for customer, name in chosen)
    assert len({customer.id for customer, _ in chosen}) == 3


def test_the_only_customer_serves_for_every_kind_of_identifier() -> None:
    one = Roles(make_target(data=World(customers=(ASHA,))), 1)
    assert one.one_customer_per_identifier() == [(ASHA, name) for name in ("id", "mobile", "email")]


def test_a_body_names_a_promotion_and_a_customer(roles: Roles) -> None:
    assert roles.body(PROMOTIONS["opt-73"], CHEN, action="OPT_IN", by="mobile") == {
        "requestId": "contract-test",
        "action": "OPT_IN",
        "promotion": {"id": "690ddfe45d4a900e2157f1c2", "promotionId": 1133595380},
        "customer": {"identifierName": "mobile", "identifierValue": "919800000003", "source": "WEBSITE"},
        "programId": 973,
    }


def test_without_promotion_and_customer_a_body_has_absent_ids(roles: Roles) -> None:
    body = roles.body(None, None)
    assert body["promotion"] == {"id": "f" * 24, "promotionId": 1999999999}
    assert body["customer"] == {"identifierName": "id", "identifierValue": "199999999999", "source": "INSTORE"}
    assert body["programId"] == 3334


def test_without_programs_the_program_is_an_absent_one() -> None:
    empty = msgspec.structs.replace(make_target().data, programs=(), promotions=(), enrolments=(), pinned=())
    roles = Roles(make_target(data=empty), 1)
    assert roles.body(None, None)["programId"] == 999999


@pytest.mark.parametrize(
    ("changes", "changed"),
    [
        ({"requestId": NOTHING}, {"requestId": None}),
        ({"programId": 5}, {"programId": 5}),
        ({"promotion": "x"}, {"promotion": "x"}),
        ({"source": NOTHING}, {"customer": {"identifierName": "id", "identifierValue": "388369579"}}),
        ({"source": None, "value": ""}, {"customer": {"identifierName": "id", "identifierValue": "", "source": None}}),
    ],
)
def test_changes_replace_or_remove_fields(roles: Roles, changes: dict[str, Any], changed: dict[str, Any]) -> None:
    body = roles.body(PROMOTIONS["enr-58"], ASHA, **changes)
    assert {key: body.get(key) for key in changed} == changed


def test_one_seed_gives_one_order() -> None:
    first, again, other = (Roles(make_target(), seed) for seed in (1, 1, 2))
    orders = [(tuple(roles.shuffled_customers()), tuple(roles.shuffled_pairs())) for roles in (first, again, other)]
    assert orders[0] == orders[1] != orders[2]


def test_shuffled_pairs_have_every_pair_once(roles: Roles) -> None:
    pairs = list(roles.shuffled_pairs())
    assert len(pairs) == len(roles.once_per_customer) * len(roles.customers)
    assert {(p.id, c.id) for p, c in pairs} == {(p.id, c.id) for p in roles.once_per_customer for c in roles.customers}


@pytest.mark.parametrize(
    ("customer", "names"),
    [
        (Customer(id=5, email="a@b"), ["id", "email"]),
        (Customer(mobile="1"), ["mobile"]),
        (Customer(external_id="x"), []),
    ],
)
def test_identifier_names_are_those_with_known_values(customer: Customer, names: list[str]) -> None:
    assert identifier_names(customer) == names
    assert first_identifier_name(customer) == (names[0] if names else "id")


def test_identifier_values_are_texts() -> None:
    every = {
        name: identifier_value(ASHA, name) for name in ("id", "userid", "mobile", "externalId", "external_id", "card")
    }
    assert every == {
        "id": "388369579",
        "userid": "388369579",
        "mobile": "919800000001",
        "externalId": "EXT-0001",
        "external_id": "EXT-0001",
        "card": "",
    }


def test_of_very_many_customers_a_few_of_each_kind_are_used() -> None:
    alike = tuple(Customer(id=number, source="INSTORE") for number in range(20_000))
    rare = Customer(id=7, mobile="919800000007", email="rare@example.com", source="WEBSITE")
    data = World(customers=(*alike[:9000], rare, *alike[9000:]))
    first, again, other = (Roles(make_target(data=data), seed).customers for seed in (1, 1, 2))
    assert len(first) == MOST_CUSTOMERS
    assert rare in first
    assert rare in other
    assert first == again != other
    assert sorted(first, key=data.customers.index) == list(first)
