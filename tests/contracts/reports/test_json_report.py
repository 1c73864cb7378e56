"""report.json: it fits its schema, is equal for equal seeds, and has all that is needed to send a request again."""

from __future__ import annotations

import base64
import json
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime
from importlib import resources
from typing import Any

import jsonschema
import pytest

from contracts.exchange import Request
from contracts.host.dialect import Dialect
from contracts.reports import json_report
from contracts.verdict.result import Result
from openapi.document import Document
from tests.contracts.conftest import ListWire, make_answer, make_session, refusal
from tests.contracts.reports.conftest import HOSTILE, NO_CUSTOMER, result_of


@pytest.fixture(scope="session")
def schema() -> jsonschema.Draft202012Validator:
    text = resources.files("contracts.reports").joinpath("report.schema.json").read_text(encoding="utf-8")
    jsonschema.Draft202012Validator.check_schema(json.loads(text))
    return jsonschema.Draft202012Validator(json.loads(text))


def report(result: Result) -> Any:
    return json.loads(json_report.render(result))


@pytest.mark.parametrize("name", ["kept", "broken", "baselined", "live"])
def test_report_has_the_shape_of_its_schema(
    name: str, request: pytest.FixtureRequest, schema: jsonschema.Draft202012Validator
) -> None:
    written = report(request.getfixturevalue(name))
    assert [error.message for error in schema.iter_errors(written)] == []


@pytest.mark.parametrize("change", ["claims", "findings", "questions"])
def test_schema_refuses_what_it_does_not_know(
    change: str, broken: Result, schema: jsonschema.Draft202012Validator
) -> None:
    written = report(broken)
    written[change][0]["unlisted"] = 1
    assert not schema.is_valid(written)


def test_equal_runs_differ_under_run_only(broken: Result) -> None:
    later = replace(
        broken,
        seconds=9.0,
        began=datetime(2027, 1, 1, tzinfo=UTC),
        target=replace(broken.target, url="http://127.0.0.1:4711"),
    )
    first, second = report(broken), report(later)
    assert first.pop("run") != second.pop("run")
    assert json.dumps(first) == json.dumps(second)


def test_finding_carries_what_sends_it_again(broken: Result) -> None:
    written = report(broken)
    by_mail = next(f for f in written["findings"] if f["claim"] == "error.source_required")
    assert by_mail["request"]["method"] == "POST"
    assert by_mail["request"]["credentials"] == "valid"
    assert by_mail["request"]["body"]["customer"]["identifierValue"] == "<email of customer 3>"
    assert by_mail["curl"].startswith('curl -sSi -X POST "$ENROL_HOST"/v3/promotions/enrol ')


def test_a_body_in_another_spelling_says_so(contract: Document, schema: jsonschema.Draft202012Validator) -> None:
    session = make_session(ListWire([make_answer(b"<html>", 500), make_answer(b"<html>", 500)]))
    session.ask(Request(body=contract.request_examples()["enrol"], spelling="pretty"))
    written = report(result_of(session))
    assert [error.message for error in schema.iter_errors(written)] == []
    assert written["findings"][0]["request"]["spelling"] == "pretty"
    assert written["findings"][0]["request"]["body"]["action"] == "ENROL"


def test_bytes_that_are_not_json_are_base64(broken: Result) -> None:
    crash = next(f for f in report(broken)["findings"] if f["level"] == "hygiene")
    assert base64.b64decode(crash["request"]["raw"]) == b"\xff\xfe{\x00"
    assert "body" not in crash["request"]
    assert crash["answer"]["body"] == "\\xff\\xfe<html>"
    assert (crash["says"], crash["section"], crash["row"]) == (None, None, None)


def test_value_that_json_cannot_express_is_base64(enrol: dict[str, Any]) -> None:
    session = make_session(ListWire([make_answer(refusal(310003, "no"), 400)]))
    session.call({**enrol, "programId": float("inf")})
    (finding,) = report(result_of(session))["findings"]
    assert b"Infinity" in base64.b64decode(finding["request"]["raw"])


def test_report_gives_place_and_answer_of_each_finding(broken: Result) -> None:
    echo = report(broken)["findings"][0]
    assert (echo["section"], echo["row"]) == ("Response parameters", 2)
    assert (echo["expected"], echo["got"]) == ('"some-test-id"', json.dumps(HOSTILE, ensure_ascii=False))
    assert echo["answer"]["status"] == 200
    assert echo["answer"]["mediaType"] == "application/json"


def test_every_question_says_what_the_page_says_and_what_the_host_does(kept: Result) -> None:
    questions = {question["id"]: question for question in report(kept)["questions"]}
    assert list(questions) == list(kept.questions)
    settled = questions["enrol-gives-optin-id"]
    assert settled["statements"][0]["section"] == "Example response"
    (host,) = settled["host"]
    assert host["does"] in ("settled", "open")
    assert host["exchanges"] == [1]
    assert questions["engine-status"]["host"] == [
        {"key": "engine-status", "does": "unknown", "left": ["500", "200", "503"], "exchanges": []}
    ]


def test_question_that_is_answered_in_two_ways_is_inconsistent(enrol: dict[str, Any]) -> None:
    answers = [make_answer(refusal(400, NO_CUSTOMER), status) for status in (400, 200)]
    session = make_session(ListWire(answers))
    for _ in answers:
        session.call({**enrol, "customer": {"identifierName": "id", "identifierValue": "1", "source": "INSTORE"}})
    question = next(q for q in report(result_of(session))["questions"] if q["id"] == "refusal-status")
    (host,) = question["host"]
    assert (host["does"], host["left"], host["exchanges"]) == ("inconsistent", [], [1, 2])


def test_unreached_claim_says_what_it_needs(live: Result, kept: Result) -> None:
    claims = {claim["id"]: claim for claim in report(live)["claims"]}
    assert claims["warning.no_response"]["needs"] == "permission to enrol on this host (--permit-enrolments)"
    claims = {claim["id"]: claim for claim in report(kept)["claims"]}
    assert claims["warning.no_response"]["needs"].startswith("a promotion whose engine does not confirm")
    assert claims["example.enrol"]["needs"] is None


def test_requests_have_the_names_of_the_page_and_curl_those_of_the_host(
    enrol: dict[str, Any], enrolled: dict[str, Any]
) -> None:
    wrong = deepcopy(enrolled)
    wrong["data"]["action"] = "OPT_IN"
    session = make_session(ListWire([make_answer(wrong)]))
    session.dialect = Dialect("basic", promotion_names=("promoHexId", "promoIntId"))
    session.call(enrol)
    written = report(result_of(session))
    assert written["promotionNames"] == {"id": "promoHexId", "promotionId": "promoIntId"}
    (finding,) = written["findings"]
    assert set(finding["request"]["body"]["promotion"]) == {"id", "promotionId"}
    assert '"promoHexId"' in finding["curl"]


def test_earlier_requests_of_the_same_customer_and_promotion_are_named(
    enrol: dict[str, Any], enrolled: dict[str, Any], contract: Document
) -> None:
    wrong = deepcopy(enrolled)
    wrong["data"] |= {"action": "OPT_IN", "status": "FAILED"}
    wrong["data"]["customer"] |= {"identifierName": "mobile", "identifierValue": "919800000001"}
    by_mobile = deepcopy(enrol)
    by_mobile["customer"] |= {"identifierName": "mobile", "identifierValue": "919800000001"}
    session = make_session(
        ListWire([make_answer(b"", 401), make_answer(refusal(400, NO_CUSTOMER), 400), make_answer(wrong)])
    )
    session.ask(Request(body=enrol, credentials="none"))
    session.call({**enrol, "customer": {"identifierName": "id", "identifierValue": "388519295", "source": "LINE"}})
    session.call(by_mobile)
    found = {f["claim"]: (f["exchange"], f["earlier"]) for f in report(result_of(session))["findings"]}
    assert found["response.data.status.value"] == (3, [1])
    assert found["response.data.action.echo"] == (3, []), "what was sent before makes no difference to an echo"


def test_baseline_is_in_the_report(baselined: Result) -> None:
    states = {entry["claim"]: entry["state"] for entry in report(baselined)["deviations"]}
    assert set(states.values()) == {"known", "expired", "gone", "not tested"}
    known = [finding["claim"] for finding in report(baselined)["findings"] if finding["known"]]
    assert [claim for claim, state in states.items() if state == "known"] == known
