"""Every reading of every open question shows in the answers of the mock, and any combination of them works."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from openapi import questions
from tests import page
from tests.mockserver.caller import Caller, with_value, without
from tests.mockserver.process import Process, run
from tests.mockserver.readings.asking import (
    CUSTOMER,
    EARNING,
    ENROL,
    HEX,
    INT,
    KNOWN,
    OTHER,
    customer,
    milestone,
    mock_of,
    mock_with,
    outcome,
    part,
    promotion,
)
from tests.mockserver.readings.seen import DONE, SEEN
from tests.mockserver.tours import spelled, tour

EVERY = [(question.id, reading) for question in KNOWN.values() for reading in question.readings]


def test_every_reading_is_seen_and_no_two_of_a_question_look_alike() -> None:
    assert list(SEEN) == list(KNOWN)
    for question, (_, seen) in SEEN.items():
        assert list(seen) == list(KNOWN[question].readings)
        assert all(one != other for one, other in itertools.combinations(seen.values(), 2)), question


@pytest.mark.parametrize(("question", "reading"), EVERY, ids=lambda word: word)
def test_reading_shows(question: str, reading: str) -> None:
    ask, seen = SEEN[question]
    assert ask(mock_with({question: reading})) == seen[reading]


def test_every_pair_of_readings_makes_a_mock_that_answers_the_request_of_the_page() -> None:
    """The combinations tried contain every pair of readings. None may be refused or answer with a bug."""
    dice = random.Random(1)
    apart = {frozenset(pair) for pair in itertools.combinations(EVERY, 2) if pair[0][0] != pair[1][0]}
    while apart:
        chosen = {question.id: dice.choice(list(question.readings)) for question in KNOWN.values()}
        chosen |= dict(min(apart, key=sorted))
        assert outcome(mock_with(chosen), spelled(ENROL, chosen)) == DONE, chosen
        apart -= {frozenset(pair) for pair in itertools.combinations(chosen.items(), 2)}


@pytest.mark.parametrize("seed", range(100))
def test_any_combination_of_readings_answers_the_tour_without_a_bug(seed: int) -> None:
    dice = random.Random(seed)
    chosen = {question.id: dice.choice(list(question.readings)) for question in KNOWN.values()}
    mock = mock_with(chosen)
    for body in tour():
        mock.send(spelled(body, chosen))
    bugs = [handling["why"] for handling in mock.journal() if "Traceback" in handling["why"]]
    assert bugs == [], chosen


def test_readings_in_force_are_shown(mock: Caller) -> None:
    assert mock.client.get("/_mock/readings").get_json() == {"readings": questions.defaults(KNOWN)}
    chosen = mock_of(source="required").client.get("/_mock/readings").get_json()["readings"]
    assert chosen == questions.defaults(KNOWN) | {"source": "required"}


def test_control_plane_shows_the_outcomes_of_the_effective_document() -> None:
    outcomes = mock_of(engine_status="503").client.get("/_mock/outcomes").get_json()["outcomes"]
    assert next(one["status"] for one in outcomes if one["name"] == "engine_error") == 503


def test_examples_of_the_effective_document_can_be_preferred() -> None:
    response = mock_of(error_shape="object-string").send(Prefer="example=program_not_found")
    assert response.get_json()["errors"]["code"] == "400"
    assert response.headers["Preference-Applied"] == "example=program_not_found"


def test_partial_echo_repeats_only_what_can_be_read() -> None:
    mock = mock_of(data_on_error="partial-echo", request_id_absent="omitted")
    broken = with_value(without(ENROL, "requestId"), 7, "customer", "identifierValue")
    named = {"identifierName": "id", "identifierValue": None}
    assert mock.send(broken).get_json()["data"] == {"action": "ENROL", "customer": named}
    assert mock.send_raw(b"{").get_json()["data"] is None


def test_look_ups_that_come_first_judge_only_the_valid_fields() -> None:
    mock = mock_of(precedence="credentials-lookup-validation")
    lost = {**ENROL, "programId": 999999}
    assert outcome(mock, without(lost, "action")) == "program_not_found"
    assert outcome(mock, with_value(ENROL, "x", "programId")) == "program_id_required"
    assert outcome(mock, without(ENROL, "promotion", "id")) == "promotion_required"
    assert outcome(mock, {}) == "action_required promotion_required customer_required program_id_required"
    assert outcome(mock, ENROL) == DONE


def test_either_id_is_enough_and_what_is_null_or_blank_is_not_given() -> None:
    mock = mock_of(promotion_ids="either")
    assert outcome(mock, promotion(id=None, promotionId=INT)) == DONE
    assert outcome(mock, promotion(id=" ", promotionId=INT)) == "already_enrolled"
    assert outcome(mock, promotion(id=HEX)) == "already_enrolled"
    assert outcome(mock, promotion(id=None, promotionId=None)) == "promotion_required"
    assert outcome(mock, promotion(id=HEX, promotionId=OTHER["promotionId"])) == "promotion_not_found"
    assert outcome(mock, promotion(id=True, promotionId=INT)) == "promotion_required"


def test_blank_id_finds_nothing_even_where_the_other_wins() -> None:
    mock = mock_of(blank_value="not-found", promotion_ids_disagree="promotionId-wins")
    assert outcome(mock, promotion(id=" ", promotionId=INT)) == "promotion_not_found"
    assert outcome(mock, promotion(id="f" * 24, promotionId=INT)) == DONE


def test_a_blank_in_an_unlisted_value_keeps_the_code_of_its_field() -> None:
    mock = mock_of(unknown_value="plain-400")
    assert outcome(mock, {**ENROL, "action": " "}) == "action_required"
    assert outcome(mock, customer(" ", CUSTOMER)) == "identifier_name_required"


def test_milestone_action_enrols_into_that_milestone_only() -> None:
    mock = mock_of(milestone_action="accepted")
    body = {**mock.request(CUSTOMER, EARNING), "action": "ENROL_MILESTONES"}
    response = mock.send(with_value(body, {"targetRuleId": 151502}, "customer", "milestone"))
    assert [one["targetRuleId"] for one in milestone(response)["milestones"]] == [151502]
    assert part(response, "data", "action") == "ENROL_MILESTONES"


def test_milestone_that_fails_is_the_one_that_was_asked_for() -> None:
    mock = mock_of(milestone_action="accepted")
    body = {**mock.request(CUSTOMER, "broken-84"), "action": "ENROL_MILESTONES"}
    assert outcome(mock, with_value(body, {"targetRuleId": 151551}, "customer", "milestone")) == DONE
    other = {**body, "customer": {"identifierName": "id", "identifierValue": "388600005"}}
    failing = with_value(other, {"targetRuleId": 151552}, "customer", "milestone")
    assert outcome(mock, failing) == "milestones_failed"


def test_mock_of_the_default_readings_answers_as_the_page_shows(mock: Caller) -> None:
    assert mock.send().get_json() == page.ENROL_RESPONSE


@pytest.fixture
def readings_file(tmp_path: Path) -> str:
    path = tmp_path / "readings.yaml"
    path.write_text("source: required\nengine-status: 503\n", encoding="utf-8")
    return str(path)


def test_served_mock_takes_readings_from_a_file_and_one_by_one(
    serve: Callable[..., Process], readings_file: str
) -> None:
    process = serve("--readings", readings_file, "--reading", "source=optional", "--reading", "refusal-status=404")
    connection = process.connect()
    connection.request("GET", "/_mock/readings")
    text = connection.getresponse().read().decode()
    connection.close()
    for pair in ('"source":"optional"', '"engine-status":"503"', '"refusal-status":"404"', '"source-selects":"no"'):
        assert pair in text


def test_printed_request_is_spelled_as_the_readings_have_it(serve: Callable[..., Process]) -> None:
    assert "promoHexId" in serve("--reading", "promotion-field-names=promoHexId-promoIntId").curl


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--reading", "sorce=required"], "--reading: 'sorce' is no open question (did you mean 'source'?)"),
        (
            ["--reading", "source=requird"],
            "--reading: source: 'requird' is none of its readings (optional, required) (did you mean 'required'?)",
        ),
        (["--reading", "source"], "--reading: 'source' is not QUESTION=READING"),
        (["--readings", "nowhere.yaml"], "nowhere.yaml: cannot be read: No such file or directory"),
    ],
)
def test_unknown_reading_is_one_line(arguments: list[str], says: str) -> None:
    done = run("serve", *arguments)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"enrol-mock: {says}\n")
