"""A world with many customers is read, served and listed without looking at each customer again and again. No test measures time."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import Client

from mockserver.app import Mock
from mockserver.catalogue import provocations
from mockserver.catalogue.pairs import telling_pairs
from mockserver.plan import Plan
from mockserver.state import State
from mockserver.stores import memory
from openapi import document, questions, source, world
from openapi.document import Document
from openapi.questions import Readings
from openapi.world import Customer, Enrolment, Milestone, Promotion, World
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


def brute(data: World) -> Iterator[tuple[Customer, Promotion]]:
    """Every pair, in the order in which the catalogue tries them."""
    for customer in data.customers:
        for promotion in data.promotions:
            yield customer, promotion


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Small worlds with promotions, milestones, limits and enrolments of all kinds."""
    promotions = tuple(
        Promotion(
            id=f"p{number}",
            promotion_id=number + 1,
            program_id=1,
            identifier=f"i{number}",
            type=draw(st.sampled_from(["GENERIC", "LOYALTY", "LOYALTY_EARNING"])),
            status=draw(st.sampled_from(["LIVE", "LIVE", "UPCOMING", "PAUSED"])),
            engine=draw(st.sampled_from(["up", "up", "down", "silent"])),
            limit_per_customer=draw(st.integers(1, 2)),
            limit_per_promotion=draw(st.none() | st.integers(0, 2)),
            milestones=draw(st.none() | st.lists(st.builds(Milestone, st.just(1), st.just(2), fails=st.booleans()), max_size=2).map(tuple)),
        )
        for number in range(draw(st.integers(0, 4)))
    )  # fmt: skip
    customers = tuple(Customer(id=100 + number) for number in range(draw(st.integers(0, 3))))
    pairs = [(customer, promotion) for customer in customers for promotion in promotions]
    enrolled = st.lists(st.sampled_from(pairs), max_size=5) if pairs else st.just([])
    enrolments = tuple(
        Enrolment(customer.id or 0, promotion.id, f"e{number}", f"o{number}" if draw(st.booleans()) else None)
        for number, (customer, promotion) in enumerate(draw(enrolled))
    )
    programs = (world.Program(1),)
    return World(programs, promotions, customers, enrolments, credentials=world.Credentials(headers=("Basic eDp5",)))


@settings(deadline=None, max_examples=25, derandomize=True)
@given(worlds(), st.sampled_from(["already-enrolled", "once", "same-ids"]), st.sampled_from(["enrols", "refused"]))
def test_catalogue_finds_what_trying_every_pair_finds(data: World, after: str, first: str) -> None:
    readings = {**questions.defaults(questions.load()), "opt-in-after": after, "opt-in-first": first}
    chosen = provocations.provocations(document.load(), data, readings)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(provocations, "telling_pairs", brute)
        assert chosen == provocations.provocations(document.load(), data, readings)


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
