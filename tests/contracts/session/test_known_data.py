"""Known data: a run expects only the sample data that the host knows, and enrols nobody to find out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from contracts.errors import Misuse
from contracts.inputs.roles import Roles
from contracts.session.known_data import find_known_data
from contracts.session.session import Session
from mockserver.app import Mock
from openapi import document, questions, world
from openapi.world import World
from tests.contracts.answers import plain, refused
from tests.contracts.conftest import ListWire, make_answer, make_session
from tests.contracts.served import Seen, broken, broken_claims, carry_out, mock, served

pytestmark = pytest.mark.slow

SAMPLE = world.load()
PAGE = ("68c3f64bbd0a8a0aa705c793", "690ddfe45d4a900e2157f1c2")
ORDERS = ("the promotion first", "the customer first")


def mock_of(data: World, **readings: str) -> Mock:
    return Mock.of(document.load(), data, questions.defaults(questions.load()) | readings)


def page_only() -> World:
    """The promotions and customers of the page; the customers have other addresses than in the sample data."""
    customers = [
        msgspec.structs.replace(c, mobile=f"4479000{c.id}", email=f"{c.id}@x.example") for c in SAMPLE.customers
    ]
    return msgspec.structs.replace(
        SAMPLE,
        promotions=tuple(p for p in SAMPLE.promotions if p.id in PAGE),
        customers=tuple(customers[:2]),
        enrolments=(),
        pinned=(),
    )


def strangers() -> World:
    promotions = [msgspec.structs.replace(p, id=p.id[:-3] + "fff", promotion_id=5) for p in SAMPLE.promotions[:1]]
    customers = [msgspec.structs.replace(SAMPLE.customers[0], id=7, mobile="447900000", email="x@x.example")]
    return msgspec.structs.replace(
        SAMPLE, promotions=tuple(promotions), customers=tuple(customers), enrolments=(), pinned=()
    )


def customer_first(seen: Seen) -> None:
    """If promotion and customer are both unknown, answer with the error of the customer only."""
    errors = seen.answer.get("errors") if isinstance(seen.answer, dict) else None
    named = [e for e in errors or () if e["message"].startswith("Customer")]
    if named:
        seen.answer["errors"] = named


def host_of(data: World, order: str) -> Any:
    return (
        broken(customer_first, mock_of(data)) if order == ORDERS[1] else mock_of(data, **{"many-violations": "first"})
    )


@pytest.mark.parametrize("order", ORDERS)
def test_a_host_that_knows_the_sample_is_expected_to_know_all_of_it(order: str) -> None:
    with served(host_of(SAMPLE, order)) as url:
        result = carry_out(url, "examples")
    assert (len(result.target.data.promotions), result.target.complete) == (len(SAMPLE.promotions), True)
    assert sum(exchange.probe for exchange in result.exchanges) < 10


@pytest.mark.parametrize("order", ORDERS)
def test_a_host_that_knows_only_the_page_is_expected_to_know_no_more(order: str) -> None:
    with served(host_of(page_only(), order)) as url:
        result = carry_out(url)
    assert broken_claims(result) == set()
    assert tuple(promotion.id for promotion in result.target.data.promotions) == PAGE
    assert result.target.complete is False
    assert result.verdict == "kept"


@pytest.mark.parametrize("order", ORDERS)
def test_a_host_of_the_earlier_sample_is_not_expected_to_know_what_came_later(order: str) -> None:
    """Servers were written for the sample data before it got a second promotion of some kinds."""
    later = {"two-68", "pair-69", "steps-70", "partly-85"}
    earlier = tuple(p for p in SAMPLE.promotions if p.identifier not in later)
    with served(host_of(msgspec.structs.replace(SAMPLE, promotions=earlier), order)) as url:
        result = carry_out(url, "examples", "rules")
    assert broken_claims(result) == set()
    assert (result.target.data.promotions, result.target.complete) == (earlier, True)


@pytest.mark.parametrize("order", ORDERS)
def test_a_host_that_knows_nothing_of_it_is_not_judged(order: str) -> None:
    with served(host_of(strangers(), order)) as url, pytest.raises(Misuse, match="knows nothing of the sample data"):
        carry_out(url)


def test_with_a_target_file_the_host_is_not_asked_what_it_knows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("TILL", "store.server"), ("PASSWORD", "123")):
        monkeypatch.setenv(name, value)
    target = tmp_path / "target.yaml"
    target.write_text("credentials: {basic: {username: TILL, password: PASSWORD}}\n", encoding="utf-8")
    with served(mock_of(strangers())) as url:
        result = carry_out(url, "fields", target=target)
    assert result.verdict == "kept"


@pytest.mark.parametrize(
    "answer", [{"errors": "oops"}, b"<html>", refused("program_id_required"), {"data": {}}], ids=str
)
def test_a_host_whose_answers_do_not_say_not_found_is_judged(answer: Any) -> None:
    session = make_session(ListWire([make_answer(answer, 400)] * 4))
    assert find_known_data(session, roles_of(session)) == ""
    assert session.record.target.complete


@pytest.mark.parametrize("answer", [refused("promotion_not_found"), plain()], ids=["not found", "words of its own"])
def test_nobody_is_enrolled_to_find_out(answer: Any) -> None:
    session = make_session(ListWire([make_answer(answer, 400)] * 99))
    with pytest.raises(Misuse):
        find_known_data(session, roles_of(session))
    refusing = {p.id for p in SAMPLE.promotions if p.type == "GENERIC" or p.engine == "down"}
    absent = session.record.target.absent
    for exchange in session.record.exchanges:
        body = exchange.request.body
        nobody = body["customer"]["identifierValue"] == str(absent.customer.id)
        nowhere = body["promotion"]["id"] == absent.promotion.id
        assert nobody or nowhere or body["promotion"]["id"] in refusing


def test_the_sample_is_known_to_the_mock() -> None:
    with served(mock()) as url:
        assert carry_out(url, "examples").verdict == "kept"


def roles_of(session: Session) -> Roles:
    return Roles(session.record.target, 1)
