"""A session follows other readings than the mock until its reset; the rest of the mock does not notice."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from werkzeug.test import TestResponse

from mockserver.plan import Plan
from mockserver.plans import Plans
from openapi import questions
from openapi.document import Document
from openapi.questions import Readings
from openapi.world import World
from tests import page
from tests.mockserver.caller import AUTHORIZED, Caller, caller, with_value, without
from tests.mockserver.conftest import MakeMock

QUESTIONS = questions.load()
NO_SOURCE = without(page.ENROL_REQUEST, "customer", "source")
UNKNOWN = with_value(page.ENROL_REQUEST, 1, "programId")


def choose(mock: Caller, readings: Any, session: str = "") -> TestResponse:
    prefix = f"/_s/{session}" if session else ""
    return mock.client.put(f"{prefix}/_mock/readings", json=readings)


def send(mock: Caller, body: Any, session: str = "") -> TestResponse:
    prefix = f"/_s/{session}" if session else ""
    return mock.client.post(prefix + page.PATH, json=body, headers=AUTHORIZED)


def shown(mock: Caller, session: str = "") -> dict[str, str]:
    prefix = f"/_s/{session}" if session else ""
    found: dict[str, str] = mock.client.get(f"{prefix}/_mock/readings").get_json()["readings"]
    return found


def test_answer_has_the_shape_of_the_reading(mock: Caller) -> None:
    assert choose(mock, {"error-shape": "object-string", "refusal-status": "200"}, "a").status_code == 200
    answer = send(mock, UNKNOWN, "a")
    assert answer.status_code == 200
    assert answer.get_json()["errors"]["code"] == "400"


def test_request_is_validated_by_the_reading(mock: Caller) -> None:
    assert send(mock, NO_SOURCE, "a").status_code == 200
    choose(mock, {"source": "required"}, "a")
    assert send(mock, NO_SOURCE, "a").get_json()["errors"][0]["code"] == 310008


@pytest.mark.parametrize("reading", ["case-folded", "both"])
def test_customers_are_found_as_the_reading_says_whenever_they_were_added(mock: Caller, reading: str) -> None:
    early, late = ({"id": 700000000 + n, "email": f"Person{n}@example.com"} for n in (1, 2))
    mock.client.post("/_s/a/_mock/world", json={"customers": [early]})
    choose(mock, {"value-folding": reading}, "a")
    mock.client.post("/_s/a/_mock/world", json={"customers": [late]})
    found = []
    for one in (early, late):
        body = with_value(page.ENROL_REQUEST, "email", "customer", "identifierName")
        body = with_value(body, str(one["email"]).upper(), "customer", "identifierValue")
        found.append(send(mock, body, "a").get_json()["data"]["customer"]["customerId"])
    assert found == [early["id"], late["id"]]


def test_customer_of_the_world_is_found_beside_those_that_were_added(mock: Caller) -> None:
    """The index of what was added lies above that of the world, which must follow the reading too."""
    world = mock.client.get("/_s/a/_mock/world").get_json()
    world["customers"].append({"id": 700000000, "email": "Person@Example.com"})
    mock.client.put("/_s/a/_mock/world", json=world)
    mock.client.post("/_s/a/_mock/world", json={"customers": [{"id": 700000001}]})
    choose(mock, {"value-folding": "case-folded"}, "a")
    mock.client.post("/_s/a/_mock/world", json={"customers": [{"id": 700000002}]})
    body = with_value(page.ENROL_REQUEST, "email", "customer", "identifierName")
    body = with_value(body, "person@example.COM", "customer", "identifierValue")
    assert send(mock, body, "a").get_json()["data"]["customer"]["customerId"] == 700000000


def test_other_sessions_and_the_mock_stay_as_they_are(mock: Caller) -> None:
    before = shown(mock)
    choose(mock, {"error-shape": "object-number"}, "a")
    assert shown(mock) == shown(mock, "b") == before
    assert isinstance(send(mock, UNKNOWN, "b").get_json()["errors"], list)
    assert isinstance(send(mock, UNKNOWN).get_json()["errors"], list)


def test_session_without_a_name_follows_readings_of_its_own(mock: Caller) -> None:
    choose(mock, {"error-shape": "object-number"})
    assert isinstance(send(mock, UNKNOWN).get_json()["errors"], dict)
    assert isinstance(send(mock, UNKNOWN, "new").get_json()["errors"], list)


def test_reset_goes_back_to_the_readings_of_the_mock(mock: Caller) -> None:
    before = shown(mock)
    choose(mock, {"error-shape": "object-number", "source": "required"}, "a")
    mock.client.post("/_s/a/_mock/reset")
    assert shown(mock, "a") == before
    assert send(mock, NO_SOURCE, "a").status_code == 200


def test_question_that_is_not_named_follows_the_mock(
    make_mock: MakeMock, sample_world: World, readings: Readings
) -> None:
    mock = caller(make_mock(readings={**readings, "opt-in-first": "refused"}), sample_world)
    choose(mock, {"error-shape": "object-number"}, "a")
    answer = choose(mock, {"data-on-error": None, "engine-status": 503}, "a").get_json()["readings"]
    assert answer == shown(mock, "a") == {**readings, "opt-in-first": "refused", "engine-status": "503"}
    assert choose(mock, {}, "a").get_json()["readings"] == {**readings, "opt-in-first": "refused"}


def test_enrolments_and_world_stay(mock: Caller) -> None:
    send(mock, page.ENROL_REQUEST, "a")
    choose(mock, {"already-enrolled-body": "existing-ids", "warning-shape": "strings"}, "a")
    body = send(mock, page.ENROL_REQUEST, "a").get_json()
    assert body["data"]["enrollmentStatus"]["promotion"]["enrollmentId"] == "25286"
    assert isinstance(body["warnings"][0], str)


def test_document_outcomes_and_console_are_those_of_the_session(mock: Caller) -> None:
    choose(mock, {"engine-status": "503", "source": "required"}, "a")
    document = yaml.safe_load(mock.client.get("/_s/a/_mock/openapi.yaml").text)
    assert document["x-readings"] == {"engine-status": "503", "source": "required"}
    assert "x-readings" not in yaml.safe_load(mock.client.get("/_mock/openapi.yaml").text)
    listed = {one["name"]: one["status"] for one in mock.client.get("/_s/a/_mock/outcomes").get_json()["outcomes"]}
    assert listed["engine_error"] == 503
    said = mock.client.get("/_s/a/_mock/console/readings").text
    assert "2 of them are not the usual one" in said
    assert "but for 2 that this session has chosen until its next reset" in said
    assert "this session has chosen" not in mock.client.get("/_mock/console/readings").text
    assert "source_required" in mock.client.get("/_s/a/_mock/console/outcomes").text


def test_journal_tells_the_readings_that_each_exchange_was_answered_by(mock: Caller) -> None:
    first = send(mock, NO_SOURCE, "a").headers["X-Cap-Requestid"]
    choose(mock, {"source": "required"}, "a")
    second = send(mock, NO_SOURCE, "a").headers["X-Cap-Requestid"]
    mattered = {}
    for one in (first, second):
        entry = mock.client.get(f"/_s/a/_mock/journal/{one}").get_json()
        mattered[one] = {each["question"]: each for each in entry["readings"]}
    assert mattered[first]["source"]["reading"] == "optional"
    assert mattered[second]["source"]["reading"] == "required"
    assert mattered[second]["source"]["otherwise"][0]["status"] == 200
    listed = mock.client.get("/_s/a/_mock/journal?readings=yes").get_json()["exchanges"]
    assert [{each["question"] for each in one["readings"]} for one in listed] == [set(one) for one in mattered.values()]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"eror-shape": "object-number"}, "'eror-shape' is no open question (did you mean 'error-shape'?)"),
        ({"source": "optional", "error-shape": "object-numbre"}, "(did you mean 'object-number'?)"),
        ({"error-shape": ["object-number"]}, "is none of its readings (list-number, list-string,"),
        (["error-shape"], "no object of questions and readings"),
        ("error-shape=object-number", "no object of questions and readings"),
        (7, "no object of questions and readings"),
    ],
)
def test_what_does_not_exist_is_refused_and_changes_nothing(mock: Caller, body: Any, said: str) -> None:
    choose(mock, {"source": "required"}, "a")
    answer = choose(mock, body, "a")
    assert answer.status_code == 400
    assert said in answer.get_json()["error"]
    assert "\n" not in answer.get_json()["error"]
    assert shown(mock, "a")["source"] == "required"


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'{"source": "required", "source": "optional"}'])
def test_body_that_is_no_json_is_refused(mock: Caller, body: bytes) -> None:
    answer = mock.client.put("/_s/a/_mock/readings", data=body)
    assert answer.status_code == 400
    assert "body" in answer.get_json()["error"]


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=lambda question: question.id)
def test_every_reading_can_be_chosen_and_answers_the_examples(mock: Caller, question: questions.Question) -> None:
    for reading in question.readings:
        assert choose(mock, {question.id: reading}, reading).get_json()["readings"][question.id] == reading
        for body in (page.ENROL_REQUEST, page.ENROL_REQUEST, page.OPT_IN_REQUEST, UNKNOWN, {}):
            assert "bug" not in send(mock, body, reading).text


def test_plans_are_made_once_and_are_bounded(
    contract: Document, readings: Readings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mockserver.plans._KEPT", 2)
    plans = Plans(Plan.of(contract, readings))
    assert plans.under({}) is plans.under({"source": "optional"}) is plans.own
    first = plans.under({"source": "required"})
    assert plans.under({"source": "required"}) is first
    plans.under({"source-selects": "yes"})
    assert plans.under({"source": "required"}) is first
    plans.under({"leading-zeros": "ignored"})  # drops that of source-selects, which was not used for longest
    assert plans.under({"source": "required"}) is first
    assert len(plans._others) == 2
