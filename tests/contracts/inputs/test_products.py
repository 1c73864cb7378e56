"""Products: each two fields meet, any host finds the customer, and enrolments come in balanced ways."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations, product
from typing import Any

import pytest

from contracts.exchange import NOTHING
from contracts.inputs.covering import covering
from contracts.inputs.products import (
    ACTIONS,
    Ways,
    listed_sources,
    must_be_accepted,
    must_be_refused,
    wrong_in_each_way,
)
from contracts.inputs.roles import Roles
from contracts.inputs.wrong_values import FIELDS, Path, value_at
from openapi.document import Document
from openapi.world import Customer, World
from tests.contracts.answers import ASHA, PROMOTIONS
from tests.contracts.conftest import make_target

FACTORS: Mapping[str, Sequence[Any]] = {
    "row": list(range(9)),
    "way": list("abcdef"),
    "source": list(range(12)),
    "last": [True, False],
}
KINDS = ("id", "mobile", "email")


@pytest.fixture
def roles() -> Roles:
    return Roles(make_target(), 1)


@pytest.mark.parametrize("strength", [2, 3])
def test_any_values_of_so_many_factors_meet(strength: int) -> None:
    rows = covering(FACTORS, strength=strength)
    for names in combinations(FACTORS, strength):
        met = {tuple(row[name] for name in names) for row in rows}
        assert met == set(product(*(FACTORS[name] for name in names)))
    assert len(rows) < 9 * 6 * 12 * 2


def test_the_same_factors_give_the_same_rows() -> None:
    assert covering(FACTORS, strength=2) == covering(FACTORS, strength=2)


def test_a_factor_without_values_gives_no_rows() -> None:
    assert covering({"row": [], "way": ["a"]}, strength=2) == []
    assert covering({"way": ["a", "b"]}, strength=2) == [{"way": "a"}, {"way": "b"}]


def shape(body: dict[str, Any]) -> tuple[str, str, str, str]:
    promotion = next((p.identifier for p in PROMOTIONS.values() if p.id == body["promotion"]["id"]), None)
    customer = body["customer"]
    return promotion or "none", body["action"], customer["identifierName"], customer.get("source", "left out")


def test_whatever_must_be_refused_meets_each_action_identifier_and_source(roles: Roles, contract: Document) -> None:
    sources = listed_sources(contract)
    met = [shape(asking.body) for asking in must_be_refused(roles, sources, strength=2)]
    for promotion in ("none", "draft-71", "pending-72", "paused-73", "stopped-74", "ended-75", "generic-81"):
        mine = [one for one in met if one[0] == promotion]
        assert {one[1:3] for one in mine} == set(product(ACTIONS, KINDS))
        assert {one[3] for one in mine if one[1] == "ENROL"} == {*sources, "left out"}
    assert {one[3] for one in met if one[1] == "OPT_IN"} == {*sources, "left out"}
    assert {one[1] for one in met if one[0] == "down-82"} == {"ENROL"}


def test_where_three_meet_each_row_meets_each_way_in(roles: Roles, contract: Document) -> None:
    sources = [*listed_sources(contract), "left out"]
    met = {shape(asking.body) for asking in must_be_refused(roles, sources[:-1], strength=3)}
    for promotion, action in product(("draft-71", "paused-73"), ACTIONS):
        assert {one[2:] for one in met if one[:2] == (promotion, action)} == set(product(KINDS, sources))


def test_an_unknown_customer_and_another_program_meet_each_kind_of_promotion(roles: Roles, contract: Document) -> None:
    bodies = [asking.body for asking in must_be_refused(roles, listed_sources(contract), strength=2)]
    absent = {str(roles.target.absent.customer.id), roles.target.absent.customer.mobile, "nobody@absent.invalid"}
    strangers = [shape(body) for body in bodies if body["customer"]["identifierValue"] in absent]
    elsewhere = [shape(body) for body in bodies if shape(body)[0] == "soon-62" and body["programId"] == 973]
    for promotion in ("enr-58", "opt-73", "soon-62", "soon-63"):
        assert {one[1:3] for one in strangers if one[0] == promotion} == set(product(ACTIONS, KINDS))
    assert {one[1:3] for one in elsewhere} == set(product(ACTIONS, KINDS))
    assert {one[3] for one in strangers} >= {"INSTORE", "TMALL", "ALL"}


def test_whoever_is_registered_at_a_source_is_asked_with_it(roles: Roles, contract: Document) -> None:
    data = roles.target.data.customers
    registered = {customer.source for customer in data}
    for asking in must_be_accepted(
        roles, roles.once_per_customer, listed_sources(contract), action="ENROL", strength=2
    ):
        customer = asking.body["customer"]
        found = next(c for c in data if customer["identifierValue"] in (str(c.id), c.mobile, c.email))
        assert customer.get("source") not in registered or found.source == customer["source"]


@pytest.mark.parametrize("path", FIELDS, ids=".".join)
def test_each_wrong_value_meets_each_action_and_each_identifier(roles: Roles, contract: Document, path: Path) -> None:
    bodies = list(wrong_in_each_way(roles, path, listed_sources(contract), strength=2))
    for value in (NOTHING, None):
        having = [body for body in bodies if value_at(path, body) is value]
        if path != ("action",):
            assert {body["action"] for body in having} == set(ACTIONS)
        if path[0] != "customer":
            assert {body["customer"]["identifierName"] for body in having} == set(KINDS)


def test_a_customer_who_is_not_known_by_a_kind_of_identifier_is_nobody_by_it(contract: Document) -> None:
    few = Roles(
        make_target(
            data=World(
                promotions=tuple(PROMOTIONS.values()), customers=(Customer(id=ASHA.id),), absent=make_target().absent
            )
        ),
        1,
    )
    bodies = list(wrong_in_each_way(few, ("programId",), listed_sources(contract), strength=2))
    by_email = {body["customer"]["identifierValue"] for body in bodies if body["customer"]["identifierName"] == "email"}
    assert by_email == {few.target.absent.customer.email}


def test_a_telling_value_meets_each_way_at_once_where_three_meet(roles: Roles, contract: Document) -> None:
    bodies = list(wrong_in_each_way(roles, ("programId",), listed_sources(contract), strength=3))
    texts = [body for body in bodies if isinstance(body.get("programId"), str) and body["programId"].isdigit()]
    assert {(body["action"], body["customer"]["identifierName"]) for body in texts} == set(product(ACTIONS, KINDS))
    assert len({body["customer"].get("source") for body in texts}) > 4


def test_without_data_there_is_nothing_to_ask(contract: Document) -> None:
    empty = Roles(make_target(data=World()), 1)
    assert list(must_be_accepted(empty, (), listed_sources(contract), action="ENROL", strength=2)) == []


def test_ways_are_used_equally_often_and_any_host_finds_the_customer() -> None:
    ways = Ways()
    drawn = [ways.least_used(PROMOTIONS["earn-61"], ASHA) for _ in range(18)]
    assert set(Counter((way["by"], str(way["source"])) for way in drawn).values()) == {2}
    assert {way["source"] for way in drawn} == {"INSTORE", "ALL", NOTHING}


def test_ways_of_one_promotion_and_action_do_not_count_for_another() -> None:
    ways = Ways()
    first = [ways.least_used(PROMOTIONS[name], ASHA) for name in ("earn-61", "soon-63")]
    assert first[0] == first[1] == ways.least_used(PROMOTIONS["earn-61"], ASHA, "OPT_IN")


def test_a_customer_with_one_identifier_has_one_way_of_each_source() -> None:
    ways = Ways()
    drawn = [ways.least_used(PROMOTIONS["earn-61"], Customer(email="a@b")) for _ in range(2)]
    assert drawn == [{"by": "email", "source": "ALL"}, {"by": "email", "source": NOTHING}]
