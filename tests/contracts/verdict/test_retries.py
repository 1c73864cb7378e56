"""Retries: requests that fail once, now and then, or always."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.exchange import NOTHING, Answer, Exchange, Request
from contracts.host.connection import Unreachable
from contracts.session.limits import Limits
from contracts.session.session import Session
from contracts.verdict.conclusion import conclude_record
from contracts.verdict.retries import Again, Settled
from tests.contracts.answers import ask
from tests.contracts.conftest import ListWire, make_answer, make_session, refusal
from tests.contracts.oracle.test_judge import ENGINE, WHOLE

GOOD = make_answer(refusal(310005, WHOLE[310005]), 400)
ENGINE_ERROR = make_answer(refusal(500, ENGINE), 500)
CRASH = make_answer(b"<html>oops</html>", 500)
GATEWAY = make_answer(b"<html>", 502)
LOST = Unreachable("gone")


def asked(*answers: Answer | Exception, **body: Any) -> Session:
    """Return a session that has sent an invalid request until the answers ran out; the first answer is the right one."""
    wire = ListWire([GOOD, *answers])
    session = make_session(wire)
    while wire.answers:
        session.call(ask(programId=NOTHING, **body), "error.program_id_required")
    conclude_record(session.record)
    return session


def findings(session: Session) -> list[tuple[str, str]]:
    return [(finding.claim, finding.got) for finding in session.record.findings.all()]


@pytest.mark.parametrize("failure", [LOST, ENGINE_ERROR, GATEWAY], ids=["lost", "engine error", "gateway"])
def test_a_failure_that_may_pass_is_sent_again_and_noted(failure: Any) -> None:
    session = asked(failure, GOOD)
    assert findings(session) == []
    assert len(session.record.notes) == 1
    assert len(session.record.exchanges) == 3


def test_even_one_failure_without_the_error_of_the_page_breaks_the_engine_claim() -> None:
    session = asked(CRASH, GOOD)
    ((claim, got),) = findings(session)
    assert claim == "error.engine_error"
    assert got == "HTTP 500 without them; the same request succeeded when sent again"
    assert session.record.findings.all()[0].exchange.number == 2


@pytest.mark.parametrize("failures", [(CRASH, CRASH), (LOST, LOST), (CRASH, LOST)], ids=str)
def test_a_request_that_fails_twice_breaks_the_tested_claim(failures: Any) -> None:
    assert [claim for claim, _ in findings(asked(*failures, GOOD))] == ["error.program_id_required"]


def test_an_engine_error_that_lasts_breaks_the_tested_claim() -> None:
    session = asked(*[ENGINE_ERROR] * 3)
    assert findings(session) == [("error.program_id_required", "3 engine errors in a row")]


def test_a_failure_behind_an_answer_of_a_gateway_is_one_failure() -> None:
    assert findings(asked(GATEWAY, LOST, GOOD)) == []
    assert findings(asked(GATEWAY, GATEWAY, LOST)) == []
    assert [claim for claim, _ in findings(asked(GATEWAY, LOST, LOST))] == ["error.program_id_required"]


def test_a_gateway_that_lasts_breaks_nothing() -> None:
    assert findings(asked(*[GATEWAY] * 3, GOOD)) == []


def test_more_than_two_failures_and_one_in_a_hundred_are_too_many() -> None:
    now_and_then: list[Answer | Exception] = [LOST, GOOD, ENGINE_ERROR, GOOD]
    assert findings(asked(*now_and_then)) == []
    assert findings(asked(*now_and_then, LOST, *[GOOD] * 297)) == []
    got = "3 of 299 requests failed, and succeeded when sent again"
    assert findings(asked(*now_and_then, LOST, *[GOOD] * 293)) == [("error.engine_error", got)]


def test_one_kind_of_request_may_fail_too_often_by_itself() -> None:
    wire = ListWire([GOOD] * 300 + [ENGINE_ERROR, GOOD] * 3 + [GOOD] * 100)
    session = make_session(wire)
    for _ in range(300):
        session.call(ask(programId=NOTHING))
    for _ in range(103):
        session.call(ask(programId=NOTHING, customer_identifierName="mobile", customer_identifierValue="919800000001"))
    conclude_record(session.record)
    got = "3 of 106 requests with mobile failed, and succeeded when sent again"
    assert findings(session) == [("error.engine_error", got)]


def test_a_failure_that_could_not_be_sent_again_counts() -> None:
    session = make_session(ListWire([CRASH]), limits=Limits(requests=1))
    session.call(ask(programId=NOTHING), "error.program_id_required")
    conclude_record(session.record)
    assert [claim for claim, _ in findings(session)] == ["error.program_id_required"]


def test_a_failure_that_was_not_sent_again_counts_when_the_next_request_is_sent() -> None:
    session = make_session(ListWire([]))
    crashed = Exchange(1, Request(body=ask(action=NOTHING)), CRASH, ("error.action_required",))
    assert session.record.take(crashed) == Again(attempt=0)
    assert isinstance(session.record.take(Exchange(2, Request(body=ask(programId=NOTHING)), GOOD)), Settled)
    assert [claim for claim, _ in findings(session)] == ["error.action_required"]


FOREIGN = make_answer({"message": "no Route matched"}, 404)


def doubted(*answers: Answer | Exception) -> Session:
    """Return a session that has sent one request without a program, with a control that another request gives."""
    session = make_session(ListWire(answers))
    session.control = Request(body=ask(action=NOTHING))
    session.call(ask(programId=NOTHING), "error.program_id_required")
    conclude_record(session.record)
    return session


def test_an_answer_that_is_not_of_the_call_counts_if_the_host_answers_others_in_between() -> None:
    session = doubted(FOREIGN, FOREIGN, FOREIGN, GOOD, FOREIGN, GOOD, FOREIGN)
    assert [claim for claim, _ in findings(session)] == ["call.path"]


@pytest.mark.parametrize(
    "answers",
    [
        (FOREIGN, GOOD),
        (FOREIGN, FOREIGN, FOREIGN, FOREIGN),
        (FOREIGN, FOREIGN, FOREIGN, GOOD, GOOD),
        (FOREIGN, FOREIGN, FOREIGN, GOOD, FOREIGN, FOREIGN),
        (FOREIGN, FOREIGN, FOREIGN, GOOD, FOREIGN, GOOD, GOOD),
    ],
    ids=len,
)
def test_otherwise_it_breaks_nothing(answers: tuple[Answer, ...]) -> None:
    session = doubted(*answers)
    assert findings(session) == []
    wire = session.wire
    assert isinstance(wire, ListWire)
    assert wire.answers == []


def test_what_is_declared_as_json_and_is_none_counts_at_once() -> None:
    for content in (b'{"errors": NaN}', b"{,}", b"{'errors': []}"):
        garbled = make_answer(content, 400, {"content-type": "application/json"})
        assert [claim for claim, _ in findings(doubted(garbled))] == ["response.errors.filled"]


def test_a_second_answer_like_it_counts_at_once() -> None:
    session = doubted(FOREIGN, FOREIGN, FOREIGN, GOOD, FOREIGN, GOOD, FOREIGN, FOREIGN)
    session.call(ask(action=NOTHING), "error.action_required")
    wire = session.wire
    assert isinstance(wire, ListWire)
    assert (wire.answers, session.record.findings.all()[0].times) == ([], 2)


def test_a_closed_connection_is_forgiven_if_it_has_carried_answers() -> None:
    for kept, claims in (((5, 5, 5), []), ((5, 3, 5), []), ((0, 0, 0), ["error.engine_error"])):
        lost: list[Answer | Exception] = []
        for number in kept:
            lost += [Unreachable("gone", kept=number), GOOD]
        assert [claim for claim, _ in findings(asked(*lost))] == claims
