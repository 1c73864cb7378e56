"""The record: what a sequence of exchanges shows, without a network, a clock or a permission."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.exchange import Answer, Exchange, Request
from contracts.verdict.record import Record
from contracts.verdict.retries import Again, Settled
from tests.contracts.answers import ALREADY, ask, made, refused, warned
from tests.contracts.conftest import make_answer, make_record

NO_PROGRAM = make_answer(refused("program_id_required"), 400)
GATEWAY = make_answer(b"<html>", 502)


def taken(*exchanges: tuple[Any, Answer], **first: Any) -> Record:
    """Return a record of these exchanges. `first`: further fields of the first one."""
    record = make_record()
    for number, (body, answer) in enumerate(exchanges, 1):
        record.take(Exchange(number, Request(body=body), answer, **(first if number == 1 else {})))
    return record


@pytest.mark.parametrize(("opening", "fresh"), [(True, True), (False, False)])
def test_an_opening_enrolment_that_succeeds_shows_that_the_host_is_fresh(opening: bool, fresh: bool) -> None:
    assert taken((ask(), make_answer(made())), opening=opening).history.fresh is fresh


def test_an_opening_enrolment_that_is_refused_shows_nothing() -> None:
    assert not taken((ask(), make_answer(warned(ALREADY))), opening=True).history.fresh


def test_opening_without_valid_credentials_shows_nothing() -> None:
    record = make_record()
    record.take(Exchange(1, Request(body=ask(), credentials="none"), make_answer(made()), opening=True))
    assert not record.history.fresh


def test_a_settled_request_returns_its_judged_exchanges() -> None:
    outcome = make_record().take(Exchange(1, Request(body=ask(programId=None)), NO_PROGRAM))
    assert isinstance(outcome, Settled)
    assert [exchange.number for exchange, _ in outcome.judged] == [1]


def test_a_request_that_a_gateway_answers_three_times_is_settled_and_unjudged() -> None:
    record = make_record()
    request = Request(body=ask(programId=None))
    outcomes = [record.take(Exchange(number, request, GATEWAY)) for number in (1, 2, 3)]
    assert outcomes == [Again(attempt=0), Again(attempt=1), Settled()]
    said = "HTTP 502, a gateway answered instead of the host"
    assert [note.what for note in record.notes] == [
        f"sent again: {said}",
        f"sent again: {said}",
        f"left unjudged: {said}",
    ]
    assert record.findings.all() == ()


def test_cookies_are_secrets_from_the_first_exchange_on() -> None:
    record = make_record()
    answer = Answer(status=400, headers={"set-cookie": "sid=abc123def; Path=/"}, content=b"")
    record.add(Exchange(1, Request(), answer, probe=True))
    assert record.secrets == {"abc123def"}


def test_names_test_data_needs_a_known_promotion_and_a_customer_who_is_known_or_known_to_be_absent() -> None:
    record = make_record()
    assert record.names_test_data(Request(body=ask()))
    assert record.names_test_data(Request(body=ask(customer_identifierValue="199999999999")))
    assert not record.names_test_data(Request(body=ask(customer_identifierValue="199999999998")))
    assert not record.names_test_data(Request(raw=b"{"))
