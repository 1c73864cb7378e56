"""Echoes where the requestId is blank, odd, or stands beside errors."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.exchange import NOTHING
from contracts.oracle.history import History
from openapi.world import World
from tests.contracts.answers import ask, made, plain, refused
from tests.contracts.conftest import Ask, broken

ECHO = {"response.data.requestId.echo"}


@pytest.mark.parametrize("got", ["", "  ", None, NOTHING, "made-up-1"])
def test_a_blank_request_id_may_be_repeated_left_out_or_made_up(judge: Ask, got: Any) -> None:
    sent = got if got in ("", "  ") else ""
    assert not broken(judge(ask(requestId=sent), made(requestId=got)))


@pytest.mark.parametrize(("sent", "got"), [("", "earlier"), ("  ", ""), ("", 5), ("  ", "\t")])
def test_a_blank_request_id_may_not_be_another(judge: Ask, sample: World, sent: str, got: Any) -> None:
    history = History(sample, fresh=True)
    history.request_ids.add("earlier")
    assert broken(judge(ask(requestId=sent), made(requestId=got), history=history)) == ECHO


@pytest.mark.parametrize("text", ["a\x7fb", "a\x85b", "a\ufffeb", "a\ufdd0b", "a\U0001fffeb", "a\x00b", "x" * 65])
def test_a_text_that_is_no_text_for_everybody_may_be_refused_but_not_changed(judge: Ask, text: str) -> None:
    assert not broken(judge(ask(requestId=text), plain(), 400))
    assert not broken(judge(ask(requestId=text), made(requestId=text)))
    assert broken(judge(ask(requestId=text), made(requestId=text[0]))) == ECHO


@pytest.mark.parametrize("text", ["a\u200db", "a\ue000b", "a\u202eb", "e\u0301", "a\u2028b", "\U0001f600", "x" * 64])
def test_any_other_text_must_be_taken(judge: Ask, text: str) -> None:
    assert broken(judge(ask(requestId=text), plain(), 400))


@pytest.mark.parametrize(("got", "wrong"), [("Ab", set()), (None, set()), (NOTHING, set()), ("ab", ECHO), ("", ECHO)])
def test_a_request_id_beside_errors_is_that_of_the_request(judge: Ask, got: Any, wrong: set[str]) -> None:
    data = {} if got is NOTHING else {"requestId": got}
    answer = {**refused("customer_not_found"), "data": data}
    assert broken(judge(ask(requestId="Ab", customer_identifierValue="1"), answer, 400)) == wrong


@pytest.mark.parametrize(("got", "wrong"), [("made-up-1", set()), ("earlier", ECHO), ("A\x7fB", ECHO)])
def test_a_host_that_turns_a_request_away_unread_may_make_one_up(
    judge: Ask, sample: World, got: str, wrong: set[str]
) -> None:
    history = History(sample, fresh=True)
    history.request_ids.add("earlier")
    answer = {**plain(), "data": {"requestId": got}}
    assert broken(judge(ask(requestId="a\x7fb"), answer, 400, history=history)) == wrong


@pytest.mark.parametrize(
    ("told", "wrong"),
    [
        ({"action": "OPT_IN"}, "action"),
        ({"action": None}, ""),
        ({"customer": {"identifierName": "id", "identifierValue": "nobody@absent.invalid"}}, "customer.identifierName"),
        ({"customer": {"identifierName": "email", "identifierValue": "388519295"}}, "customer.identifierValue"),
        ({"customer": {"identifierName": "email", "identifierValue": "Nobody@absent.invalid"}}, ""),
        ({"customer": {"identifierName": None}}, ""),
        ({"customer": None}, ""),
    ],
    ids=str,
)
def test_what_is_repeated_beside_errors_is_that_of_the_request(judge: Ask, told: dict[str, Any], wrong: str) -> None:
    asked = ask(customer_identifierName="email", customer_identifierValue="nobody@absent.invalid")
    answer = {**refused("customer_not_found"), "data": {"requestId": "some-test-id", "action": "ENROL", **told}}
    assert broken(judge(asked, answer, 400)) == ({f"response.data.{wrong}.echo"} if wrong else set())


@pytest.mark.parametrize(("got", "wrong"), [(388369579, False), (None, False), (388519295, True)])
def test_a_customer_who_is_resolved_beside_errors_is_the_one_asked_for(judge: Ask, got: Any, wrong: bool) -> None:
    answer = {**refused("program_id_required"), "data": {"customer": {"customerId": got}}}
    claims = {"response.data.customer.customerId.resolved"} if wrong else set()
    assert broken(judge(ask(programId=NOTHING), answer, 400)) == claims


def test_what_was_sent_in_the_wrong_type_may_be_repeated_as_it_was_taken(judge: Ask) -> None:
    answer = {**refused("promotion_required"), "data": {"action": "ENROL", "customer": {"identifierValue": "1E9"}}}
    assert not broken(judge(ask(customer_identifierValue=1e9, promotion=NOTHING), answer, 400))


@pytest.mark.parametrize(("got", "wrong"), [(5, True), ("5", False), (None, False), (NOTHING, False)])
def test_a_request_id_that_is_a_number_does_not_come_back_as_one(judge: Ask, got: Any, wrong: bool) -> None:
    assert broken(judge(ask(requestId=5), made(requestId=got))) == (
        {"response.data.requestId.type"} if wrong else set()
    )
