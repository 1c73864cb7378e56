"""Telling: two kinds of refusal that depend on who is named are told, and answers that differ otherwise are not."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from contracts.credentials import Credentials
from contracts.exchange import NOTHING, Answer, Exchange, Request
from contracts.verdict.findings import Finding
from contracts.verdict.telling import CLAIM
from openapi import world
from tests.contracts.answers import ask
from tests.contracts.conftest import make_answer, make_record

ABSENT = world.load().absent
COUNTED = itertools.count()
assert ABSENT is not None
GOOD = ask()
NO_CUSTOMER = ask(customer_identifierValue=str(ABSENT.customer.id), customer_source=NOTHING)
NO_PROMOTION = ask(promotion={"id": ABSENT.promotion.id, "promotionId": ABSENT.promotion.promotion_id})
TURNED_AWAY = {"message": "Unauthorized"}

Says = Callable[[dict[str, Any]], Answer]


def refused(message: str, status: int = 401) -> Answer:
    return make_answer({"data": None, "errors": [{"code": 401, "message": message}], "warnings": None}, status)


def told(says: Says, times: int = 3, kinds: tuple[Credentials, ...] = ("none",)) -> list[Finding]:
    record = make_record()
    bodies = (GOOD, NO_CUSTOMER, NO_PROMOTION)
    for number, (_, kind, body) in enumerate(itertools.product(range(times), kinds, bodies), 1):
        record.take(Exchange(number, Request(body=body, credentials=kind), says(body)))
    return [finding for finding in record.findings.all() if finding.claim == CLAIM]


def always(_: dict[str, Any]) -> Answer:
    return refused("Not authorized")


def tells_of_customers(body: dict[str, Any]) -> Answer:
    return refused("Customer not found" if body is NO_CUSTOMER else "Not authorized")


def tells_of_promotions(body: dict[str, Any]) -> Answer:
    return refused("Not authorized", 403 if body is NO_PROMOTION else 401)


def tells_by_code(body: dict[str, Any]) -> Answer:
    return make_answer({"data": None, "errors": [{"code": 1 if body is GOOD else 2, "message": "no"}]}, 401)


def test_a_refusal_that_depends_on_the_customer_is_told() -> None:
    (finding,) = told(tells_of_customers)
    assert (finding.level, finding.times) == ("hygiene", 1)
    assert finding.got == ("another answer where the customer does not exist (HTTP 401) than where all does (HTTP 401)")


@pytest.mark.parametrize("says", [tells_of_promotions, tells_by_code])
def test_so_is_one_that_depends_on_the_promotion_or_says_so_by_its_code(says: Says) -> None:
    assert told(says)


def test_two_of_a_kind_are_a_coincidence() -> None:
    assert not told(tells_of_customers, times=2)


def echoes(body: dict[str, Any]) -> Answer:
    return refused(f"no login for {body['customer']['identifierValue']} and {body['promotion']['id']}")


def counts(_: dict[str, Any]) -> Answer:
    return refused(f"request req-{next(COUNTED)} of 2026-11-26T10:00:{next(COUNTED) % 60:02}Z has no login")


def changes() -> Says:
    texts: Iterator[str] = itertools.cycle(["no login", "no credentials"])
    return lambda _: refused(next(texts))


@pytest.mark.parametrize("says", [always, echoes, counts, changes()])
def test_answers_that_do_not_depend_on_who_is_named_are_not_told(says: Says) -> None:
    assert not told(says, times=5)


def test_each_kind_of_credentials_is_compared_with_itself() -> None:
    record = make_record()
    asked: tuple[tuple[Credentials, int, Any], ...] = (("none", 401, GOOD), ("forged", 403, NO_CUSTOMER))
    for number, (_, (kind, status, body)) in enumerate(itertools.product(range(4), asked), 1):
        request = Request(body=body, credentials=kind)
        record.take(Exchange(number, request, make_answer(TURNED_AWAY, status)))
    assert not [finding for finding in record.findings.all() if finding.claim == CLAIM]
