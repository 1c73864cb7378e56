"""Answers that clients cannot read, and answers about the size or the framing of a request."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from contracts.exchange import NO_ANSWER, Answer, Request
from contracts.oracle.history import History
from contracts.oracle.judge import Judge
from contracts.oracle.judgement import Judgement
from contracts.oracle.knowledge import Knowledge
from openapi.document import Document
from openapi.world import World
from tests.contracts.answers import ask, made, plain, refused
from tests.contracts.conftest import broken, make_answer

JSON = ("Content-Type", "application/json")
CHUNKED = {"headers": (JSON, ("Transfer-Encoding", "chunked"))}
EXPECTING = {"headers": (JSON, ("Expect", "100-continue"))}
LARGE: dict[str, Any] = {"spelling": "padded"}
PAGE = b"<html>Request Entity Too Large</html>"


@pytest.fixture
def judging(contract: Document, sample: World) -> Judge:
    return Judge(contract, Knowledge(sample, complete=True))


def judged(judging: Judge, sample: World, answer: Answer, **request: Any) -> Judgement:
    return judging.judge(Request(body=ask(), **request), answer, History(sample, fresh=True))


def test_a_success_with_a_flaw_is_no_success(judging: Judge, sample: World) -> None:
    answer = replace(make_answer(made()), flaw="3 of the 4 bytes that Content-Length names")
    judgement = judged(judging, sample, answer)
    assert broken(judgement) == {"example.response"}
    assert judgement.accepted
    assert [o.got for o in judgement.observations] == [answer.flaw]


def test_a_refusal_with_a_flaw_breaks_the_errors(judging: Judge, sample: World) -> None:
    answer = replace(make_answer(refused("customer_not_found"), 400), flaw="no last chunk")
    assert broken(judged(judging, sample, answer)) == {"response.errors.filled"}


def test_a_gateway_with_a_flaw_is_still_a_gateway(judging: Judge, sample: World) -> None:
    answer = replace(make_answer(b"<html>", 502), flaw="no last chunk")
    assert judged(judging, sample, answer).kind == "unjudged"


@pytest.mark.parametrize(
    "answer", [make_answer(PAGE, 413), make_answer(plain("too large"), 413), make_answer(plain(), 400)]
)
def test_a_large_body_may_be_turned_away(judging: Judge, sample: World, answer: Answer) -> None:
    assert not broken(judged(judging, sample, answer, **LARGE))
    assert broken(judged(judging, sample, answer))


def test_a_connection_may_be_closed_over_a_large_body(judging: Judge, sample: World) -> None:
    assert not broken(judged(judging, sample, NO_ANSWER, **LARGE))
    assert broken(judged(judging, sample, NO_ANSWER))


@pytest.mark.parametrize(
    "answer",
    [make_answer(refused("action_required"), 400), make_answer(b"<html>", 500), make_answer(made(requestId="x"))],
)
def test_a_large_body_is_no_reason_for_anything_else(judging: Judge, sample: World, answer: Answer) -> None:
    assert broken(judged(judging, sample, answer, **LARGE))


@pytest.mark.parametrize(("status", "how"), [(411, CHUNKED), (501, CHUNKED), (400, CHUNKED), (417, EXPECTING)])
def test_chunks_and_expectations_may_be_turned_away(
    judging: Judge, sample: World, status: int, how: dict[str, Any]
) -> None:
    assert not broken(judged(judging, sample, make_answer(b"no", status), **how))
    assert broken(judged(judging, sample, make_answer(b"no", status)))


def test_http_1_0_knows_no_chunks(judging: Judge, sample: World) -> None:
    answer = replace(make_answer(refused("action_required"), 400), version="HTTP/1.0")
    assert not broken(judged(judging, sample, answer, **CHUNKED))
    assert broken(judged(judging, sample, answer))


@pytest.mark.parametrize(("how", "rule"), [(CHUNKED, "chunked_body"), (EXPECTING, "expectation")])
@pytest.mark.parametrize(
    "answer",
    [
        make_answer(refused("action_required"), 400),  # as for an empty body
        make_answer(plain("not JSON"), 400),
        make_answer(refused("customer_not_found"), 400),
        make_answer(b"<html>", 500),
        make_answer({"errors": [{"code": 401, "message": "no"}]}, 401),
        NO_ANSWER,
    ],
)
def test_a_host_that_does_not_read_such_a_body_breaks_no_claim(
    judging: Judge, sample: World, answer: Answer, how: dict[str, Any], rule: str
) -> None:
    judgement = judged(judging, sample, answer, **how)
    assert not judgement.broken
    assert broken(judgement) == {f"hygiene.{rule}"}
    assert judgement.implies == judgement.hints == judgement.provided == {}
    assert broken(judged(judging, sample, answer))


def test_what_is_made_of_a_body_in_chunks_is_judged_by_the_page(judging: Judge, sample: World) -> None:
    assert broken(judged(judging, sample, make_answer(made(requestId="x")), **CHUNKED)) == {
        "response.data.requestId.echo"
    }


def test_a_right_refusal_of_a_body_in_chunks_shows_no_reading(judging: Judge, sample: World) -> None:
    request = Request(body=ask(action="ENROLL"), headers=CHUNKED["headers"])
    answer = make_answer(plain("unknown action"), 400)
    judgement = judging.judge(request, answer, History(sample, fresh=True))
    assert (judgement.implies, broken(judgement)) == ({}, set())
    assert judging.judge(replace(request, headers=(JSON,)), answer, History(sample, fresh=True)).implies


COOKIE = (("Content-Type", "application/json"), ("Cookie", "a=b"))
BLOCKED = b"<html><body>Request blocked</body></html>"


@pytest.mark.parametrize("headers", [COOKIE, (COOKIE[0], ("X-Forwarded-For", "203.0.113.7"))], ids=["cookie", "other"])
@pytest.mark.parametrize(
    "answer",
    [make_answer(BLOCKED, 400), make_answer(BLOCKED, 403), make_answer({"message": "no"}, 400), make_answer(b"", 400)],
    ids=["400", "403", "json", "empty"],
)
def test_a_gateway_may_turn_a_header_away_that_no_call_needs(
    judging: Judge, sample: World, answer: Answer, headers: tuple[tuple[str, str], ...]
) -> None:
    found = judged(judging, sample, answer, headers=headers)
    assert (found.kind, found.observations) == ("judged", ())


@pytest.mark.parametrize(
    ("answer", "headers"),
    [
        (make_answer(BLOCKED, 400), COOKIE[:1]),
        (make_answer(BLOCKED, 400), (COOKIE[0], ("Accept", "*/*"))),
        (make_answer(BLOCKED, 401), COOKIE),
        (make_answer(BLOCKED, 500), COOKIE),
        (make_answer(BLOCKED, 200), COOKIE),
        (make_answer(b"{", 400, {"content-type": "application/json"}), COOKIE),
        (make_answer(refused("promotion_not_found"), 400), COOKIE),
    ],
    ids=["no such header", "a usual header", "401", "500", "200", "garbled", "envelope"],
)
def test_a_header_that_no_call_needs_is_no_reason_for_anything_else(
    judging: Judge, sample: World, answer: Answer, headers: tuple[tuple[str, str], ...]
) -> None:
    assert broken(judged(judging, sample, answer, headers=headers))
