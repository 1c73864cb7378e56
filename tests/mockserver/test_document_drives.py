"""Messages, codes, statuses and order come from the document: editing the document changes the answers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from mockserver.deciding import rules
from mockserver.errors import BrokenReply, MockError
from mockserver.exchange.answers import Result
from mockserver.exchange.case import Case
from mockserver.exchange.request_fields import NOTHING
from mockserver.receiving import token_call
from mockserver.replying.replies import Replies
from mockserver.stores import Standing
from openapi import document, source
from openapi.document import Document
from openapi.questions import Readings
from openapi.world import World
from tests import page
from tests.mockserver.caller import Caller, caller, codes, errors, with_value, without
from tests.mockserver.conftest import MakeMock

Edit = Callable[[dict[str, Any]], None]
EditedMock = Callable[[Edit], Caller]

OTHER_PROGRAM = with_value(page.ENROL_REQUEST, 999999, "programId")


@pytest.fixture
def edited(tmp_path: Path, make_mock: MakeMock, sample_world: World) -> EditedMock:
    """Return a function that makes a mock of an edited copy of enrol.yaml."""

    def make(edit: Edit) -> Caller:
        return caller(make_mock(document=edited_document(tmp_path, edit)), sample_world)

    return make


def edited_document(folder: Path, edit: Edit) -> Document:
    raw = source.read(source.ENROL)
    edit(raw)
    copy = folder / "enrol.yaml"
    copy.write_text(yaml.safe_dump(raw, sort_keys=False), encoding="utf-8")
    return document.load(copy)


def entry(raw: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(outcome for outcome in raw["x-outcomes"] if outcome["name"] == name)
    return found


def test_edited_message_code_and_status_are_answered(edited: EditedMock) -> None:
    mock = edited(lambda raw: entry(raw, "program_not_found").update(message="No such program.", code=77, status=404))
    response = mock.send(OTHER_PROGRAM)
    assert response.status_code == 404
    assert errors(response) == [(77, "No such program.")]


def test_edited_warning_is_answered(edited: EditedMock) -> None:
    mock = edited(lambda raw: entry(raw, "already_enrolled").update(message="Once is enough."))
    mock.send()
    assert mock.send().get_json()["warnings"] == [{"message": "Once is enough."}]


def test_edited_validation_and_transport_words_are_answered(edited: EditedMock) -> None:
    def edit(raw: dict[str, Any]) -> None:
        entry(raw, "action_required")["code"] = 1
        entry(raw, "malformed_json")["message"] = "Not JSON."

    mock = edited(edit)
    assert codes(mock.send(without(page.ENROL_REQUEST, "action"))) == [1]
    assert errors(mock.send_raw(b"{"))[0][1] == "Not JSON."


def test_order_of_the_document_decides_which_error_wins(edited: EditedMock) -> None:
    def edit(raw: dict[str, Any]) -> None:
        outcomes = raw["x-outcomes"]
        customer = entry(raw, "customer_not_found")
        outcomes.remove(customer)
        outcomes.insert(outcomes.index(entry(raw, "promotion_not_found")), customer)

    nobody = with_value(OTHER_PROGRAM, "0", "customer", "identifierValue")
    assert errors(edited(edit).send(nobody))[0][1].startswith("Customer not found")


def test_node_without_an_outcome_takes_that_of_the_node_above_it(edited: EditedMock) -> None:
    def edit(raw: dict[str, Any]) -> None:
        schemas = raw["components"]["schemas"]
        schemas["Customer"]["properties"]["identifierName"].pop("x-outcome")
        schemas["Promotion"]["properties"]["id"]["x-outcome"] = "program_id_required"

    mock = edited(edit)
    assert codes(mock.send(without(page.ENROL_REQUEST, "customer", "identifierName"))) == [310004]
    assert codes(mock.send(without(page.ENROL_REQUEST, "promotion", "id"))) == [310005]


def test_violation_below_the_fields_takes_the_outcome_of_the_nearest_field(edited: EditedMock) -> None:
    def edit(raw: dict[str, Any]) -> None:
        customer = raw["components"]["schemas"]["Customer"]
        customer["additionalProperties"] = {"type": "array", "items": {"type": "string", "description": "A tag."}}
        customer["additionalProperties"]["description"] = "Tags."

    assert codes(edited(edit).send(with_value(page.ENROL_REQUEST, ["a", 1], "customer", "tags"))) == [310004]


def test_answer_that_breaks_the_document_is_reported_as_a_bug(edited: EditedMock) -> None:
    def edit(raw: dict[str, Any]) -> None:
        raw["components"]["schemas"]["Milestone"]["properties"]["targetRuleId"]["maximum"] = 151360

    mock = edited(edit)
    assert mock.send().status_code == 200
    response = mock.enrol("388600004", "earn-61")
    assert response.status_code == 500
    (error,) = response.get_json()["errors"]
    assert error["code"] == 999999
    assert "/data/enrollmentStatus/milestone/milestones/0/targetRuleId" in error["message"]
    assert "BrokenReply" in mock.journal()[-1]["why"]


def test_answer_with_an_undeclared_status_is_reported_as_a_bug(make_mock: MakeMock, sample_world: World) -> None:
    raw = source.read(source.ENROL)
    outcomes = document.load().outcomes
    del raw["paths"][page.PATH]["post"]["responses"]["404"]
    undeclared = Document(raw, page.PATH, "post", outcomes, {}, document.load().request_fields)
    response = caller(make_mock(document=undeclared), sample_world).client.get("/nowhere")
    assert response.status_code == 500
    assert "declares no status 404" in response.get_json()["errors"][0]["message"]


def test_rule_without_an_outcome_is_refused(make_mock: MakeMock, tmp_path: Path) -> None:
    without_rule = edited_document(tmp_path, lambda raw: entry(raw, "no_response").update(name="no_respond"))
    with pytest.raises(MockError, match=r"the rule 'no_response' has no outcome .* \(did you mean 'no_respond'\?\)"):
        make_mock(document=without_rule)


def test_outcome_without_a_rule_is_refused(contract: Document) -> None:
    def no_response(case: Case) -> str:
        return ""

    with pytest.raises(MockError, match="the outcome 'promotion_not_found' of the document has no rule"):
        rules.rulebook(contract.outcomes, (no_response,))


def test_look_up_that_stands_behind_an_error_of_the_engine_is_refused(make_mock: MakeMock, tmp_path: Path) -> None:
    def edit(raw: dict[str, Any]) -> None:
        customer = entry(raw, "customer_not_found")
        raw["x-outcomes"].remove(customer)
        raw["x-outcomes"].append(customer)

    with pytest.raises(MockError, match="'customer_not_found' of stage lookup stands behind one of stage engine"):
        make_mock(document=edited_document(tmp_path, edit))


def test_document_without_an_outcome_that_the_steps_need_is_refused(make_mock: MakeMock, tmp_path: Path) -> None:
    renamed = edited_document(tmp_path, lambda raw: entry(raw, "malformed_json").update(name="bad_json"))
    with pytest.raises(MockError, match="'malformed_json'"):
        make_mock(document=renamed)


def test_look_up_error_made_a_warning_is_reported_as_a_bug(edited: EditedMock) -> None:
    def edit(raw: dict[str, Any]) -> None:
        customer = entry(raw, "customer_not_found")
        customer.update(kind="warning", status=200)
        del customer["code"]

    response = edited(edit).enrol("0", "enr-58")
    assert response.status_code == 500
    assert "no rule refused" in response.get_json()["errors"][0]["message"]


def test_result_without_promotion_and_customer_is_not_written(contract: Document, readings: Readings) -> None:
    case = Case(NOTHING, None, None, None, Standing(), readings)
    with pytest.raises(BrokenReply, match="needs a promotion and a customer"):
        Replies(contract, token_call.load(), readings).reply(Result(case, (), None, ""), "1")
