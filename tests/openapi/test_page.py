"""The document says the same as tests/page.py, an independent transcript of the page, cell by cell."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from openapi import extensions
from openapi.document import Document
from openapi.questions import Question
from tests import page

# The page's types in JSON Schema. Number is not here: it is an integer for an id, a number otherwise.
TYPES = {"String": "string", "Object": "object", "Array": "array"}

CLAIM_OF_FACT = {
    "echoed": ["echo"],
    "resolved": ["resolved"],
    "unique": ["unique"],
    "null on success": ["success", "filled"],
    "null if none": ["none"],
}


def schema_at(contract: Document, pointer: str, path: str) -> Mapping[str, Any]:
    """Return the schema of the field at a dotted path below a schema, through references and list items."""
    node = contract.resolve(extensions.at(contract.raw, pointer))
    for name in path.split("."):
        if "items" in node:
            node = contract.resolve(node["items"])
        assert name in node["properties"], f"{path}: the document has no {name!r}"
        node = contract.resolve(node["properties"][name])
    return node


def parent_of(contract: Document, pointer: str, path: str) -> Mapping[str, Any]:
    above, _, _ = path.rpartition(".")
    node = schema_at(contract, pointer, above) if above else contract.resolve(extensions.at(contract.raw, pointer))
    return contract.resolve(node["items"]) if "items" in node else node


def assert_type(row: page.BodyParameter | page.ResponseParameter, schema: Mapping[str, Any]) -> None:
    """Assert the documented type; null may be added only where an open question decides the type."""
    documented = TYPES.get(row.type, "integer" if row.is_id else "number")
    found = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if found != [documented]:
        assert found == [documented, "null"], row.path
        assert "type" in schema["x-questions"], f"{row.path}: no question decides the type {found}"


@pytest.mark.parametrize("row", page.BODY_PARAMETERS, ids=lambda row: row.path)
def test_body_parameter_has_its_type(contract: Document, row: page.BodyParameter) -> None:
    assert_type(row, schema_at(contract, contract.request_schema(), row.path))


@pytest.mark.parametrize("row", page.BODY_PARAMETERS, ids=lambda row: row.path)
def test_body_parameter_is_required_as_the_table_says(contract: Document, row: page.BodyParameter) -> None:
    parent = parent_of(contract, contract.request_schema(), row.path)
    assert (row.path.rpartition(".")[2] in parent["required"]) == (row.required == "Yes")


@pytest.mark.parametrize("row", [row for row in page.BODY_PARAMETERS if row.lists], ids=lambda row: row.path)
def test_body_parameter_allows_the_listed_values_in_order(
    contract: Document, open_questions: Mapping[str, Question], row: page.BodyParameter
) -> None:
    schema = schema_at(contract, contract.request_schema(), row.path)
    if row.path == "customer.identifierValue":
        # This row lists kinds of identifiers, not values. It is a statement of an open question.
        number = page.BODY_PARAMETERS.index(row) + 1
        cited = {(s.section, s.row) for s in open_questions["identifier-names"].statements}
        assert ("Body parameters", number) in cited
        assert "enum" not in schema
    else:
        assert [value for value in schema["enum"] if value is not None] == list(row.lists)
        assert (None in schema["enum"]) == (schema["type"] == ["string", "null"])


def test_request_has_the_fields_of_the_table_and_no_other(contract: Document) -> None:
    assert [".".join(field.path) for field in contract.request_fields] == [row.path for row in page.BODY_PARAMETERS]
    assert [field.required for field in contract.request_fields] == [
        row.required == "Yes" for row in page.BODY_PARAMETERS
    ]


@pytest.mark.parametrize("row", page.RESPONSE_PARAMETERS, ids=lambda row: row.path)
def test_response_parameter_has_its_type(contract: Document, row: page.ResponseParameter) -> None:
    schema = schema_at(contract, contract.response_schema(200), row.path)
    if row.path == "errors":
        assert (schema["type"], schema["maxItems"]) == (["array", "null"], 0)
        failed = schema_at(contract, contract.response_schema(400), row.path)
        assert (failed["type"], failed["x-questions"]["type"]) == ("array", "error-shape")
    elif row.path == "warnings":
        assert (schema["type"], schema["x-questions"]["type"]) == (["array", "null"], "warning-shape")
    else:
        assert_type(row, schema)


@pytest.mark.parametrize("row", page.RESPONSE_PARAMETERS, ids=lambda row: row.path)
def test_response_parameter_is_always_there(contract: Document, row: page.ResponseParameter) -> None:
    assert row.path.rpartition(".")[2] in parent_of(contract, contract.response_schema(200), row.path)["required"]


def test_response_has_the_fields_of_the_table_and_no_other(contract: Document) -> None:
    def paths(schema: Mapping[str, Any], above: str) -> list[str]:
        schema = contract.resolve(schema)
        schema = (
            contract.resolve(schema["items"]) if "items" in schema and above not in ("warnings.", "errors.") else schema
        )
        return [
            path
            for name, below in schema.get("properties", {}).items()
            for path in (above + name, *paths(below, f"{above}{name}."))
        ]

    envelope = extensions.at(contract.raw, contract.response_schema(200))
    assert paths(envelope, "") == [row.path for row in page.RESPONSE_PARAMETERS]


def test_catalogue_has_every_error_row_in_the_order_of_the_page(contract: Document) -> None:
    entries = [o for o in contract.outcomes.values() if o.section == "Error codes"]
    assert [(o.kind, o.row, o.code, o.message) for o in entries] == [
        ("error", number, row.code, row.text) for number, row in enumerate(page.ERROR_CODES, start=1)
    ]


def test_catalogue_has_every_warning_row_in_the_order_of_the_page(contract: Document) -> None:
    entries = [o for o in contract.outcomes.values() if o.section == "Warning messages"]
    assert [(o.kind, o.row, o.code, o.message) for o in entries] == [
        ("warning", number, None, text) for number, text in enumerate(page.WARNING_MESSAGES, start=1)
    ]


def test_outcomes_that_are_not_on_the_page_are_assumed(contract: Document) -> None:
    assumed = {o.name: o.section for o in contract.outcomes.values() if o.section is None}
    marked = {entry["name"]: None for entry in contract.raw["x-outcomes"] if "x-assumed" in entry}
    assert assumed == marked
    assert len(contract.outcomes) - len(assumed) == len(page.ERROR_CODES) + len(page.WARNING_MESSAGES)


def test_status_of_an_error_row_is_its_code_if_that_is_400_or_500_and_400_otherwise(contract: Document) -> None:
    statuses = {o.row: o.status for o in contract.outcomes.values() if o.section == "Error codes"}
    assert statuses == {
        number: row.code if row.code in (400, 500) else 400 for number, row in enumerate(page.ERROR_CODES, start=1)
    }


def test_outcome_of_a_field_is_the_row_whose_text_calls_it_required(contract: Document) -> None:
    fields = {".".join(field.path): field.outcome for field in contract.request_fields}
    found = {path: contract.outcomes[outcome].code for path, outcome in fields.items() if outcome is not None}
    expected = {row.field: row.code for row in page.ERROR_CODES if row.field in fields}
    assert found == expected
    assert len(expected) == 7


def test_call_is_that_of_the_page(contract: Document) -> None:
    assert (contract.method, contract.path) == (page.METHOD, page.PATH)


def test_example_requests_are_those_of_the_page(contract: Document) -> None:
    assert json.dumps(contract.request_examples(), sort_keys=True) == json.dumps(
        {"enrol": page.ENROL_REQUEST, "optIn": page.OPT_IN_REQUEST}, sort_keys=True
    )


def test_example_response_is_that_of_the_page(contract: Document) -> None:
    assert json.dumps(contract.response_examples(200)["enrolled"], sort_keys=True) == json.dumps(
        page.ENROL_RESPONSE, sort_keys=True
    )


@pytest.mark.parametrize("row", page.BODY_PARAMETERS, ids=lambda row: row.path)
def test_body_parameter_has_the_claims_of_its_row(contract: Document, row: page.BodyParameter) -> None:
    schema = schema_at(contract, contract.request_schema(), row.path)
    claims = schema["x-documented"]["claims"]
    assert schema["x-documented"]["section"] == "Body parameters"
    assert schema["x-documented"]["row"] == page.BODY_PARAMETERS.index(row) + 1
    wanted = [f"request.{row.path}.{'required' if row.required == 'Yes' else 'optional'}", f"request.{row.path}.type"]
    if "enum" in schema:
        wanted.append(f"request.{row.path}.values")
    assert list(claims) == wanted


@pytest.mark.parametrize("row", page.RESPONSE_PARAMETERS, ids=lambda row: row.path)
def test_response_parameter_has_the_claims_of_its_row(contract: Document, row: page.ResponseParameter) -> None:
    status = [200, 400] if row.path == "errors" else [200]
    marks = [schema_at(contract, contract.response_schema(s), row.path)["x-documented"] for s in status]
    number = page.RESPONSE_PARAMETERS.index(row) + 1
    assert {(mark["section"], mark["row"]) for mark in marks} == {("Response parameters", number)}
    claims = [claim for mark in marks for claim in mark["claims"]]
    assert all(claim.startswith(f"response.{row.path}.") for claim in claims)
    wanted = [suffix for fact in row.facts for suffix in CLAIM_OF_FACT[fact]]
    if row.path not in ("errors", "warnings"):
        wanted.append("type")
    assert {f"response.{row.path}.{suffix}" for suffix in wanted} <= set(claims)


# Rows that make no claim, and why.
UNCLAIMED = {
    ("API Quick Reference", 1): "the tree's names are one side of the open question promotion-field-names",
    ("API Quick Reference", 2): "the same as row 1",
    ("Prerequisites", 2): "which access group a credential has cannot be seen from outside",
}


@pytest.mark.parametrize(("section", "rows"), page.ROWS.items(), ids=page.ROWS)
def test_every_row_of_the_page_makes_a_claim(contract: Document, section: str, rows: int) -> None:
    claimed = {(claim.section, claim.row) for claim in contract.claims.values() if claim.section == section}
    assert claimed == {(section, row) for row in range(1, rows + 1)} - set(UNCLAIMED)


def test_claims_name_sections_of_the_page(contract: Document) -> None:
    assert {claim.section for claim in contract.claims.values()} == set(page.ROWS) - {"API Quick Reference"}


def test_claim_ids_are_unique_in_the_document(contract: Document) -> None:
    marks = [m.value for m in extensions.marks(contract.raw) if m.key == "x-documented"]
    assert len(contract.claims) == sum(len(mark.claims) for mark in marks)
