"""A world with many customers is read, served and listed without looking at each customer again and again. No test measures time."""

from __future__ import annotations

import copy
import itertools
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from werkzeug.test import Client

from mockserver.app import Mock
from mockserver.catalogue.pairs import telling_pairs
from mockserver.plan import Plan
from mockserver.state import State
from mockserver.stores import memory
from openapi import source, world
from openapi.document import Document
from openapi.questions import Readings
from openapi.world import Customer, Enrolment, Milestone, Program, Promotion, World
from tests import page, people
from tests.mockserver.caller import AUTHORIZED
from tests.mockserver.process import Process, post


def enrol(name: str, value: str, **others: str) -> dict[str, Any]:
    """Return a request that names a customer in a way."""
    return {
        **page.ENROL_REQUEST,
        "customer": {"identifierName": name, "identifierValue": value, "source": "ALL", **others},
    }


class Watched(tuple[Any, ...]):
    """A tuple that counts how often somebody goes through it."""

    passes = 0

    def __iter__(self) -> Iterator[Any]:
        self.passes += 1
        return super().__iter__()

    def index(self, *_: Any) -> int:
        raise AssertionError("a customer is looked for in the list of all")


def test_no_request_goes_through_the_customers(contract: Document, readings: Readings, sample_world: World) -> None:
    customers = Watched(sample_world.customers)
    served = msgspec.structs.replace(sample_world, customers=customers)
    mock = Client(Mock(Plan.of(contract, readings), State.of(served, readings)))
    before = customers.passes
    assert before > 0
    for name, value in (("id", "388600005"), ("mobile", "447700900005"), ("email", "emeka@example.com"), ("id", "9")):
        mock.post(page.PATH, json=enrol(name, value), headers=AUTHORIZED)
    mock.post("/_mock/reset")
    assert [one["status"] for one in mock.get("/_mock/journal").get_json()["exchanges"]] == []
    assert customers.passes == before


def test_a_reset_keeps_no_record_again(
    contract: Document, readings: Readings, sample_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = State.of(sample_world, readings)
    kept = []
    monkeypatch.setattr(memory._Books, "keep", lambda books, record: kept.append(record))
    state.reset()
    assert kept == []
    assert len(state.store.records()) == len(sample_world.enrolments)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("id", "500000007"), ("userid", "500000007"), ("mobile", "919800000007")),
        *(("email", "customer.7@example.com"), ("externalId", "EXT-000007"), ("external_id", "EXT-000007")),
    ],
)
def test_each_identifier_name_has_an_index(contract: Document, readings: Readings, name: str, value: str) -> None:
    """A value of another kind finds nobody."""
    served = world.parse(people.many(9), path=Path("w.yaml"))
    directory = State.of(served, readings).directory
    reader = Plan.of(contract, readings).reader
    for asked in ("id", "userid", "mobile", "email", "externalId", "external_id"):
        found = directory.open_case(reader.read(enrol(asked, value))).customer
        same = {asked, name} in ({name}, {"id", "userid"}, {"externalId", "external_id"})
        assert (found is served.customers[7]) == same


def test_of_customers_who_are_alike_when_folded_the_last_one_counts(contract: Document, readings: Readings) -> None:
    alike = (
        Customer(id=1, email="A@example.com", mobile=" 49 "),
        Customer(id=2, email="a@example.com", mobile="49"),
        Customer(id=3, email="b@example.com", external_id="A"),
        Customer(id=4, external_id="a"),
    )
    served = World(customers=alike)
    reader = Plan.of(contract, readings).reader

    def found(folding: str, name: str, value: str) -> int | None:
        directory = State.of(served, {**readings, "value-folding": folding}, auth=False).directory
        customer = directory.open_case(reader.read(enrol(name, value))).customer
        return customer.id if customer else None

    assert [found("both", "email", " A@EXAMPLE.com"), found("both", "mobile", "49 ")] == [2, 2]
    assert [found("case-folded", "email", "A@example.com"), found("case-folded", "mobile", " 49 ")] == [2, 1]
    assert [found("both", "externalId", "A"), found("both", "externalId", "a")] == [3, 4]
    assert found("trimmed", "email", "A@example.com ") == 1


# What a promotion may be like, and the enrolments of its first customer: True for one that has opted in.
KINDS: dict[str, tuple[dict[str, Any], tuple[bool, ...]]] = {
    "plain": ({}, ()),
    "earning": ({"type": "LOYALTY_EARNING"}, ()),
    "generic": ({"type": "GENERIC"}, ()),
    "paused": ({"status": "PAUSED"}, ()),
    "down": ({"engine": "down"}, ()),
    "silent": ({"engine": "silent"}, ()),
    "failing": ({"milestones": (Milestone(1, 2, fails=True),)}, ()),
    "full": ({"limit_per_promotion": 0}, ()),
    "filled": ({"limit_per_promotion": 1}, (False,)),
    "enrolled": ({}, (False,)),
    "enrolled once of twice": ({"limit_per_customer": 2}, (False,)),
    "earning, enrolled": ({"type": "LOYALTY_EARNING"}, (False,)),
    "earning, opted in": ({"type": "LOYALTY_EARNING"}, (True,)),
    "earning, opted in of twice": ({"type": "LOYALTY_EARNING", "limit_per_customer": 2}, (True,)),
    "earning, opted in twice": ({"type": "LOYALTY_EARNING", "limit_per_customer": 2}, (False, True)),
}


def with_promotions(*kinds: str) -> World:
    """Return a world with a promotion of each kind. Its two customers differ in their enrolments only."""
    promotions: list[Promotion] = []
    enrolments: list[Enrolment] = []
    for number, kind in enumerate(kinds):
        like, enrolled = KINDS[kind]
        plain = Promotion(f"p{number}", number + 1, 1, "LOYALTY", "LIVE", identifier=f"i{number}")
        promotions.append(msgspec.structs.replace(plain, **like))
        for opted_in in enrolled:
            id = str(len(enrolments))
            enrolments.append(Enrolment(100, f"p{number}", f"e{id}", f"o{id}" if opted_in else None))
    customers = (Customer(id=100), Customer(id=101))
    return World((Program(1),), tuple(promotions), customers, tuple(enrolments))


def firsts(plan: Plan, data: World, pairs: Iterable[tuple[Customer, Promotion]]) -> dict[str, str]:
    """Return for each outcome the first request that gets it, with a reset before each, as the catalogue asks them."""
    state = State.of(data, plan.readings, auth=False)
    client = Client(Mock(plan, state))
    found: dict[str, str] = {}
    for customer, promotion in pairs:
        for action in ("ENROL", "OPT_IN"):
            state.reset()
            request = enrol("id", str(customer.id)) | {"action": action, "programId": 1}
            request["promotion"] = {"id": promotion.id, "promotionId": promotion.promotion_id}
            client.post(page.PATH, json=request)
            found.setdefault(" ".join(state.journal.entries()[0][0].outcomes), f"{customer.id} {promotion.id} {action}")
    return found


@pytest.mark.parametrize("after", ["already-enrolled", "once"])
def test_catalogue_finds_what_trying_every_pair_finds(contract: Document, readings: Readings, after: str) -> None:
    plan = Plan.of(contract, {**readings, "opt-in-after": after, "opt-in-first": "refused"})
    for kinds in itertools.product(KINDS, repeat=2):
        data = with_promotions(*kinds)
        every = itertools.product(data.customers, data.promotions)
        assert firsts(plan, data, telling_pairs(data)) == firsts(plan, data, every), kinds


def test_catalogue_tries_few_pairs_of_many(sample_world: World) -> None:
    crowd = tuple(Customer(id=each) for each in range(10_000_000, 10_003_000))
    promotions = [
        msgspec.structs.replace(one, id=f"{one.id}-{copied}", promotion_id=one.promotion_id + 1000 * copied)
        for one in sample_world.promotions
        for copied in range(20)
    ]
    large = msgspec.structs.replace(
        sample_world,
        customers=(*sample_world.customers, *crowd),
        promotions=(*sample_world.promotions, *promotions),
    )
    assert len(list(telling_pairs(large))) == len(list(telling_pairs(sample_world))) < 20


@pytest.mark.parametrize("write", [people.as_yaml, json.dumps], ids=["YAML", "JSON"])
def test_forty_thousand_customers_are_served(
    tmp_path: Path, serve: Callable[..., Process], write: Callable[[dict[str, Any]], str]
) -> None:
    path = tmp_path / ("w.json" if write is json.dumps else "w.yaml")
    path.write_text(write(people.many(40_000)))
    process = serve("--world", str(path))
    last = people.customer(39_999)
    for name, value in (("id", str(last["id"])), ("mobile", last["mobile"]), ("email", last["email"])):
        status, answer = post(process, enrol(name, value), Authorization=page.OPT_IN_AUTHORIZATION)
        assert (status, answer["data"]["customer"]["customerId"]) == (200, last["id"])
    status, answer = post(process, enrol("id", str(last["id"] + 1)), Authorization=page.OPT_IN_AUTHORIZATION)
    assert (status, answer["data"]) == (400, None)


def test_yaml_and_json_of_one_world_are_the_same_world(tmp_path: Path) -> None:
    raw = people.many(50)
    (tmp_path / "w.json").write_text(json.dumps(raw))
    (tmp_path / "w.yaml").write_text(people.as_yaml(copy.deepcopy(raw)))
    assert world.load(tmp_path / "w.json") == world.load(tmp_path / "w.yaml") == world.parse(raw, path=tmp_path)


def test_yaml_is_built_without_nodes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nodes of 100,000 customers take 600 MB, and words that are not shared another 30."""

    def refuse(*_: Any, **__: Any) -> Any:
        raise AssertionError("a node is made")

    monkeypatch.setattr(yaml.ScalarNode, "__init__", refuse)
    path = tmp_path / "w.yaml"
    path.write_text(people.as_yaml(people.many(50)))
    customers = source.read(path)["customers"]
    assert customers[0]["source"] is customers[10]["source"]
    assert next(iter(customers[0])) is next(iter(customers[10]))
