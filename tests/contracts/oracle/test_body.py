"""Reading bodies: what is wrong with one, and which outcomes may answer it."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.exchange import NOTHING
from contracts.inputs.wrong_values import WrongValue
from contracts.oracle.body.reader import BodyReader
from contracts.oracle.body.value_reasons import json_type, show
from contracts.oracle.reasons import ANY, PLAIN
from openapi.document import Document
from tests.contracts.conftest import show_sorted


@pytest.fixture(scope="module")
def reader(contract: Document) -> BodyReader:
    return BodyReader(contract)


def outcomes(reader: BodyReader, body: Any) -> list[set[str | None]]:
    """Return, for each reason a body gives, the outcomes that may answer it; None lets it pass."""
    return [{option.outcome for option in reason.options} for reason in reader.read(body)[0]]


def test_the_examples_have_no_defect(reader: BodyReader, contract: Document) -> None:
    for body in contract.request_examples().values():
        assert reader.read(body)[0] == ()


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (("action",), NOTHING, {"action_required"}),
        (("action",), None, {"action_required", PLAIN}),
        (("action",), "enrol", {"action_required", PLAIN}),
        (("action",), 5, {"action_required", PLAIN}),
        (("promotion",), NOTHING, {"promotion_required"}),
        (("promotion",), "x", {"promotion_required", "promotion_not_found", PLAIN}),
        (("promotion", "id"), 5, {"promotion_required", "promotion_not_found", PLAIN, None}),
        (("promotion", "id"), "zz", {"promotion_required", PLAIN, None}),
        (("promotion", "id"), " ", {"promotion_required", "promotion_not_found", None}),
        (("promotion", "promotionId"), "1133590053", {"promotion_required", "promotion_not_found", PLAIN, None}),
        (("promotion", "promotionId"), [], {"promotion_required", "promotion_not_found", PLAIN}),
        (("promotion", "promotionId"), 1.5, {"promotion_required", PLAIN, None}),
        (("customer",), NOTHING, {"customer_required"}),
        (
            ("customer",),
            {},
            {"customer_required", "identifier_name_required", "identifier_value_required", "source_required"},
        ),
        (("customer", "identifierName"), NOTHING, {"identifier_name_required"}),
        (("customer", "identifierName"), "card", {"identifier_name_required", PLAIN}),
        (("customer", "identifierName"), "externalId", {"identifier_name_required", PLAIN, None}),
        (("customer", "identifierName"), "", {"identifier_name_required", "customer_not_found", PLAIN}),
        (("customer", "identifierValue"), NOTHING, {"identifier_value_required"}),
        (("customer", "identifierValue"), 388369579, {"identifier_value_required", "customer_not_found", PLAIN, None}),
        (("customer", "identifierValue"), "", {"identifier_value_required", "customer_not_found"}),
        (("customer", "identifierValue"), "abc", {"identifier_value_required", PLAIN, None}),
        (("customer", "source"), NOTHING, {"source_required", None}),
        (("customer", "source"), None, {"source_required", PLAIN, None}),
        (("customer", "source"), "instore", {"source_required", "customer_not_found", PLAIN, None}),
        (("customer", "source"), [], {"source_required", "customer_not_found", PLAIN, None}),
        (("customer", "source"), "  ", {"source_required", "customer_not_found", PLAIN, None}),
        (("programId",), NOTHING, {"program_id_required"}),
        (("programId",), "3334", {"program_id_required", "program_not_found", PLAIN, None}),
        (("programId",), True, {"program_id_required", "program_not_found", PLAIN, None}),
        (("programId",), 2**64, {"program_id_required", PLAIN, None}),
        (("requestId",), None, {PLAIN, None}),
        (("requestId",), 5, {PLAIN, None}),
        (("requestId",), {}, {PLAIN}),
        (("requestId",), "x" * 300, {PLAIN, None}),
        (("unlisted",), 1, {ANY, None}),
    ],
    ids=show_sorted,
)
def test_a_defect_may_be_answered_by(
    reader: BodyReader, enrol: dict[str, Any], path: tuple[str, ...], value: Any, expected: set[str | None]
) -> None:
    assert outcomes(reader, WrongValue(path, value).put(enrol)) == [expected]


@pytest.mark.parametrize(
    ("name", "well_formed", "odd"),
    [
        ("mobile", ("919800000001", "15550100"), ("+919800000001", "0004", "9" * 16, "abc", "9198-0000-0001")),
        (
            "email",
            ("a@b.example", "hana+loyal@example.com", "a.b-c_d@mail.example.co.uk"),
            ("a", "a@b", "@b.example", "a@@b.example", "a.@b.example", "a@b..example", '"a"@b.example', "ä@b.example"),
        ),
    ],
)
def test_a_value_that_cannot_be_one_of_its_kind_may_be_refused_for_its_form(
    reader: BodyReader, enrol: dict[str, Any], name: str, well_formed: tuple[str, ...], odd: tuple[str, ...]
) -> None:
    enrol["customer"]["identifierName"] = name
    for value in well_formed:
        assert outcomes(reader, WrongValue(("customer", "identifierValue"), value).put(enrol)) == []
    for value in odd:
        found = outcomes(reader, WrongValue(("customer", "identifierValue"), value).put(enrol))
        assert found == [{"identifier_value_required", PLAIN, None}]


@pytest.mark.parametrize(
    ("path", "kind", "value", "tells"),
    [
        (("customer", "identifierValue"), "mobile", 919800000001, True),
        (("customer", "identifierValue"), "mobile", 5, False),
        (("customer", "identifierValue"), "email", 5, False),
        (("promotion", "id"), "mobile", 5, False),
    ],
)
def test_a_number_that_makes_a_malformed_text_tells_no_reading_where_it_is_refused(
    reader: BodyReader, enrol: dict[str, Any], path: tuple[str, ...], kind: str, value: int, tells: bool
) -> None:
    """A host may convert it first, and refuse the text for its form."""
    enrol["customer"].update(identifierName=kind, identifierValue="919800000001" if kind == "mobile" else "a@b.example")
    reason = reader.read(WrongValue(path, value).put(enrol))[0][0]
    assert any(option.implies for option in reason.options if option.outcome) == tells


@pytest.mark.parametrize("value", ["007", "a b", "é", "x" * 64, ""])
def test_any_text_is_a_request_id(reader: BodyReader, enrol: dict[str, Any], value: str) -> None:
    assert reader.read({**enrol, "requestId": value})[0] == ()


def test_a_milestone_enrolment_needs_its_rule(reader: BodyReader, enrol: dict[str, Any]) -> None:
    enrol["action"] = "ENROL_MILESTONES"
    assert outcomes(reader, enrol) == [{"action_required", PLAIN, "target_rule_id_required"}]
    enrol["customer"]["milestone"] = {"targetRuleId": 1}
    assert outcomes(reader, enrol)[0] == {"action_required", PLAIN, None}


def test_a_coerced_value_is_what_is_asked_for(reader: BodyReader, enrol: dict[str, Any]) -> None:
    enrol["programId"] = " 3334 "
    enrol["customer"]["identifierValue"] = 388369579
    _, asked = reader.read(enrol)
    assert (asked.program_id, asked.identifier_value) == (3334, "388369579")


@pytest.mark.parametrize(
    ("value", "name"),
    [(None, "null"), (True, "boolean"), ({}, "object"), ([], "array"), ("", "string"), (1, "integer"), (1.5, "number")],
)
def test_json_types_have_their_names(value: Any, name: str) -> None:
    assert json_type(value) == name


def test_long_values_are_shown_short() -> None:
    assert len(show("x" * 500)) <= 60
