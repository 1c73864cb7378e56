"""The session: it passes answers to the record, retries failures, and enrols nobody on a live host."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.errors import Misuse
from contracts.exchange import NO_ANSWER, NOTHING, Request
from contracts.host.connection import Unreachable
from contracts.host.dialect import Dialect
from contracts.host.tokens import TokenRefused
from contracts.inputs.roles import Roles
from contracts.session.connect import connect
from contracts.session.limits import Limits
from contracts.session.permission import NotPermitted
from contracts.verdict.conclusion import conclude_record
from contracts.verdict.result import Stop
from tests.contracts.conftest import ListWire, make_answer, make_session, make_target, refusal
from tests.contracts.oracle.test_judge import ENGINE, NO_CUSTOMER, NO_PROMOTION, WHOLE

ELSEWHERE = "https://elsewhere.example"


def test_an_engine_error_that_passes_is_noted(enrol: dict[str, Any], enrolled: dict[str, Any]) -> None:
    wire = ListWire([make_answer(refusal(500, ENGINE), 500), make_answer(enrolled)])
    session = make_session(wire)
    session.call(enrol, "example.enrol")
    assert (len(wire.sent), session.record.findings.all(), len(session.record.notes)) == (2, (), 1)


def test_an_engine_error_that_lasts_breaks_the_claim(enrol: dict[str, Any]) -> None:
    wire = ListWire([make_answer(refusal(500, ENGINE), 500)] * 3)
    session = make_session(wire)
    session.call(enrol, "example.enrol")
    conclude_record(session.record)
    assert [finding.claim for finding in session.record.findings.all()] == ["example.enrol"]


def test_an_engine_that_is_down_everywhere_ends_the_run_and_breaks_nothing(enrol: dict[str, Any]) -> None:
    session = make_session(ListWire([make_answer(refusal(500, ENGINE), 500)] * 30))
    for _ in range(9):
        session.call(enrol, "example.enrol")
    conclude_record(session.record)
    assert session.stopped == Stop(
        "the promotion engine of the host is down: no enrolment succeeds", host_unusable=True
    )
    assert (len(session.record.exchanges), session.record.findings.all()) == (15, ())


def test_what_an_engine_failed_counts_once_an_enrolment_succeeds(
    enrol: dict[str, Any], enrolled: dict[str, Any]
) -> None:
    session = make_session(ListWire([*[make_answer(refusal(500, ENGINE), 500)] * 3, make_answer(enrolled)]))
    session.call(enrol, "example.opt_in")
    session.call(enrol, "example.enrol")
    assert [finding.claim for finding in session.record.findings.all()] == ["example.opt_in"]


def test_after_an_engine_error_the_customer_may_be_enrolled_or_not(enrol: dict[str, Any]) -> None:
    already = "Unable to enroll in promotions. Customer already enrolled or limit reached."
    warned = make_answer({"data": None, "errors": None, "warnings": [{"message": already}]})
    session = make_session(ListWire([make_answer(refusal(500, ENGINE), 500), warned]))
    session.record.history.declare_fresh()
    session.call(enrol)
    assert session.record.findings.all() == ()


def test_a_gateway_that_refuses_ten_times_ends_the_run(enrol: dict[str, Any]) -> None:
    session = make_session(ListWire([make_answer(b"<html>", 503, {"retry-after": "1"})] * 30))
    for _ in range(9):
        session.call(enrol)
    assert session.stopped is None
    session.call(enrol)
    assert session.stopped == Stop(
        "10 requests in a row were turned away, the last with HTTP 503; try again when the host answers",
        host_unusable=True,
    )


def test_after_a_run_has_stopped_nothing_is_sent(enrol: dict[str, Any]) -> None:
    wire = ListWire([make_answer(b"<html>", 500)] * 3)
    session = make_session(wire, limits=Limits(requests=1))
    session.call(enrol)
    assert session.stopped == Stop("--max-requests 1 reached")
    assert (session.call(enrol), session.probe(Request(body=enrol))) == (None, NO_ANSWER)
    assert len(wire.sent) == 1


def test_a_retry_waits_for_retry_after(enrol: dict[str, Any], enrolled: dict[str, Any]) -> None:
    slept: list[float] = []
    wire = ListWire([make_answer(b"slow down", 429, {"retry-after": "7"}), make_answer(enrolled)])
    make_session(wire, sleep=slept.append).call(enrol)
    assert slept == [7.0]


def test_a_broken_claim_stops_a_run_with_fail_fast(enrol: dict[str, Any]) -> None:
    session = make_session(ListWire([make_answer(b"<html>", 500)] * 2), limits=Limits(fail_fast=True))
    session.call(enrol)
    assert session.stopped == Stop("stopped at the first broken claim (--fail-fast)")


def test_two_readings_of_one_question_are_a_finding(enrol: dict[str, Any]) -> None:
    without_program = {key: value for key, value in enrol.items() if key != "programId"}
    without_promotion = {key: value for key, value in enrol.items() if key != "promotion"}
    answers = [
        make_answer(refusal(310005, WHOLE[310005]), 400),
        make_answer(refusal(310005, WHOLE[310005]), 400),
        make_answer(refusal(310003, WHOLE[310003]), 422),
    ]
    session = make_session(ListWire(answers))
    session.call(without_program)
    session.call(without_program)
    session.call(without_promotion)
    assert session.record.findings.all() == ()
    conclude_record(session.record)
    (finding,) = session.record.findings.all()
    assert finding.claim == "error.promotion_required"
    assert (
        finding.expected == "one reading of the question validation-status/missing, as in the other answers: HTTP 400"
    )
    assert finding.exchange.number == 3


def test_declared_readings_bind(enrol: dict[str, Any]) -> None:
    del enrol["programId"]
    wire = ListWire([make_answer(refusal(310005, WHOLE[310005]), 400)])
    session = make_session(wire, readings={"validation-status": "422"})
    session.call(enrol)
    conclude_record(session.record)
    assert [finding.claim for finding in session.record.findings.all()] == ["error.program_id_required"]


def test_a_missing_answer_breaks_the_tested_claim(enrol: dict[str, Any], enrolled: dict[str, Any]) -> None:
    session = make_session(ListWire([make_answer(enrolled), Unreachable("gone"), Unreachable("gone")]))
    session.call(enrol)
    session.call(enrol, "example.enrol")
    assert [finding.claim for finding in session.record.findings.all()] == ["example.enrol"]


@pytest.mark.parametrize(
    ("lost", "status"), [(Unreachable("gone"), 0), (b"", 200), (b'{"data": ', 200), (b"<html>", 500)], ids=str
)
def test_after_a_lost_answer_the_customer_may_be_enrolled_or_not(enrol: dict[str, Any], lost: Any, status: int) -> None:
    already = "Unable to enroll in promotions. Customer already enrolled or limit reached."
    warned = make_answer({"data": None, "errors": None, "warnings": [{"message": already}]})
    first = make_answer(refusal(310005, WHOLE[310005]), 400)
    answer = lost if isinstance(lost, Exception) else make_answer(lost, status)
    again = [answer] if status in (0, 500) else []
    session = make_session(ListWire([first, answer, *again, warned]))
    session.record.history.declare_fresh()
    session.call({key: value for key, value in enrol.items() if key != "programId"})
    session.call(enrol, "example.enrol")
    session.call(enrol)
    assert "warning.already_enrolled" not in {finding.claim for finding in session.record.findings.all()}
    assert session.record.findings.count("broken") == 1


def test_a_host_that_never_answered_is_unreachable(enrol: dict[str, Any]) -> None:
    with pytest.raises(Unreachable):
        make_session(ListWire([Unreachable("gone")])).call(enrol)


def test_a_token_that_is_refused_breaks_the_claim(enrol: dict[str, Any]) -> None:
    session = make_session(ListWire([TokenRefused("no")]))
    session.ask(Request(body=enrol, credentials="oauth"), "auth.oauth")
    assert [finding.claim for finding in session.record.findings.all()] == ["auth.oauth"]


def test_a_token_that_is_rightly_not_issued_shows_nothing(enrol: dict[str, Any]) -> None:
    session = make_session(ListWire([TokenRefused("no")]))
    assert session.ask(Request(body=enrol, credentials="token-of-wrong-secret"), "auth.required") is None
    assert session.record.exchanges == []
    assert session.stopped is None


def test_promotion_ids_are_sent_under_the_names_of_the_host(enrol: dict[str, Any], enrolled: dict[str, Any]) -> None:
    wire = ListWire([make_answer(enrolled)])
    session = make_session(wire)
    session.dialect = Dialect("basic", promotion_names=("promoHexId", "promoIntId"))
    session.call(enrol)
    sent = wire.sent[0].body["promotion"]
    assert sent == {"promoHexId": "68c3f64bbd0a8a0aa705c793", "promoIntId": 1133590053}
    assert session.record.findings.all() == ()


@pytest.mark.parametrize("credentials", ["valid", "none", "wrong"])
def test_a_live_host_gets_no_request_that_could_enrol(enrol: dict[str, Any], credentials: Any) -> None:
    session = make_session(ListWire([]), target=make_target(ELSEWHERE, complete=False))
    with pytest.raises(NotPermitted):
        session.ask(Request(body=enrol, credentials=credentials))


def test_a_live_host_gets_no_request_that_is_safe_only_by_a_defect(enrol: dict[str, Any]) -> None:
    """A broken host may ignore the defect, so customer and promotion must not exist either."""
    session = make_session(ListWire([]), target=make_target(ELSEWHERE, complete=False))
    with pytest.raises(NotPermitted):
        session.call({**enrol, "programId": None})


def test_a_live_host_gets_no_request_in_which_only_the_customer_is_absent(enrol: dict[str, Any]) -> None:
    target = make_target(ELSEWHERE, complete=False)
    session = make_session(ListWire([]), target=target)
    body = Roles(target, 1).body(None, None)
    with pytest.raises(NotPermitted):
        session.call({**body, "promotion": enrol["promotion"], "programId": None})


def test_a_live_host_gets_requests_that_can_enrol_nobody() -> None:
    target = make_target(ELSEWHERE, complete=False)
    session = make_session(ListWire([make_answer(refusal(310005, WHOLE[310005]), 400)]), target=target)
    session.call(Roles(target, 1).body(None, None, programId=NOTHING))
    assert session.record.findings.all() == ()


def test_connecting_finds_the_names_of_the_host() -> None:
    required = make_answer(refusal(310003, WHOLE[310003]), 400)
    found = [make_answer(refusal(400, text), 400) for text in (NO_CUSTOMER, NO_PROMOTION)]
    wire = ListWire([required] * 5 + found)
    session = make_session(wire)
    dialect = connect(session, Roles(session.record.target, 1))
    assert dialect.promotion_names == ("promoHexId", "promoIntId")


def test_connecting_keeps_the_names_of_the_page_if_others_change_nothing() -> None:
    session = make_session(ListWire([make_answer(refusal(310005, WHOLE[310005]), 400)] * 9))
    dialect = connect(session, Roles(session.record.target, 1))
    assert dialect.promotion_names == ("id", "promotionId")


def test_connecting_tries_the_unchanged_password() -> None:
    no = make_answer(b"", 401)
    yes = [make_answer(refusal(310005, WHOLE[310005]), 400)]
    yes += [make_answer(refusal(400, text), 400) for text in (NO_CUSTOMER, NO_PROMOTION)]
    wire = ListWire([no, *yes])
    session = make_session(wire)
    assert connect(session, Roles(session.record.target, 1)).password == "raw"
    assert [dialect.password for dialect in wire.dialects] == ["md5", "raw", "raw", "raw"]


def test_connecting_with_refused_credentials_is_misuse() -> None:
    session = make_session(ListWire([make_answer(b"", 401)] * 2))
    with pytest.raises(Misuse, match="refuses the credentials with HTTP 401"):
        connect(session, Roles(session.record.target, 1))


def test_connecting_to_a_gateway_is_misuse() -> None:
    session = make_session(ListWire([make_answer(b"<html>", 502)] * 6))
    with pytest.raises(Misuse, match="is behind a gateway that answers HTTP 502 in its place; wait with --wait"):
        connect(session, Roles(session.record.target, 1))
