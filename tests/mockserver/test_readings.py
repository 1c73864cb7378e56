"""Every reading of every open question shows in what the mock answers, and all of them go together."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from mockserver.app import Mock
from openapi import document, questions, world
from openapi.document import Document
from openapi.effective import CHANGES, effective
from tests import page
from tests.mockserver.caller import Caller, caller, with_value, without
from tests.mockserver.process import Process, run
from tests.mockserver.tours import spelled, tour

ENROL = page.ENROL_REQUEST
KNOWN = questions.load()
CONTRACT = document.load(known_questions=KNOWN)
WORLD = world.load()
CHANGING = {change.__name__.replace("_", "-") for change in CHANGES}
EARNING, SOON = "earn-61", "soon-63"  # of type LOYALTY_EARNING; nobody is enrolled in the second
CUSTOMER = "388600004"


def mock_of(**readings: str) -> Caller:
    return mock_with({question.replace("_", "-"): reading for question, reading in readings.items()})


def mock_with(chosen: Mapping[str, str]) -> Caller:
    """Return a mock under these readings, the others by default."""
    changing = frozenset((question, reading) for question, reading in chosen.items() if question in CHANGING)
    return caller(Mock.of(document_of(changing), WORLD, questions.defaults(KNOWN) | dict(chosen)), WORLD)


@cache
def document_of(chosen: frozenset[tuple[str, str]]) -> Document:
    """Return the effective document, which only some of the questions change."""
    return effective(CONTRACT, dict(chosen), known_questions=KNOWN)


def outcome(mock: Caller, body: Any, **headers: str) -> str:
    """Send a body and return the names of what answers it, 'enrolled' where nothing stands against it."""
    response = mock.send(body, **headers)
    (*_, exchange) = mock.journal()
    assert "Traceback" not in exchange["why"], exchange["why"]
    return " ".join(exchange["outcomes"]) or f"enrolled {_status(response)}"


def _status(response: TestResponse) -> str:
    assert response.status_code == 200
    status: str = response.get_json()["data"]["status"]
    return status


def part(response: TestResponse, *path: str) -> Any:
    """Return what stands at a path of the answer, 'nothing' where nothing does."""
    found = response.get_json()
    for step in path:
        if not isinstance(found, dict) or step not in found:
            return "nothing"
        found = found[step]
    return found


def ids(response: TestResponse) -> tuple[Any, Any, Any]:
    """Return enrollmentId, optinId and the status of the whole."""
    place = ("data", "enrollmentStatus", "promotion")
    return part(response, *place, "enrollmentId"), part(response, *place, "optinId"), part(response, "data", "status")


def milestone(response: TestResponse) -> Any:
    return part(response, "data", "enrollmentStatus", "milestone")


def nobody(**changes: Any) -> dict[str, Any]:
    return {**with_value(ENROL, "199999999999", "customer", "identifierValue"), **changes}


def customer(name: str, value: str, **more: Any) -> dict[str, Any]:
    return {**ENROL, "customer": {"identifierName": name, "identifierValue": value, **more}}


def promotion(**named: Any) -> dict[str, Any]:
    return {**ENROL, "promotion": named}


HEX, INT = ENROL["promotion"]["id"], ENROL["promotion"]["promotionId"]
OTHER = page.OPT_IN_REQUEST["promotion"]
MILESTONES = with_value(ENROL, "ENROL_MILESTONES", "action")


def field_names(mock: Caller) -> Any:
    return outcome(mock, promotion(id=HEX, promotionId=INT)), outcome(mock, promotion(promoHexId=HEX, promoIntId=INT))


def promotion_ids(mock: Caller) -> Any:
    return tuple(outcome(mock, promotion(**named)) for named in ({"promotionId": INT}, {"identifier": "enr-58"}))


def ids_disagree(mock: Caller) -> Any:
    first = outcome(mock, promotion(id=HEX, promotionId=OTHER["promotionId"]))
    return first, outcome(mock, promotion(id=OTHER["id"], promotionId=INT))


def identifier_names(mock: Caller) -> Any:
    names = {"externalId": "EXT-0001", "external_id": "EXT-0002", "userid": CUSTOMER}
    return tuple(outcome(mock, customer(name, value)) for name, value in names.items())


def milestone_action(mock: Caller) -> Any:
    with_rule = [with_value(MILESTONES, {"targetRuleId": rule}, "customer", "milestone") for rule in (1, 151359)]
    return tuple(outcome(mock, body) for body in (MILESTONES, *with_rule))


def unknown_value(mock: Caller) -> Any:
    paths = (("action",), ("customer", "identifierName"), ("customer", "source"))
    return tuple(outcome(mock, with_value(ENROL, "OTHER", *path)) for path in paths)


def wrong_type(mock: Caller) -> Any:
    number = mock.send(with_value(ENROL, 388369579, "customer", "identifierValue"))
    return (
        outcome(mock, with_value(ENROL, "3334", "programId")),
        outcome(mock, with_value(ENROL, [], "customer", "source")),
        part(number, "data", "customer", "identifierValue"),
    )


def malformed_id(mock: Caller) -> Any:
    return (
        outcome(mock, promotion(id="x" * 24, promotionId=INT)),
        outcome(mock, customer("id", "twelve")),
        outcome(mock, {**ENROL, "programId": -1}),
    )


def value_folding(mock: Caller) -> Any:
    return outcome(mock, customer("id", f" {CUSTOMER} ")), outcome(mock, customer("email", "ASHA@example.com"))


def null_optional(mock: Caller) -> Any:
    return tuple(outcome(mock, with_value(ENROL, None, *path)) for path in (("requestId",), ("customer", "source")))


def unknown_fields(mock: Caller) -> Any:
    return tuple(outcome(mock, with_value(ENROL, "red", *path)) for path in (("colour",), ("promotion", "colour")))


def precedence(mock: Caller) -> Any:
    broken = nobody(action="DANCE")
    unauthenticated = mock.client.post(page.PATH, json=broken)
    (*_, exchange) = mock.journal()
    return unauthenticated.status_code, " ".join(exchange["outcomes"]), outcome(mock, broken)


def error_shape(mock: Caller) -> Any:
    errors = part(mock.send(nobody()), "errors")
    one = errors[0] if isinstance(errors, list) else errors
    return type(errors), one["code"]


def warning_shape(mock: Caller) -> Any:
    warnings = part(mock.enrol(CUSTOMER, "full-67"), "warnings")
    return type(warnings), type(warnings[0]) if isinstance(warnings, list) else None


def statuses(*bodies: dict[str, Any]) -> Callable[[Caller], Any]:
    return lambda mock: tuple(mock.send(body).status_code for body in bodies)


def engine_status(mock: Caller) -> Any:
    return mock.enrol(CUSTOMER, "down-82").status_code


def message_extent(mock: Caller) -> Any:
    errors = part(mock.send(nobody()), "errors")
    return errors[0]["message"]


def request_id_absent(mock: Caller) -> Any:
    response = mock.send(without(ENROL, "requestId"))
    echoed = part(response, "data", "requestId")
    return "made up" if echoed == response.headers["X-Cap-Requestid"] else echoed


def already_enrolled_body(mock: Caller) -> Any:
    return ids([mock.send(), mock.send()][1])


def limit_reached_body(mock: Caller) -> Any:
    return ids(mock.enrol(CUSTOMER, "full-67"))


def no_milestones(mock: Caller) -> Any:
    mock.enrol(CUSTOMER, EARNING)
    return milestone(mock.enrol(CUSTOMER, "soon-62")), milestone(mock.opt_in(CUSTOMER, EARNING))


def opt_in_first(mock: Caller) -> Any:
    return outcome(mock, mock.request(CUSTOMER, SOON, action="OPT_IN")), len(mock.enrolments())


def opt_in_after(mock: Caller) -> Any:
    mock.enrol(CUSTOMER, SOON)
    return ids(mock.opt_in(CUSTOMER, SOON)), ids(mock.opt_in(CUSTOMER, SOON)), ids(mock.opt_in(CUSTOMER, SOON))


def enrol_gives_optin_id(mock: Caller) -> Any:
    return tuple(ids(mock.enrol(CUSTOMER, name))[1] is not None for name in ("enr-58", SOON))


def unauthenticated(mock: Caller) -> Any:
    response = mock.client.post(page.PATH, json=ENROL)
    return response.status_code, "WWW-Authenticate" in response.headers


FAILED: dict[str, Any] = {"status": "FAILED", "milestones": []}
EMPTY: dict[str, Any] = {"status": "SUCCESS", "milestones": []}
ONE = {"targetGroupId": 97904, "targetRuleId": 151551, "initialBalance": 40}
NEW = ("25911", "25912", "SUCCESS")
DONE = "enrolled SUCCESS"
NONE = (None, None, "FAILED")
NO_DATA = ("nothing", "nothing", "nothing")

# Question -> what is asked of a fresh mock, and what is seen under each reading.
SEEN: dict[str, tuple[Callable[[Caller], Any], dict[str, Any]]] = {
    "promotion-field-names": (
        field_names,
        {
            "id-promotionId": (DONE, "promotion_required"),
            "promoHexId-promoIntId": ("promotion_required", DONE),
        },
    ),
    "promotion-ids": (
        promotion_ids,
        {
            "both": ("promotion_required", "promotion_required"),
            "either": (DONE, "promotion_required"),
            "identifier-too": (DONE, "already_enrolled"),
        },
    ),
    "one-promotion-id-missing": (
        lambda mock: outcome(mock, promotion(promotionId=INT)),
        {"promotion-required": "promotion_required", "promotion-not-found": "promotion_not_found"},
    ),
    "promotion-ids-disagree": (
        ids_disagree,
        {
            "promotion-not-found": ("promotion_not_found", "promotion_not_found"),
            "id-wins": (DONE, "promotion_not_found"),
            "promotionId-wins": ("promotion_not_found", DONE),
        },
    ),
    "program-mismatch": (
        lambda mock: outcome(mock, {**ENROL, "programId": 973}),
        {"promotion-not-found": "promotion_not_found", "program-not-found": "program_not_found"},
    ),
    "source": (
        lambda mock: outcome(mock, without(ENROL, "customer", "source")),
        {"optional": DONE, "required": "source_required"},
    ),
    "source-selects": (
        lambda mock: outcome(mock, with_value(ENROL, "WEBSITE", "customer", "source")),
        {"no": DONE, "yes": "customer_not_found"},
    ),
    "identifier-names": (
        identifier_names,
        {
            "id-mobile-email": ("identifier_name_required",) * 3,
            "with-externalId": (DONE, "identifier_name_required", "identifier_name_required"),
            "all-spellings": (DONE, DONE, DONE),
        },
    ),
    "milestone-action": (
        milestone_action,
        {
            "refused": ("action_required",) * 3,
            "accepted": ("target_rule_id_required", "target_rule_not_found", DONE),
        },
    ),
    "unknown-value": (
        unknown_value,
        {
            "field-code": ("action_required", "identifier_name_required", "source_required"),
            "plain-400": ("invalid_request",) * 3,
            "ignored": ("action_required", "identifier_name_required", DONE),
        },
    ),
    "wrong-type": (
        wrong_type,
        {
            "field-code": ("program_id_required", "source_required", "nothing"),
            "plain-400": ("invalid_request", "invalid_request", "nothing"),
            "coerced": ("already_enrolled", "source_required", "388369579"),
        },
    ),
    "malformed-id": (
        malformed_id,
        {
            "not-found": ("promotion_not_found", "customer_not_found", "program_not_found"),
            "field-code": ("promotion_required", "identifier_value_required", "program_id_required"),
        },
    ),
    "blank-value": (
        lambda mock: (outcome(mock, customer("id", " ")), outcome(mock, promotion(id="", promotionId=INT))),
        {
            "field-code": ("identifier_value_required", "promotion_required"),
            "not-found": ("customer_not_found", "promotion_not_found"),
        },
    ),
    "value-folding": (
        value_folding,
        {
            "exact": ("customer_not_found", "customer_not_found"),
            "trimmed": (DONE, "customer_not_found"),
            "case-folded": ("customer_not_found", DONE),
            "both": (DONE, DONE),
        },
    ),
    "leading-zeros": (
        lambda mock: outcome(mock, customer("id", f"00{CUSTOMER}")),
        {"significant": "customer_not_found", "ignored": DONE},
    ),
    "null-optional": (
        null_optional,
        {"absent": (DONE, "already_enrolled"), "refused": ("invalid_request", "source_required")},
    ),
    "unknown-fields": (
        unknown_fields,
        {"ignored": (DONE, "already_enrolled"), "refused": ("unknown_field", "unknown_field")},
    ),
    "many-violations": (
        lambda mock: outcome(mock, without(without(ENROL, "action"), "customer")),
        {"all": "action_required customer_required", "first": "action_required"},
    ),
    "precedence": (
        precedence,
        {
            "credentials-validation-lookup": (401, "unauthenticated", "action_required"),
            "credentials-lookup-validation": (401, "unauthenticated", "customer_not_found"),
            "validation-credentials-lookup": (400, "action_required", "action_required"),
        },
    ),
    "error-shape": (
        error_shape,
        {
            "list-number": (list, 400),
            "list-string": (list, "400"),
            "object-number": (dict, 400),
            "object-string": (dict, "400"),
        },
    ),
    "warning-shape": (
        warning_shape,
        {"list": (list, dict), "object": (dict, None), "strings": (list, str)},
    ),
    "data-on-error": (
        lambda mock: part(mock.send(nobody()), "data"),
        {
            "null": None,
            "absent": "nothing",
            "partial-echo": {
                "requestId": "some-test-id",
                "action": "ENROL",
                "customer": {"identifierName": "id", "identifierValue": "199999999999"},
            },
        },
    ),
    "validation-status": (
        statuses(without(ENROL, "action"), nobody()),
        {"400": (400, 400), "200": (200, 400), "422": (422, 400)},
    ),
    "refusal-status": (
        statuses(nobody(), {**ENROL, "promotion": {"id": "68c3f64bbd0a8a0aa705c821", "promotionId": 1133590121}}, {}),
        {"400": (400, 400, 400), "200": (200, 200, 400), "404": (404, 400, 400)},
    ),
    "engine-status": (engine_status, {"500": 500, "200": 200, "503": 503}),
    "message-extent": (
        message_extent,
        {
            "whole": "Customer not found. Ensure the customer exists for the given organization and identifiers.",
            "first-sentence": "Customer not found.",
            "any-text": "[CUSTOMER_NOT_FOUND]",
        },
    ),
    "request-id-absent": (request_id_absent, {"null": None, "omitted": "nothing", "generated": "made up"}),
    "already-enrolled-body": (
        already_enrolled_body,
        {"ids-null": NONE, "existing-ids": ("25286", "25910", "SUCCESS"), "data-null": NO_DATA},
    ),
    "limit-reached-body": (limit_reached_body, {"ids-null": NONE, "data-null": NO_DATA}),
    "milestones-failed-body": (
        lambda mock: milestone(mock.enrol(CUSTOMER, "broken-84")),
        {"failed-list": {"status": "FAILED", "milestones": [ONE]}, "milestone-null": None},
    ),
    "no-response-body": (
        lambda mock: ids(mock.enrol(CUSTOMER, "silent-83")),
        {"success": (None, None, "SUCCESS"), "failed": (None, None, "FAILED")},
    ),
    "no-milestones": (
        no_milestones,
        {"empty-list": (EMPTY, EMPTY), "null": (None, None), "absent": ("nothing", "nothing")},
    ),
    "opt-in-types": (
        lambda mock: outcome(mock, mock.request(CUSTOMER, "enr-58", action="OPT_IN")),
        {"loyalty-earning": "opt_in_not_supported", "loyalty-too": DONE},
    ),
    "opt-in-first": (opt_in_first, {"enrols": (DONE, 3), "refused": ("not_enrolled", 2)}),
    "opt-in-after": (
        opt_in_after,
        {
            "once": (("25911", "25913", "SUCCESS"), NONE, NONE),
            "already-enrolled": (NONE, NONE, NONE),
            "every-new": tuple(("25911", optin, "SUCCESS") for optin in ("25913", "25914", "25915")),
            "same-ids": (("25911", "25913", "SUCCESS"),) * 3,
        },
    ),
    "enrol-gives-optin-id": (
        enrol_gives_optin_id,
        {"always": (True, True), "loyalty-only": (True, False), "after-opt-in": (False, False)},
    ),
    "unauthenticated": (unauthenticated, {"401": (401, True), "403": (403, False), "any-refusal": (200, False)}),
}
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
    """No combination may be refused, nor answer with a bug; in these every two readings meet."""
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
    bugs = [exchange["why"] for exchange in mock.journal() if "Traceback" in exchange["why"]]
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


def test_look_ups_speak_of_clean_fields_only_where_they_come_first() -> None:
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


def test_mock_without_readings_is_that_of_the_document_itself(mock: Caller) -> None:
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
