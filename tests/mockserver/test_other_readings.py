"""The journal says which readings of the open questions an answer hangs on."""

from __future__ import annotations

import json
import random
import select
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from mockserver.app import Mock
from openapi import questions
from openapi.document import Document
from openapi.effective import effective
from openapi.questions import Readings
from openapi.world import World
from tests import page
from tests.mockserver.caller import Caller, caller, with_value, without
from tests.mockserver.conftest import MakeMock
from tests.mockserver.process import Process, post
from tests.mockserver.readings.asking import mock_with
from tests.mockserver.tours import spelled, tour

QUESTIONS = questions.load()
PADDED = with_value(page.ENROL_REQUEST, "0388369579", "customer", "identifierValue")
OTHER_SOURCE = with_value(page.ENROL_REQUEST, "WEBSITE", "customer", "source")
OTHER_PROMOTION = with_value(page.ENROL_REQUEST, 1133595380, "promotion", "promotionId")


@pytest.fixture(scope="module")
def shared_mock(contract: Document, sample_world: World, readings: Readings) -> Mock:
    """One mock for all tests, since it takes half a second to make its plans."""
    return Mock.of(contract, sample_world, readings)


@pytest.fixture
def mock(shared_mock: Mock, sample_world: World) -> Caller:
    """The shared mock, as it was at the start."""
    found = caller(shared_mock, sample_world)
    found.client.post("/_mock/reset")
    return found


def mattered(mock: Caller, answer: TestResponse, session: str = "") -> Any:
    """Return the readings that the journal shows for an answer."""
    prefix = f"/_s/{session}" if session else ""
    return mock.client.get(f"{prefix}/_mock/journal/{answer.headers['X-Cap-Requestid']}").get_json()["readings"]


def asked(mock: Caller, answer: TestResponse) -> set[str]:
    return {one["question"] for one in mattered(mock, answer)}


def under(make_mock: MakeMock, contract: Document, world: World, **chosen: str) -> Caller:
    """Return a mock that follows some readings; a keyword has underscores for the hyphens of its question."""
    named = {question.replace("_", "-"): reading for question, reading in chosen.items()}
    document = effective(contract, named, known_questions=QUESTIONS)
    return caller(make_mock(document=document, readings=questions.defaults(QUESTIONS) | named), world)


def test_reading_is_shown_with_its_question_and_its_sentences(mock: Caller) -> None:
    found = mattered(mock, mock.send(OTHER_SOURCE))
    assert [one for one in found if one["question"] == "source-selects"] == [
        {
            "question": "source-selects",
            "asks": "Does the host use source to find the customer?",
            "reading": "no",
            "means": "the customer is found with any listed source",
            "otherwise": [
                {
                    "reading": "yes",
                    "means": "the customer is found only with the source where the customer registered",
                    "status": 400,
                    "outcomes": ["customer_not_found"],
                }
            ],
        }
    ]


@pytest.mark.parametrize(
    ("body", "question"),
    [
        (PADDED, "leading-zeros"),
        (with_value(page.ENROL_REQUEST, " 388369579", "customer", "identifierValue"), "value-folding"),
        (with_value(page.ENROL_REQUEST, "3334", "programId"), "wrong-type"),
        (with_value(page.ENROL_REQUEST, "SHOP", "customer", "source"), "unknown-value"),
        (with_value(page.ENROL_REQUEST, None, "customer", "source"), "null-optional"),
        (with_value(page.ENROL_REQUEST, "", "customer", "identifierValue"), "blank-value"),
        (with_value(page.ENROL_REQUEST, "xyz", "promotion", "id"), "malformed-id"),
        (with_value(page.ENROL_REQUEST, 1, "extra"), "unknown-fields"),
        (with_value(page.ENROL_REQUEST, "ENROL_MILESTONES", "action"), "milestone-action"),
        (without(page.ENROL_REQUEST, "customer", "source"), "source"),
        (without(page.ENROL_REQUEST, "requestId"), "request-id-absent"),
        (without(page.ENROL_REQUEST, "promotion", "promotionId"), "promotion-ids"),
        (OTHER_PROMOTION, "promotion-ids-disagree"),
        (with_value(page.ENROL_REQUEST, 973, "programId"), "program-mismatch"),
        ({"action": "ENROL"}, "many-violations"),
        ({"action": "ENROL"}, "data-on-error"),
        ({"action": "ENROL"}, "validation-status"),
        (page.OPT_IN_REQUEST, "opt-in-first"),
        (page.ENROL_REQUEST, "enrol-gives-optin-id"),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_reading_that_decides_a_request_is_named(mock: Caller, body: Any, question: str) -> None:
    assert question in asked(mock, mock.send(body))
    if question not in ("enrol-gives-optin-id",):
        assert question not in asked(mock, mock.send()), "it plays no part in the page's own request"


def test_every_question_that_a_mock_can_answer_in_two_ways_is_named_at_some_time(mock: Caller) -> None:
    """Of each question a request exists whose answer hangs on it."""
    bodies: list[Any] = [
        page.ENROL_REQUEST, page.ENROL_REQUEST, page.OPT_IN_REQUEST, page.OPT_IN_REQUEST, {"action": "ENROL"}, {},
        PADDED, OTHER_SOURCE, OTHER_PROMOTION, without(page.ENROL_REQUEST, "requestId"),
        without(page.ENROL_REQUEST, "promotion", "promotionId"), without(page.ENROL_REQUEST, "customer", "source"),
        with_value(page.ENROL_REQUEST, 973, "programId"), with_value(page.ENROL_REQUEST, "x", "promotion", "id"),
        with_value(page.ENROL_REQUEST, "userid", "customer", "identifierName"),
        with_value(page.ENROL_REQUEST, "", "customer", "identifierValue"), with_value(page.ENROL_REQUEST, 1, "extra"),
        with_value(page.ENROL_REQUEST, " 388369579", "customer", "identifierValue"),
        with_value(page.ENROL_REQUEST, "ENROL_MILESTONES", "action"), with_value(page.ENROL_REQUEST, "1", "programId"),
        with_value(page.ENROL_REQUEST, None, "requestId"), with_value(page.ENROL_REQUEST, "A", "customer", "source"),
    ]  # fmt: skip
    for body in bodies:
        mock.send(body)
    for promotion in mock.world.promotions:
        for action in ("ENROL", "ENROL", "OPT_IN", "OPT_IN"):
            mock.enrol("388600004", promotion.identifier or "", action=action)
            mock.enrol("388600005", promotion.identifier or "", action=action)
    mock.client.post(page.PATH, json={"action": "ENROL"})
    exchanges = mock.client.get("/_mock/journal?readings=yes").get_json()["exchanges"]
    named = {one["question"] for exchange in exchanges for one in exchange["readings"]}
    assert named == set(QUESTIONS)


def test_answer_under_the_other_reading_is_what_a_mock_with_it_gives(
    mock: Caller, make_mock: MakeMock, contract: Document, sample_world: World
) -> None:
    for body in (page.ENROL_REQUEST, PADDED, OTHER_SOURCE, OTHER_PROMOTION, {"action": "ENROL"}, page.OPT_IN_REQUEST):
        mock.client.post("/_mock/reset")
        found = mattered(mock, mock.send(body))
        told = {(one["question"], way["reading"]): way for one in found for way in one["otherwise"]}
        for (question, reading), way in told.items():
            other = under(make_mock, contract, sample_world, **{question: reading})
            assert other.send(body).status_code == way["status"]
            assert other.journal()[-1]["outcomes"] == way["outcomes"], (question, reading)


def test_reading_that_the_mock_follows_is_the_chosen_one(
    make_mock: MakeMock, contract: Document, sample_world: World
) -> None:
    mock = under(make_mock, contract, sample_world, leading_zeros="ignored")
    (found,) = [one for one in mattered(mock, mock.send(PADDED)) if one["question"] == "leading-zeros"]
    assert found["reading"] == "ignored"
    assert [way["outcomes"] for way in found["otherwise"]] == [["customer_not_found"]]


def test_enrolments_count_as_they_were(mock: Caller) -> None:
    """The second request of two is the one that is answered as already enrolled."""
    first, second = mock.send(), mock.send()
    assert "already-enrolled-body" not in asked(mock, first)
    assert "already-enrolled-body" in asked(mock, second)


def test_enrolments_and_ids_are_left_alone(mock: Caller) -> None:
    answers = [mock.send(), mock.opt_in("388600004", "enr-58"), mock.send(PADDED)]
    before = mock.enrolments()
    for answer in answers:
        mattered(mock, answer)
    assert mock.enrolments() == before
    assert len(mock.journal()) == len(answers)
    ids = [
        mock.enrol(customer, "enr-58").get_json()["data"]["enrollmentStatus"]["promotion"]
        for customer in ("388600004", "388600005")
    ]
    assert int(ids[1]["enrollmentId"]) - int(ids[0]["enrollmentId"]) <= 2


def test_a_request_that_no_reading_could_change_has_an_empty_list(mock: Caller) -> None:
    assert mattered(mock, mock.client.post("/nothing", json={})) == []
    assert mattered(mock, mock.client.post("/v1/auth/token", json={})) == []
    mock.client.post("/_mock/faults", json={"effect": "503", "count": 1})
    assert mattered(mock, mock.send(PADDED)) == []


def test_a_fault_that_only_delays_leaves_the_readings_of_the_answer(mock: Caller) -> None:
    mock.client.post("/_mock/faults", json={"effect": "slow", "delay": 5})
    assert "leading-zeros" in asked(mock, mock.send(PADDED))


@pytest.mark.parametrize("effect", ["no_response", "milestones_failed"])
def test_a_warning_that_a_fault_asks_for_hangs_on_its_readings(mock: Caller, effect: str) -> None:
    mock.client.post("/_mock/faults", json={"effect": effect})
    assert f"{effect.replace('_', '-')}-body" in asked(mock, mock.send())


def test_preferred_answer_hangs_on_the_readings_of_its_form(mock: Caller) -> None:
    found = asked(mock, mock.send(Prefer="outcome=engine_error"))
    assert {"engine-status", "error-shape", "data-on-error"} <= found
    assert "source-selects" not in found


def test_wrong_credentials_hang_on_two_questions(mock: Caller) -> None:
    answer = mock.client.post(page.PATH, json={"action": "ENROL"}, headers={"Authorization": "Basic eDp5"})
    assert {"unauthenticated", "precedence"} <= asked(mock, answer)
    assert "precedence" not in asked(mock, mock.client.post(page.PATH, json=page.ENROL_REQUEST))


def test_what_cannot_be_told_any_more_is_null(mock: Caller) -> None:
    unknown = with_value(page.ENROL_REQUEST, "700000001", "customer", "identifierValue")
    early, late = mock.send(unknown), mock.send(unknown)
    assert "refusal-status" in asked(mock, early)
    mock.client.post("/_mock/world", json={"customers": [{"id": 700000001}]})
    assert "refusal-status" in asked(mock, early), "it was found out while the world was the same"
    assert mattered(mock, late) is None
    assert mattered(mock, mock.send(with_value(page.ENROL_REQUEST, "x" * 5000, "requestId"))) is None


def test_session_has_its_own_exchanges(mock: Caller) -> None:
    answer = mock.client.post(f"/_s/a{page.PATH}", json={})
    assert isinstance(mattered(mock, answer, "a"), list)
    missed = mock.client.get(f"/_mock/journal/{answer.headers['X-Cap-Requestid']}")
    assert missed.status_code == 404
    assert "GET /_mock/journal shows the ids" in missed.get_json()["error"]


def test_list_shows_readings_only_if_asked(mock: Caller) -> None:
    mock.send(PADDED)
    mock.send()
    assert "readings" not in mock.journal()[0]
    shown = mock.client.get("/_mock/journal?readings=yes&limit=1").get_json()["exchanges"]
    assert [isinstance(one["readings"], list) for one in shown] == [True]
    assert "must be yes or no" in mock.client.get("/_mock/journal?readings=ja").get_json()["error"]


def test_others_are_answered_while_the_readings_are_found_out(serve: Callable[..., Process]) -> None:
    process = serve()
    for number in range(60):
        post(process, {"requestId": str(number), "action": "ENROL"})
    slow, quick = process.connect(), process.connect()
    slow.request("GET", "/_mock/journal?readings=yes")
    meanwhile = 0
    while not select.select([slow.sock], [], [], 0)[0]:
        quick.request("GET", "/_mock/health")
        assert quick.getresponse().read()
        meanwhile += 1
    exchanges = json.loads(slow.getresponse().read())["exchanges"]
    assert meanwhile >= 10
    assert len(exchanges) == 60
    assert {len(one["readings"]) for one in exchanges} == {len(exchanges[0]["readings"])}
    slow.close()
    quick.close()


def test_customers_are_found_under_another_folding(mock: Caller) -> None:
    """The world's own value has capitals and spaces, so its index differs from one folding to the next."""
    customers = [{"id": 700000001, "email": "Anna@Example.com"}, {"id": 700000002, "mobile": " 4915 "}]
    mock.client.post("/_mock/world", json={"customers": customers})
    by_email, by_mobile = (
        mock.enrol(value, "enr-58", name=name) for name, value in (("email", "anna@example.com"), ("mobile", "4915"))
    )
    for answer, folding in ((by_email, "case-folded"), (by_mobile, "trimmed")):
        (found,) = [one for one in mattered(mock, answer) if one["question"] == "value-folding"]
        assert [way["reading"] for way in found["otherwise"]] == [folding, "both"]


@pytest.mark.slow
def test_what_matters_is_what_another_mock_shows(mock: Caller) -> None:
    """Each request is the first of a fresh mock, once for every reading. No other reading is named, and none is left out."""
    others = {
        (question.id, reading): mock_with({question.id: reading})
        for question in QUESTIONS.values()
        for reading in question.readings
        if reading != question.default
    }
    for body in tour():
        mock.client.post("/_mock/reset")
        usual = mock.send(body)
        told = {(one["question"], way["reading"]) for one in mattered(mock, usual) for way in one["otherwise"]}
        seen = set()
        for pair, other in others.items():
            other.client.post("/_mock/reset")
            answer = other.send(body)
            own_id = answer.headers["X-Cap-Requestid"]
            if (answer.status_code, answer.text.replace(own_id, "")) != (usual.status_code, usual.text):
                seen.add(pair)
        assert told == seen, body


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_readings_are_told_of_any_combination(seed: int) -> None:
    """Whatever a mock follows, what it was asked can be judged again as it was."""
    dice = random.Random(seed)
    chosen = {question.id: dice.choice(list(question.readings)) for question in QUESTIONS.values()}
    mock = mock_with(chosen)
    for body in tour():
        mock.send(spelled(body, chosen))
        mock.client.post(page.PATH, json=spelled(body, chosen))
    exchanges = mock.client.get("/_mock/journal?readings=yes").get_json()["exchanges"]
    assert [one["request"]["body"] for one in exchanges if one["readings"] is None] == []
    assert {one["reading"] for exchange in exchanges for one in exchange["readings"]} <= set(chosen.values())
