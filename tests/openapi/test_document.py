"""The reader refuses a document with anything it does not know; the views return what the document holds."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from openapi_spec_validator import OpenAPIV31SpecValidator

from openapi import document, extensions, source
from openapi.document import Document
from openapi.questions import Question
from openapi.source import SourceError

Raw = dict[str, Any]
OPERATION = "/paths/~1v3~1promotions~1enrol/post"
REQUEST = "/components/schemas/EnrolRequest"


def operation(raw: Raw) -> Raw:
    found: Raw = raw["paths"]["/v3/promotions/enrol"]["post"]
    return found


def schema(raw: Raw, name: str) -> Raw:
    found: Raw = raw["components"]["schemas"][name]
    return found


# Each entry: the change made to a valid document, and the message with which the reader refuses it.
Change = Callable[[Raw], object]
REFUSALS: dict[str, tuple[Change, str]] = {
    "no paths": (
        lambda raw: raw.pop("paths"),
        "/paths: expected exactly one operation, found 0",
    ),
    "paths is a list": (
        lambda raw: raw.update(paths=[]),
        "/paths: expected exactly one operation, found 0",
    ),
    "two operations": (
        lambda raw: raw["paths"]["/v3/promotions/enrol"].update(get={}),
        "/paths: expected exactly one operation, found 2",
    ),
    "two paths": (
        lambda raw: raw["paths"].update({"/other": {"delete": {}}}),
        "/paths: expected exactly one operation, found 2",
    ),
    "path without an operation": (
        lambda raw: raw["paths"].update({"/v3/promotions/enrol": None}),
        "/paths: expected exactly one operation, found 0",
    ),
    "dangling reference": (
        lambda raw: schema(raw, "EnrolAnswer")["properties"].update(data={"$ref": "#/components/schemas/Nothing"}),
        "/components/schemas/EnrolAnswer/properties/data/$ref: "
        "'#/components/schemas/Nothing' does not exist in this document",
    ),
    "reference into a scalar": (
        lambda raw: schema(raw, "EnrolAnswer")["properties"].update(data={"$ref": "#/openapi/x"}),
        "/components/schemas/EnrolAnswer/properties/data/$ref: '#/openapi/x' does not exist in this document",
    ),
    "reference past the end of a list": (
        lambda raw: schema(raw, "EnrolAnswer")["properties"].update(data={"$ref": "#/tags/7"}),
        "/components/schemas/EnrolAnswer/properties/data/$ref: '#/tags/7' does not exist in this document",
    ),
    "reference to another document": (
        lambda raw: schema(raw, "EnrolAnswer")["properties"].update(data={"$ref": "other.yaml#/a"}),
        "/components/schemas/EnrolAnswer/properties/data/$ref: 'other.yaml#/a' does not exist in this document",
    ),
    "references in a cycle": (
        lambda raw: raw["components"]["schemas"].update(
            A={"$ref": "#/components/schemas/B"}, B={"$ref": "#/components/schemas/A"}
        ),
        "/components/schemas/A/$ref: the references form a cycle",
    ),
    "no request body": (
        lambda raw: operation(raw).pop("requestBody"),
        f"{OPERATION}/requestBody: has no schema for application/json",
    ),
    "response without a body": (
        lambda raw: operation(raw)["responses"]["404"].pop("content"),
        f"{OPERATION}/responses/404: has no schema for application/json",
    ),
    "response range": (
        lambda raw: operation(raw)["responses"].update({"4XX": {}}),
        f"{OPERATION}/responses: '4XX' is not an HTTP status: three digits, in quotes",
    ),
    "status without quotes": (
        lambda raw: operation(raw)["responses"].update({402: {}}),
        f"{OPERATION}/responses: 402 is not an HTTP status: three digits, in quotes",
    ),
    "unknown extension": (
        lambda raw: schema(raw, "WarningItem").update({"x-outcme": "no_response"}),
        "/components/schemas/WarningItem: unknown extension 'x-outcme' (did you mean 'x-outcome'?)",
    ),
    "unknown extension at the root": (
        lambda raw: raw.update({"x-zebra": 1}),
        "/: unknown extension 'x-zebra'",
    ),
    "unknown extension in a list": (
        lambda raw: raw["tags"][0].update({"x-zebra": 1}),
        "/tags/0: unknown extension 'x-zebra'",
    ),
    "unknown extension below a property called value": (
        lambda raw: schema(raw, "WarningItem")["properties"].update(value={"x-zebra": 1}),
        "/components/schemas/WarningItem/properties/value: unknown extension 'x-zebra'",
    ),
    "x-outcomes away from the root": (
        lambda raw: raw["info"].update({"x-outcomes": []}),
        "/info: x-outcomes is allowed at the root of the document only",
    ),
    "x-questions is a list": (
        lambda raw: schema(raw, "WarningItem").update({"x-questions": ["source"]}),
        "/components/schemas/WarningItem/x-questions: expected an object, got a list",
    ),
    "row zero": (
        lambda raw: schema(raw, "WarningItem").update({"x-documented": {"section": "A", "row": 0, "claims": {}}}),
        "/components/schemas/WarningItem/x-documented/row: expected a whole number, 1 or more",
    ),
    "misspelt key in x-documented": (
        lambda raw: schema(raw, "WarningItem").update({"x-documented": {"section": "A", "row": 1, "claim": {}}}),
        "/components/schemas/WarningItem/x-documented: unknown key `claim` (did you mean 'claims'?)",
    ),
    "misspelt key in an outcome": (
        lambda raw: raw["x-outcomes"][2].update(mesage="x"),
        "/x-outcomes/2: unknown key `mesage` (did you mean 'message'?)",
    ),
    "unknown stage": (
        lambda raw: raw["x-outcomes"][2].update(stage="transprt"),
        "/x-outcomes/2/stage: 'transprt' is none of "
        "credentials, engine, lookup, transport, validation (did you mean 'transport'?)",
    ),
    "outcome given twice": (
        lambda raw: raw["x-outcomes"].append(copy.deepcopy(raw["x-outcomes"][0])),
        "/x-outcomes/28/name: the outcome 'unauthenticated' is defined twice",
    ),
    "outcome neither documented nor assumed": (
        lambda raw: raw["x-outcomes"][0].pop("x-assumed"),
        "/x-outcomes/0: needs either x-documented or x-assumed, not both",
    ),
    "outcome documented and assumed": (
        lambda raw: raw["x-outcomes"][8].update({"x-assumed": "y"}),
        "/x-outcomes/8: needs either x-documented or x-assumed, not both",
    ),
    "error without a code": (
        lambda raw: raw["x-outcomes"][0].pop("code"),
        "/x-outcomes/0/code: an error needs a code, a warning must not have one",
    ),
    "warning with a code": (
        lambda raw: raw["x-outcomes"][27].update(code=1),
        "/x-outcomes/27/code: an error needs a code, a warning must not have one",
    ),
    "undeclared status": (
        lambda raw: raw["x-outcomes"][1].update(status=499),
        "/x-outcomes/1/status: 499 is not declared by the operation (200, 400, 401, 404, 405, 413, 415, 498, 500)",
    ),
    "claim given twice": (
        lambda raw: schema(raw, "WarningItem").update(
            {"x-documented": {"section": "A", "row": 1, "claims": {"call.path": "x"}}}
        ),
        f"/components/schemas/WarningItem/x-documented: the claim 'call.path' is also defined at {OPERATION}",
    ),
    "x-outcome naming no outcome": (
        lambda raw: schema(raw, "EnrolRequest")["properties"]["action"].update({"x-outcome": "action_requird"}),
        f"{REQUEST}/properties/action/x-outcome: "
        "no outcome is called 'action_requird' (did you mean 'action_required'?)",
    ),
    "x-outcome on a response": (
        lambda raw: schema(raw, "WarningItem").update({"x-outcome": "no_response"}),
        "/components/schemas/WarningItem/x-outcome: is allowed on properties of the request only",
    ),
    "unknown question": (
        lambda raw: schema(raw, "WarningItem").update({"x-questions": {"type": "warning-shap"}}),
        "/components/schemas/WarningItem/x-questions/type: "
        "no question is called 'warning-shap' (did you mean 'warning-shape'?)",
    ),
    "request example that violates its schema": (
        lambda raw: operation(raw)["requestBody"]["content"]["application/json"]["examples"]["optIn"]["value"].update(
            programId="973"
        ),
        f'{OPERATION}/requestBody: the example \'optIn\' violates its schema: "973" is not of type "integer"',
    ),
    "response example that violates its schema": (
        lambda raw: operation(raw)["responses"]["200"]["content"]["application/json"]["examples"]["enrolled"][
            "value"
        ].update(errors=[{"code": 400, "message": "x"}]),
        f"{OPERATION}/responses/200: the example 'enrolled' violates its schema: "
        '[{"code":400,"message":"x"}] has more than 0 items',
    ),
    "schema that is not valid": (
        lambda raw: schema(raw, "EnrolRequest").update(type="objct"),
        f"{REQUEST}/type: is not a valid JSON schema: Unexpected type",
    ),
}


@pytest.mark.parametrize(("change", "complaint"), REFUSALS.values(), ids=REFUSALS)
def test_invalid_document_is_refused_with_pointer_and_reason(
    contract: Document, open_questions: Mapping[str, Question], change: Change, complaint: str
) -> None:
    raw = copy.deepcopy(contract.raw)
    change(raw)
    with pytest.raises(SourceError) as refused:
        document.parse(raw, known_questions=open_questions)
    assert str(refused.value) == complaint


def test_refusal_of_a_file_begins_with_its_path(contract: Document, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(yaml.safe_dump({**contract.raw, "x-zebra": 1}), encoding="utf-8")
    with pytest.raises(SourceError) as refused:
        document.load(path)
    assert str(refused.value) == f"{path}: /: unknown extension 'x-zebra'"


def test_file_that_holds_a_list_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.yaml"
    path.write_text("[]", encoding="utf-8")
    with pytest.raises(SourceError) as refused:
        document.load(path)
    assert str(refused.value) == f"{path}: /paths: expected exactly one operation, found 0"


def test_questions_may_be_passed_as_an_argument(tmp_path: Path, contract: Document) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(yaml.safe_dump(contract.raw, sort_keys=False), encoding="utf-8")
    with pytest.raises(SourceError) as refused:
        document.load(path, known_questions={})
    assert str(refused.value).startswith(f"{path}: {REQUEST}/x-questions/additionalProperties: no question is called")


def test_example_data_may_hold_keys_that_look_like_extensions(
    contract: Document, open_questions: Mapping[str, Question]
) -> None:
    raw = copy.deepcopy(contract.raw)
    examples = operation(raw)["requestBody"]["content"]["application/json"]["examples"]
    examples["enrol"]["value"]["x-anything"] = {"$ref": "#/nowhere"}
    read = document.parse(raw, known_questions=open_questions)
    assert read.request_examples()["enrol"]["x-anything"] == {"$ref": "#/nowhere"}


def test_fields_of_the_request_are_found_through_references(contract: Document) -> None:
    fields = {field.path: field for field in contract.request_fields}
    assert fields["customer",].pointer == "/components/schemas/Customer"
    assert fields["customer", "source"].pointer == "/components/schemas/Customer/properties/source"
    assert fields["customer", "source"].outcome == "source_required"
    assert fields["customer", "identifierName"].required


def test_pointer_of_a_field_leads_to_its_schema(contract: Document) -> None:
    assert [extensions.at(contract.raw, field.pointer) for field in contract.request_fields] == [
        field.schema for field in contract.request_fields
    ]
    assert contract.request_fields[-1].pointer == f"{REQUEST}/properties/programId"


def test_pointer_of_a_claim_leads_to_the_node_that_makes_it(contract: Document) -> None:
    for claim in contract.claims.values():
        mark = extensions.at(contract.raw, claim.pointer)["x-documented"]
        assert (mark["section"], mark["row"], mark["claims"][claim.id]) == (claim.section, claim.row, claim.says)


def test_pointer_of_the_operation_leads_to_it(contract: Document) -> None:
    assert contract.operation_pointer == OPERATION
    assert extensions.at(contract.raw, OPERATION) is contract.operation
    assert contract.operation["operationId"] == "enrol"


def test_statuses_are_the_declared_ones_in_document_order(contract: Document) -> None:
    assert contract.statuses == (200, 400, 401, 404, 405, 413, 415, 498, 500)


def test_schema_and_examples_of_a_shared_response_are_found_behind_its_reference(
    contract: Document, open_questions: Mapping[str, Question]
) -> None:
    raw = copy.deepcopy(contract.raw)
    raw["components"]["responses"] = {"Unauthenticated": operation(raw)["responses"]["401"]}
    operation(raw)["responses"]["401"] = {"$ref": "#/components/responses/Unauthenticated"}
    shared = document.parse(raw, known_questions=open_questions)
    pointer = shared.response_schema(401)
    assert pointer == "/components/responses/Unauthenticated/content/application~1json/schema"
    assert extensions.at(shared.raw, pointer) == {"$ref": "#/components/schemas/ErrorAnswer"}
    assert shared.response_examples(401) == contract.response_examples(401)


def test_validator_uses_the_schema_at_the_pointer_and_resolves_its_references(contract: Document) -> None:
    answer = contract.validator(contract.response_schema(400))
    assert answer.is_valid({"data": None, "errors": [{"code": 400, "message": "x"}], "warnings": None})
    assert not answer.is_valid({"data": None, "errors": [{"code": "400", "message": "x"}], "warnings": None})
    action = contract.validator(f"{REQUEST}/properties/action")
    assert [action.is_valid(value) for value in ("OPT_IN", "enrol", None)] == [True, False, False]


def test_every_undocumented_property_is_assumed_or_decided_by_a_question(contract: Document) -> None:
    """A property that is not on the page has x-assumed or x-questions, or its schema has x-assumed."""
    off_the_page = [
        pointer
        for pointer, node in extensions.nodes(contract.raw)
        if pointer.rpartition("/")[0].endswith("/properties") and not {"x-documented", "$ref"} & set(node)
    ]
    assert off_the_page == [
        "/components/schemas/WarningItem/properties/message",
        "/components/schemas/ErrorAnswer/properties/data",
        "/components/schemas/ErrorAnswer/properties/warnings",
        "/components/schemas/ErrorItem/properties/code",
        "/components/schemas/ErrorItem/properties/message",
    ]
    for pointer in off_the_page:
        node = extensions.at(contract.raw, pointer)
        parent = extensions.at(contract.raw, pointer.split("/properties/")[0])
        assert "x-questions" in node or "x-assumed" in node or "x-assumed" in parent, pointer


def test_questions_decide_schema_keywords(contract: Document) -> None:
    keywords = {keyword for m in extensions.marks(contract.raw) if m.key == "x-questions" for keyword in m.value}
    assert keywords == {"type", "enum", "required", "properties", "additionalProperties", "pattern", "items", "const"}


@pytest.mark.parametrize("path", [source.ENROL, source.OAUTH], ids=lambda path: path.name)
def test_document_is_valid_openapi(path: Path) -> None:
    assert list(OpenAPIV31SpecValidator(source.read(path)).iter_errors()) == []


def test_openapi_validation_reports_a_missing_title() -> None:
    raw = source.read(source.OAUTH)
    del raw["info"]["title"]
    (error,) = OpenAPIV31SpecValidator(raw).iter_errors()
    assert error.message.startswith('"title" is a required property')


def test_outcomes_of_the_token_document_cover_its_error_statuses() -> None:
    """Every declared status but 200 has an outcome, and no name occurs twice."""
    raw = source.read(source.OAUTH)
    (item,) = raw["paths"].values()
    names = [entry["name"] for entry in raw["x-outcomes"]]
    assert len(set(names)) == len(names)
    assert {str(entry["status"]) for entry in raw["x-outcomes"]} == set(item["post"]["responses"]) - {"200"}
