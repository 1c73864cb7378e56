"""What answers showed to clients is counted: outcomes, shapes and faults, each only if the answer that went out shows it."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
from msgspec.structs import replace

from mockserver.app import Mock
from mockserver.coverage.coverage import Coverage, Shown
from mockserver.coverage.faults import FAULTS
from mockserver.coverage.forms import features_of
from mockserver.exchange.handling import Handling
from mockserver.exchange.header_lines import HeaderLines
from mockserver.exchange.received import Received
from mockserver.exchange.response import BodyForm
from openapi import questions, shapes
from openapi.document import Document
from openapi.questions import Readings
from openapi.shapes import Form, Shape
from openapi.world import World
from tests import page
from tests.mockserver.caller import AUTHORIZED, Caller, caller, with_value, without
from tests.mockserver.conftest import MakeMock
from tests.mockserver.faults.asking import set_fault
from tests.mockserver.test_cost import counting

QUESTIONS = questions.load()
SHAPES = shapes.load(QUESTIONS)
UNKNOWN = with_value(page.ENROL_REQUEST, 1, "programId")
# What a client sends to get any answer there is: with and without requestId, into promotions with and without
# milestones.
TOUR: tuple[Any, ...] = (
    page.ENROL_REQUEST,
    page.ENROL_REQUEST,
    page.OPT_IN_REQUEST,
    without(page.OPT_IN_REQUEST, "requestId"),
    without(with_value(page.ENROL_REQUEST, "388600002", "customer", "identifierValue"), "requestId"),
    UNKNOWN,
    with_value(page.ENROL_REQUEST, "0", "customer", "identifierValue"),
    {},
    without(page.ENROL_REQUEST, "action"),
)


def counts(mock: Caller, kind: str = "") -> dict[str, int]:
    met = mock.client.get("/_mock/proof").get_json()["met"]
    return {one["name"]: one["count"] for one in met if one["count"] and kind in ("", one["kind"])}


def tour(mock: Caller, session: str = "") -> None:
    prefix = f"/_s/{session}" if session else ""
    for body in TOUR:
        mock.client.post(prefix + page.PATH, json=body, headers=AUTHORIZED)
    mock.client.post(prefix + page.PATH, json=page.ENROL_REQUEST)  # without credentials
    for outcome in ("engine_error", "milestones_failed", "no_response"):
        mock.client.post(f"{prefix}/_mock/faults", json={"effect": outcome, "count": 1})
        mock.client.post(prefix + page.PATH, json=page.ENROL_REQUEST, headers=AUTHORIZED)


def test_everything_is_listed_in_the_order_of_the_document(mock: Caller, contract: Document) -> None:
    met = mock.client.get("/_mock/proof").get_json()["met"]
    assert [one["name"] for one in met if one["kind"] == "outcome"] == [
        one.name for one in contract.outcomes.values() if one.section
    ]
    assert [one["name"] for one in met if one["kind"] == "shape"] == [one.name for one in SHAPES]
    # A mock without TLS refuses no handshake.
    assert [one["name"] for one in met if one["kind"] == "fault"] == [name for name in FAULTS if name != "refuse-tls"]
    assert {one["count"] for one in met} == {0}
    assert len([one for one in met if one["kind"] == "outcome"]) == 17


def test_each_outcome_of_an_answer_counts(mock: Caller) -> None:
    mock.send({})
    mock.send(without(page.ENROL_REQUEST, "action"))
    found = ("action_required", "promotion_required", "customer_required", "program_id_required")
    assert counts(mock, "outcome") == dict.fromkeys(found, 1) | {"action_required": 2}


def test_warning_counts_and_is_no_success(mock: Caller) -> None:
    mock.send()
    once = counts(mock)
    mock.send()
    again = counts(mock)
    assert again["already_enrolled"] == 1
    assert {name: again[name] for name in once if name.startswith("success-")} == {
        name: number for name, number in once.items() if name.startswith("success-")
    }


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_shape_is_met_under_its_reading_alone(mock: Caller, shape: Shape) -> None:
    question, equals, reading = shape.name.partition("=")
    others = [one for one in QUESTIONS[question].readings if one != reading] if equals else []
    for other in others:
        mock.client.put(f"/_s/{other}/_mock/readings", json={question: other})
        tour(mock, other)
        # An answer that is given before the body is read has nothing to repeat, so there `data` is null.
        assert shape.name not in counts(mock) or (shape.name, other) == ("data-on-error=null", "partial-echo")
    chosen = {question: reading} if equals else {"enrol-gives-optin-id": "after-opt-in"}
    mock.client.put("/_s/own/_mock/readings", json=chosen)
    tour(mock, "own")
    tour(mock)
    assert counts(mock)[shape.name] >= 1


def test_several_errors_count_only_where_there_are_several(mock: Caller) -> None:
    mock.send(without(page.ENROL_REQUEST, "action"))
    mock.client.put("/_s/a/_mock/readings", json={"many-violations": "first"})
    mock.client.post(f"/_s/a{page.PATH}", json={}, headers=AUTHORIZED)
    assert "many-violations=all" not in counts(mock)
    mock.send({})
    assert counts(mock)["many-violations=all"] == 1


def test_shape_of_errors_counts_only_with_errors_in_the_answer(mock: Caller) -> None:
    mock.client.put("/_mock/readings", json={"error-shape": "object-string", "data-on-error": "absent"})
    mock.send()
    assert not [name for name in counts(mock) if name.startswith(("error-shape", "data-on-error"))]
    mock.send(UNKNOWN)
    assert {"error-shape=object-string", "data-on-error=absent"} <= set(counts(mock))


def test_reset_changes_nothing_and_all_sessions_count_together(mock: Caller) -> None:
    for session in ("a", "b", "a"):
        mock.client.post(f"/_s/{session}{page.PATH}", json=UNKNOWN, headers=AUTHORIZED)
        mock.client.post(f"/_s/{session}/_mock/reset")
    mock.client.delete("/_mock/journal")
    assert counts(mock, "outcome") == {"program_not_found": 3}
    assert mock.client.get("/_s/a/_mock/proof").get_json() == mock.client.get("/_mock/proof").get_json()


def test_other_calls_and_the_control_plane_count_for_nothing(mock: Caller) -> None:
    mock.client.post("/v3/promotions/enrol/", json={}, headers=AUTHORIZED)
    mock.client.post("/v3/oauth/token/generate", json={"key": "x", "secret": "y"})
    mock.client.put("/_mock/readings", json={"source": "x"})
    mock.client.get("/_mock/journal?limit=x")
    assert counts(mock) == {}


def test_what_the_console_tries_is_no_answer_to_a_client(mock: Caller) -> None:
    mock.client.post("/_mock/console/try", data={"outcome": "program_not_found"})
    assert len(mock.journal()) == 1
    assert counts(mock) == {}


@pytest.mark.parametrize("prefer", ["outcome=promotion_not_found", "example=promotion_not_found"])
def test_preferred_outcome_counts(mock: Caller, prefer: str) -> None:
    mock.send(Prefer=prefer)
    assert counts(mock, "outcome") == {"promotion_not_found": 1}
    assert counts(mock, "shape")["refusal-status=400"] == 1
    assert mock.journal()[0]["outcomes"] == ["promotion_not_found"]


@pytest.mark.parametrize(
    ("fault", "name"),
    [
        ({"effect": "429"}, "429"),
        ({"effect": "498"}, "498"),
        ({"effect": "502"}, "502"),
        ({"effect": "503"}, "503"),
        ({"effect": "garbage"}, "garbage"),
        ({"effect": "empty"}, "empty"),
        ({"effect": "wrong-media-type"}, "wrong-media-type"),
        ({"effect": "answer", "status": 429, "headers": {"Retry-After": "1"}}, "429"),
    ],
)
def test_fault_that_struck_counts_as_the_fault_alone(mock: Caller, fault: dict[str, Any], name: str) -> None:
    set_fault(mock, **fault)
    assert name not in counts(mock)
    mock.send()
    assert counts(mock, "fault") == {name: 1}
    assert counts(mock, "outcome") == {}
    assert counts(mock, "shape") == {} or name == "498"


@pytest.mark.parametrize(
    "fault",
    [
        {"effect": "429", "customer": "1"},
        {"effect": "503", "after": 1},
        {"effect": "garbage", "probability": 0},
        {"effect": "answer", "status": 429},
        {"effect": "answer", "status": 502, "body": "{}"},
        {"effect": "500"},
    ],
)
def test_fault_that_did_not_strike_or_is_another_one_does_not_count(mock: Caller, fault: dict[str, Any]) -> None:
    set_fault(mock, **fault)
    mock.send()
    assert counts(mock, "fault") == {}


def test_refusal_that_is_called_html_counts_as_the_fault_alone(mock: Caller) -> None:
    set_fault(mock, "wrong-media-type")
    mock.send(UNKNOWN)
    assert counts(mock) == {"wrong-media-type": 1}


def test_body_that_a_fault_gives_counts_as_the_shape_that_it_has(mock: Caller) -> None:
    body = {"data": None, "errors": {"code": "310002", "message": "No."}, "warnings": None}
    set_fault(mock, "answer", status=422, body=json.dumps(body))
    mock.send()
    assert counts(mock) == {"error-shape=object-string": 1, "data-on-error=null": 1}


def test_outcome_that_a_fault_asks_for_counts_as_the_outcome(mock: Caller) -> None:
    set_fault(mock, "engine_error", count=1)
    mock.send()
    assert counts(mock, "outcome") == {"engine_error": 1}
    assert counts(mock, "shape")["message-extent=whole"] == 1
    assert counts(mock, "fault") == {}


def test_documented_status_503_is_no_gateway(mock: Caller) -> None:
    mock.client.put("/_mock/readings", json={"engine-status": "503"})
    mock.send(Prefer="outcome=engine_error")
    set_fault(mock, "engine_error", count=1)
    mock.send()
    assert counts(mock, "fault") == {}
    assert counts(mock, "shape")["engine-status=503"] == 2


def test_bug_of_the_mock_counts_for_nothing(mock: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mockserver.replying.replies._check", lambda *_: 1 / 0)
    assert mock.send(UNKNOWN).status_code == 500
    assert counts(mock) == {}


def test_text_that_is_not_that_of_the_row_shows_no_extent_of_it(contract: Document) -> None:
    outcome = contract.outcomes["engine_error"]
    handling = Handling(
        "", 0.0, Received("POST", page.PATH, "", HeaderLines(), "1.1"), page.PATH, readings={"message-extent": "whole"}
    )
    found = []
    for text in (outcome.message, f"{outcome.message} "):
        body = json.dumps({"data": None, "errors": [{"code": 500, "message": text}], "warnings": None}).encode()
        features = features_of(handling, (outcome,), 500, body)
        assert features
        found.append(Form(*features).message)
    assert found == ["whole", ""]


def test_what_is_known_of_a_form_is_what_each_body_shows(
    make_mock: MakeMock, sample_world: World, contract: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    served = make_mock()
    mock, coverage, by_bytes = caller(served, sample_world), served.client.coverage, Coverage(page.PATH)
    shown, forms = coverage.shown, []

    def both(handling: Handling) -> None:
        shown(handling)
        response = handling.response
        assert response is not None
        forms.append(response.form)
        by_bytes.shown(replace(handling, response=replace(response, form=None)))

    monkeypatch.setattr(coverage, "shown", both)
    cases = [case["name"] for case in mock.client.get("/_mock/cases").get_json()["cases"]]
    for name in ["", *cases]:
        if name:
            mock.client.post(f"/_mock/cases/{name}")
        for body in TOUR * 2:
            mock.send(body)
    assert len({id(form) for form in forms if form}) > 10
    assert coverage.met(contract, SHAPES, tls=False) == by_bytes.met(contract, SHAPES, tls=False)


@pytest.fixture
def answered(contract: Document, sample_world: World, readings: Readings) -> Handling:
    """An enrolment with its answer."""
    mock = Mock.of(contract, sample_world, readings)
    headers = HeaderLines({"Host": "localhost", "Content-Type": "application/json", **AUTHORIZED}.items())
    body = json.dumps(page.ENROL_REQUEST).encode()
    return mock.send(Received("POST", page.PATH, "", headers, "1.1", body, len(body)))


def test_counting_takes_few_calls(answered: Handling) -> None:
    """2.5 µs on a machine with two cores."""
    coverage = Coverage(page.PATH)
    with counting() as counted:
        for _ in range(100):
            coverage.shown(answered)
    assert counted.calls <= 100 * 12


def test_answers_are_counted_while_others_list_what_was_met(contract: Document, answered: Handling) -> None:
    coverage, ended = Coverage(page.PATH), threading.Event()
    response = answered.response
    assert response is not None

    def count() -> None:
        for number in range(20_000):
            form = BodyForm()
            form.shows = Shown((number,))
            coverage.shown(replace(answered, response=replace(response, form=form)))
        ended.set()

    thread = threading.Thread(target=count)
    thread.start()
    while not ended.is_set():
        coverage.met(contract, (), tls=False)
    thread.join()
