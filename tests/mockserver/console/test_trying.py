"""The form that sends requests, the outcomes that fill it, and the forms for faults, world and sessions."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from mockserver.app import Mock
from mockserver.faults.armed import Faults
from mockserver.faults.effects import Abilities
from openapi import document, questions
from openapi.document import Document
from openapi.effective import effective
from openapi.world import Credentials, World
from tests import page
from tests.mockserver.caller import Caller, caller
from tests.mockserver.conftest import MakeMock
from tests.mockserver.console.conftest import BROWSER, Look, Post
from tests.mockserver.console.markup import Page

PLAIN = {"method": "POST", "path": page.PATH, "login": "valid", "headers": "Content-Type: application/json"}


def sent(mock: Caller) -> dict[str, Any]:
    return mock.journal()[-1]


def body_in(found: Page) -> str:
    """Return the text of the field for the body."""
    return found.text.partition("Body ")[2].partition("Send")[0].strip()


def test_the_form_begins_with_the_first_request_of_the_page(look: Look) -> None:
    assert json.loads(body_in(look("console/try"))) == page.ENROL_REQUEST
    assert json.loads(body_in(look("console/try?example=optIn"))) == page.OPT_IN_REQUEST


def test_a_request_of_the_form_is_answered_and_recorded_as_that_of_a_client(mock: Caller, post: Post) -> None:
    before = mock.enrolments()
    text = Page(post("try", **PLAIN, body=json.dumps(page.ENROL_REQUEST)).text).text
    for part in (
        "25286",
        "SUCCESS",
        "X-Cap-Requestid",
        "Open it in the journal",
    ):
        assert part in text
    recorded = sent(mock)
    assert (recorded["status"], recorded["method"], recorded["path"]) == (200, "POST", page.PATH)
    assert recorded["request"]["headers"]["User-Agent"].startswith("enrol-mock-console/")
    assert recorded["request"]["headers"]["Authorization"] == "Basic ***"
    assert len(mock.enrolments()) == len(before) + 1


def test_a_request_is_sent_in_the_session_of_the_console(mock: Caller, post: Post) -> None:
    post("try", session="one", **PLAIN, body=json.dumps(page.ENROL_REQUEST))
    assert mock.journal() == []
    assert mock.client.get("/_s/one/_mock/journal").get_json()["exchanges"][-1]["status"] == 200


@pytest.mark.parametrize(
    ("login", "status"), [("valid", 200), ("expired", 498), ("none", 401), ("something else", 401)]
)
def test_the_mock_adds_the_login(mock: Caller, post: Post, login: str, status: int) -> None:
    post("try", **PLAIN | {"login": login}, body=json.dumps(page.ENROL_REQUEST))
    assert sent(mock)["status"] == status


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"path": "nowhere"}, "begins with a slash"),
        ({"path": "/a b"}, "no blanks"),
        ({"path": "/_mock/reset"}, "not to /_mock/"),
        ({"path": "/%5fmock/reset"}, "not to /_mock/"),
        ({"path": "/_s/other/v3"}, "another session"),
        ({"method": "P T"}, "a word"),
        ({"method": ""}, "a word"),
        ({"headers": "no colon"}, "no header"),
        ({"headers": "Näme: value"}, "no header"),
        ({"headers": "A: b\rX: y"}, ""),
    ],
)
def test_what_cannot_be_sent_is_told_and_stays_in_the_form(
    mock: Caller, post: Post, changed: dict[str, str], says: str
) -> None:
    answer = post("try", **PLAIN | changed, body="kept as it was")
    assert answer.status_code == (400 if says else 200)
    assert says in Page(answer.text).text
    assert "kept as it was" in answer.text
    assert len(mock.journal()) == (0 if says else 1)


def test_every_outcome_can_be_provoked_again_and_again(mock: Caller, post: Post, contract: Document) -> None:
    for _ in range(2):
        for name in contract.outcomes:
            answer = post("try", outcome=name)
            assert (answer.status_code, sent(mock)["outcomes"]) == (200, [name])


@pytest.mark.parametrize(
    ("question", "reading", "outcomes"),
    [
        ("milestone-action", "accepted", ("target_rule_id_required", "target_rule_not_found")),
        ("promotion-field-names", "promoHexId-promoIntId", ("promotion_not_found", "engine_error")),
        ("precedence", "validation-credentials-lookup", ("unauthenticated", "program_id_required")),
        ("source", "required", ("source_required", "already_enrolled")),
    ],
)
def test_outcomes_are_provoked_by_the_readings_of_the_mock(
    make_mock: MakeMock, sample_world: World, question: str, reading: str, outcomes: tuple[str, ...]
) -> None:
    known = questions.load()
    chosen = {**questions.defaults(known), question: reading}
    promise = effective(document.load(known_questions=known), chosen, known_questions=known)
    other = caller(make_mock(document=promise, readings=chosen), sample_world)
    assert other.client.get("/_mock/console/outcomes", headers=BROWSER).status_code == 200
    for name in outcomes:
        other.client.post("/_mock/console/try", data={"outcome": name}, headers=BROWSER)
        assert sent(other)["outcomes"] == [name]
    if question == "milestone-action":
        assert "Prefer" not in sent(other)["request"]["headers"], "a plain request leads there"


def test_an_outcome_can_be_put_into_the_form_first(mock: Caller, look: Look, post: Post) -> None:
    form = look("console/try?outcome=customer_not_found")
    assert '"identifierValue": "0"' in body_in(form)
    assert "Customer not found." in form.text
    assert "Prefer: outcome=not_enrolled" in look("console/try?outcome=not_enrolled").text
    assert mock.journal() == []


def test_looking_at_the_outcomes_changes_nothing(mock: Caller, look: Look) -> None:
    mock.send()
    before = mock.enrolments(), mock.journal()
    mock.client.post("/_mock/faults", json={"effect": "503", "count": 1})
    assert "Send" in look("console/outcomes").text
    assert (mock.enrolments(), mock.journal()) == before
    assert mock.client.get("/_mock/faults").get_json()["faults"][0]["met"] == 0


@pytest.mark.parametrize("credentials", [Credentials(), Credentials(headers=("Basic DllZTk=",))])
def test_outcomes_of_a_mock_that_lets_everybody_in(
    make_mock: MakeMock, sample_world: World, credentials: Credentials
) -> None:
    world = msgspec.structs.replace(sample_world, credentials=credentials)
    open_mock = caller(make_mock(world=world, auth=False), world)
    for path in ("try", "outcomes"):
        assert open_mock.client.get(f"/_mock/console/{path}", headers=BROWSER).status_code == 200
    for name in ("engine_error", "unauthenticated"):
        open_mock.client.post("/_mock/console/try", data={"outcome": name}, headers=BROWSER)
        assert sent(open_mock)["outcomes"] == [name]


def test_an_empty_world_has_its_pages(make_mock: MakeMock, sample_world: World) -> None:
    empty = World(credentials=sample_world.credentials)
    client = caller(make_mock(world=empty), empty).client
    for path in ("try", "outcomes", "world", "enrolments"):
        assert client.get(f"/_mock/console/{path}", headers=BROWSER).status_code == 200


def test_a_fault_that_strikes_the_form_is_told(mock: Caller, post: Post) -> None:
    mock.client.post("/_mock/faults", json={"effect": "slow", "delay": 2, "pieces": 3, "over": 1.5})
    text = Page(post("try", **PLAIN, body="{}").text).text
    assert "2 s later" in text
    assert "3 pieces over 1.5 s" in text


@pytest.mark.parametrize(("effect", "is_lost"), [("reset-before", True), ("truncated", False)])
def test_a_fault_that_breaks_the_connection_is_told(
    contract: Document, sample_world: World, readings: dict[str, str], effect: str, is_lost: bool
) -> None:
    able = Faults(Abilities(contract.outcomes, sockets=True))
    breaking = caller(Mock.of(contract, sample_world, readings, faults=able), sample_world)
    breaking.client.post("/_mock/faults", json={"effect": effect})
    fields = PLAIN | {"body": json.dumps(page.ENROL_REQUEST)}
    text = Page(breaking.client.post("/_mock/console/try", data=fields, headers=BROWSER).text).text
    assert "What a client meets: the connection is " in text
    assert ("X-Cap-Requestid" in text, "This is the answer that breaks" in text) == (not is_lost, not is_lost)


def test_an_exchange_can_be_sent_again(mock: Caller, look: Look, post: Post) -> None:
    mock.send({"action": "ENROL", "x": 1}, Prefer="code=500")
    form = look(f"console/try?exchange={sent(mock)['id']}")
    assert json.loads(body_in(form)) == {"action": "ENROL", "x": 1}
    assert "Prefer: code=500" in form.text
    assert ("option", {"value": "valid", "selected": None}) in form.tags, "the mock logs in where the journal hides it"


def test_faults_are_switched_on_and_off(mock: Caller, look: Look, post: Post) -> None:
    assert post("faults", switch="Engine error").status_code == 303
    assert mock.send().status_code == 500
    found = look("console/faults")
    assert [tag.get("aria-checked") for _, tag in found.tags if tag.get("role") == "switch"].count("true") == 1
    assert ("span", {"class": "count", "title": "Faults that are on"}) in found.tags
    post("faults", remove="1")
    assert mock.send().status_code == 200
    post("faults", effect="429", count="1", retryAfter="7", body="")
    answer = mock.send()
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert "used up" in look("console/faults").text
    post("faults", switch="Slow")
    post("faults", clear="all")
    assert mock.client.get("/_mock/faults").get_json() == {"faults": []}


def test_a_fault_with_commas_and_equals_signs_is_taken_as_it_was_written(mock: Caller, post: Post) -> None:
    assert post("faults", effect="answer", status="200", body='{"a": 1, "b=c": "\\\\,"}').status_code == 303
    assert mock.client.get("/_mock/faults").get_json()["faults"][0]["body"] == '{"a": 1, "b=c": "\\\\,"}'


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"effect": "rest-before"}, "reset-before"),
        ({"effect": "reset-before"}, "--socket-faults"),
        ({"effect": "429", "count": "many"}, "count"),
        ({"effect": "slow"}, "needs a delay"),
        ({"switch": "Reset connection"}, "--socket-faults"),
        ({"switch": "no such switch"}, "no effect"),
        ({}, "no effect"),
    ],
)
def test_a_fault_that_cannot_be_is_told(mock: Caller, post: Post, fields: dict[str, str], says: str) -> None:
    answer = post("faults", **fields)
    assert answer.status_code == 400
    problem = Page(answer.text).text
    assert says in problem
    assert "--fault " not in problem, "the form is no command line"
    assert mock.client.get("/_mock/faults").get_json() == {"faults": []}


def test_customers_are_added_to_the_world(mock: Caller, look: Look, post: Post) -> None:
    assert post("world", entries='{"customers": [{"id": 700000001}]}').status_code == 303
    assert "700000001" in look("console/world?q=70000").text
    assert "388369579" not in look("console/world?q=70000").text
    assert mock.enrol("700000001", "enr-58").status_code == 200
    answer = post("world", entries='{"customers": [{"id": "x"}]}')
    assert answer.status_code == 400
    assert "/customers/0/id" in Page(answer.text).text


def test_enrolments_are_shown_and_taken_back(mock: Caller, look: Look, post: Post) -> None:
    before = mock.enrolments()
    mock.send()
    assert "388369579" in look("console/enrolments").text
    post("enrolments")
    assert mock.enrolments() == before


def test_a_reset_is_of_one_session(mock: Caller, look: Look, post: Post) -> None:
    for prefix in ("", "/_s/one"):
        mock.client.post(f"{prefix}{page.PATH}")
    assert post("reset", session="one").status_code == 303
    assert "1 request since" in look("?done=reset").text
    assert "Nothing was asked yet" in look(session="one").text
    assert "one" in look("console/sessions").text


def test_the_reference_has_every_field_and_message_of_the_page(look: Look) -> None:
    text = look("console/reference").text
    for parameter in (*page.BODY_PARAMETERS, *page.RESPONSE_PARAMETERS):
        assert parameter.path.rpartition(".")[2] in text
    for row in page.ERROR_CODES:
        assert row.text in text
    for message in page.WARNING_MESSAGES:
        assert message in text


def test_readings_are_those_of_the_mock(make_mock: MakeMock, sample_world: World, readings: dict[str, str]) -> None:
    other = make_mock(readings={**readings, "source": "required"})
    text = caller(other, sample_world).client.get("/_mock/console/readings", headers=BROWSER).text
    assert "1 of them is not the usual one" in text
    assert text.count("<details id=") == len(readings)


def test_a_form_has_bounds(mock: Caller) -> None:
    for data, status in (("&".join("a=1" for _ in range(101)), 400), ("entries=" + "x" * 2**20, 413)):
        answer = mock.client.post("/_mock/console/world", data=data, headers=BROWSER)
        assert answer.status_code == status
