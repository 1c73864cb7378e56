"""Every request has a unique requestId, as the page says: a host may use it as a key."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contracts.exchange import NOTHING, Request
from contracts.session.opening import Order, open_session
from tests.contracts.conftest import ListWire, make_answer, make_session, refusal
from tests.contracts.oracle.test_judge import ENGINE, NO_CUSTOMER
from tests.contracts.served import Seen, broken, broken_claims, carry_out, mock, served


def test_each_request_gets_a_unique_request_id(enrol: dict[str, Any]) -> None:
    wire = ListWire([make_answer(refusal(400, NO_CUSTOMER), 400)] * 2)
    session = make_session(wire, request_ids="contract-test-7")
    for _ in range(2):
        session.call({**enrol, "requestId": "contract-test"})
    assert [request.body["requestId"] for request in wire.sent] == ["contract-test-7-1", "contract-test-7-2"]


def test_a_retry_keeps_the_request_id(enrol: dict[str, Any], enrolled: dict[str, Any]) -> None:
    wire = ListWire([make_answer(refusal(500, ENGINE), 500), make_answer(enrolled)])
    session = make_session(wire, request_ids="contract-test-7")
    session.call({**enrol, "requestId": "contract-test"})
    assert [request.body["requestId"] for request in wire.sent] == ["contract-test-7-1"] * 2


@pytest.mark.parametrize("request_id", ["mine", None, 5])
def test_a_given_request_id_is_sent_unchanged(enrol: dict[str, Any], request_id: Any) -> None:
    body = {**enrol, "requestId": request_id}
    assert Request(body=body).with_request_id("other").body == body


def test_a_body_without_a_request_id_gets_none() -> None:
    assert Request(body={}).with_request_id("other").body == {}
    assert Request(raw=b"{").with_request_id("other").body is NOTHING


def test_the_request_id_begins_with_the_seed() -> None:
    session = open_session(Order(host="http://127.0.0.1:9", seed=42))
    wire = ListWire([make_answer(refusal(400, NO_CUSTOMER), 400)])
    session.wire = wire
    session.call({"requestId": "contract-test"})
    assert wire.sent[0].body["requestId"] == "contract-test-42-1"


@pytest.mark.slow
def test_a_host_that_answers_the_same_request_as_before_is_not_accused() -> None:
    answers: dict[str, tuple[int, Any]] = {}
    asked: dict[str, Any] = {}

    def answer_once(seen: Seen) -> None:
        body = seen.asked if isinstance(seen.asked, dict) else {}
        name = body.get("requestId")
        if isinstance(name, str) and name.strip() and "example" not in name:
            assert asked.setdefault(name, body) == body, f"two requests with the requestId {name!r}"
            seen.status, answer = answers.setdefault(name, (seen.status, json.dumps(seen.answer)))
            seen.answer = json.loads(answer)

    with served(broken(answer_once, mock())) as url:
        result = carry_out(url)
    assert broken_claims(result) == set()
    assert len(answers) > 1000


def test_both_examples_have_the_same_request_id_as_on_the_page() -> None:
    with served(mock()) as url:
        result = carry_out(url, "examples")
    enrol, opt_in = (e.request.body["requestId"] for e in result.exchanges if not e.probe)
    assert enrol == opt_in == "contract-test-7-example"
