"""Findings about the fields of a request and their values, each beside the nearest requests that are right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests import page
from tests.mockserver.conduct.asking import Asking, Found, changed

ID, NUMBER = page.ENROL_REQUEST["promotion"].values()
UNKNOWN, MISPLACED = ("broken", "request.unknown_field"), ("broken", "request.misplaced_field")
MISSING, TYPE = ("broken", "request.missing_field"), ("broken", "request.wrong_type")
FLOAT, UNLISTED = ("broken", "request.float_id"), ("broken", "request.unlisted_value")
ROW, FORM = ("note", "request.refused_by_its_row"), ("note", "request.form_of_an_identifier")
OTHER = ("note", "request.field_of_another_reading")
OWN_ROW = "which was answered with its own row"

BAD: list[tuple[dict[str, Any], list[Found]]] = [
    # Names of the tree of the page, of other languages, and slips.
    (changed(("promotion", {"promoHexId": ID, "promoIntId": NUMBER})), [
        (*UNKNOWN, "promotion.promoHexId is no field of the request; promotion.id is"),
        (*UNKNOWN, "promotion.promoIntId is no field of the request; promotion.promotionId is"),
    ]),
    (changed(("promotion.promotionId", ...), ("promotion.promotionID", NUMBER)), [
        (*UNKNOWN, "promotion.promotionID is no field of the request; promotion.promotionId is"),
    ]),
    (changed(("promotion.promotionId", ...), ("promotion.promotion_id", NUMBER)), [
        (*UNKNOWN, "promotion.promotion_id is no field of the request; promotion.promotionId is"),
    ]),
    (changed(("programId", ...), ("ProgramId", 3334)), [
        (*UNKNOWN, "ProgramId is no field of the request; programId is"),
    ]),
    (changed(("programId", ...), ("programmeId", 3334)), [
        (*UNKNOWN, "programmeId is no field of the request; programId is"),
    ]),
    (changed(("customer.identifierValue", ...), ("customer.identiferValue", "388369579")), [
        (*UNKNOWN, "customer.identiferValue is no field of the request; customer.identifierValue is"),
    ]),
    (changed(("loyaltyTier", "GOLD")), [(*UNKNOWN, "loyaltyTier is no field of the request")]),
    (changed(("customer.nickname", "Zo")), [(*UNKNOWN, "customer.nickname is no field of the request")]),
    # A listed field in the wrong place.
    (changed(("customer.source", ...), ("source", "INSTORE")), [
        (*MISPLACED, "source is in the wrong place; it belongs to customer"),
    ]),
    (changed(("programId", ...), ("promotion.programId", 3334)), [
        (*MISPLACED, "promotion.programId is in the wrong place; it belongs to the body itself"),
    ]),
    (changed(("customer", ...), ("identifierName", "id"), ("identifierValue", "388369579")), [
        (*MISPLACED, "identifierName is in the wrong place; it belongs to customer"),
        (*MISPLACED, "identifierValue is in the wrong place; it belongs to customer"),
    ]),
    ({"enrollmentRequest": page.ENROL_REQUEST}, [
        (*MISPLACED, "The fields stand inside enrollmentRequest, not in the body itself"),
    ]),
    # What other rows of the page name.
    (changed(("customer.milestone", {"targetRuleId": 151359})), [(*OTHER, "customer.milestone is not in the table of the page")]),
    (changed(("promotion.identifier", "enr-58")), [(*OTHER, "promotion.identifier is not in the table of the page")]),
    (changed(("promotion.promoHexId", ID)), [(*OTHER, "promotion.promoHexId is not in the table of the page")]),
    # Missing: a test that meets the row is right, the rest is not.
    (changed(("promotion.promotionId", ...)), [(*MISSING, "promotion.promotionId is missing")]),
    (changed(("promotion.id", "  ")), [(*MISSING, "promotion.id is blank")]),
    (changed(("promotion.id", None)), [(*MISSING, "promotion.id is null")]),
    (changed(("action", ...)), [(*ROW, f"action is missing, {OWN_ROW}")]),
    (changed(("programId", None)), [(*ROW, f"programId is null, {OWN_ROW}")]),
    (changed(("customer.identifierValue", "")), [(*ROW, f"customer.identifierValue is blank, {OWN_ROW}")]),
    (changed(("customer", {})), [
        (*ROW, f"customer.identifierName is missing, {OWN_ROW}"),
        (*ROW, f"customer.identifierValue is missing, {OWN_ROW}"),
    ]),
    # JSON types.
    (changed(("programId", "3334")), [(*TYPE, "programId is a string, not a number")]),
    (changed(("programId", True)), [(*TYPE, "programId is a boolean, not a number")]),
    (changed(("promotion.promotionId", str(NUMBER))), [(*TYPE, "promotion.promotionId is a string, not a number")]),
    (changed(("promotion.id", 68)), [(*TYPE, "promotion.id is a number, not a string")]),
    (changed(("customer.identifierValue", 388369579)), [(*TYPE, "customer.identifierValue is a number, not a string")]),
    (changed(("requestId", 17)), [(*TYPE, "requestId is a number, not a string")]),
    (changed(("customer", "388369579")), [(*TYPE, "customer is a string, not an object")]),
    (changed(("promotion", [ID])), [(*TYPE, "promotion is an array, not an object")]),
    (changed(("programId", 3334.0)), [(*FLOAT, "programId is written as a floating-point number")]),
    (changed(("promotion.promotionId", 1133590053.5)), [(*FLOAT, "promotion.promotionId has a fraction")]),
    (changed(("programId", 2**53 + 1)), [("hygiene", "request.huge_number", "programId is larger than a double holds exactly")]),
    # Listed words.
    (changed(("action", "enrol")), [(*UNLISTED, "action is 'enrol' (did you mean 'ENROL'?)")]),
    (changed(("action", "ENROLL")), [(*UNLISTED, "action is 'ENROLL' (did you mean 'ENROL'?)")]),
    (changed(("action", "OPT-IN")), [(*UNLISTED, "action is 'OPT-IN' (did you mean 'OPT_IN'?)")]),
    (changed(("customer.source", "instore")), [(*UNLISTED, "customer.source is 'instore' (did you mean 'INSTORE'?)")]),
    (changed(("customer.identifierName", "Mobile")), [
        (*UNLISTED, "customer.identifierName is 'Mobile' (did you mean 'mobile'?)"),
    ]),
    (changed(("action", "DANCE")), [(*ROW, f"action has an unlisted value, {OWN_ROW}")]),
    (changed(("customer.identifierName", "externalId")), [(*ROW, f"customer.identifierName has an unlisted value, {OWN_ROW}")]),
    # Identifiers that nobody has, and that look like none.
    (changed(("promotion.id", "enr-58")), [(*FORM, "promotion.id has an unusual form")]),
    (changed(("customer.identifierValue", "abc")), [(*FORM, "customer.identifierValue has an unusual form for the identifier id")]),
    (changed(("customer.identifierName", "email"), ("customer.identifierValue", "zoe")), [
        (*FORM, "customer.identifierValue has an unusual form for the identifier email"),
    ]),
    (changed(("customer.identifierName", "mobile"), ("customer.identifierValue", "98-76 54")), [
        (*FORM, "customer.identifierValue has an unusual form for the identifier mobile"),
    ]),
]  # fmt: skip

GOOD: list[dict[str, Any]] = [
    page.ENROL_REQUEST,
    page.OPT_IN_REQUEST,
    changed(("requestId", ...), ("customer.source", ...)),
    changed(("requestId", None), ("customer.source", None)),
    changed(("requestId", 'a:b, "c": {d}')),
    # Refused by rows about what exists: the request itself is right.
    changed(("customer.identifierValue", "388369570")),
    changed(("customer.identifierName", "mobile"), ("customer.identifierValue", "919999999999")),
    changed(("customer.identifierName", "mobile"), ("customer.identifierValue", "+919999999999")),
    changed(("customer.identifierName", "email"), ("customer.identifierValue", "nobody@example.com")),
    changed(("programId", 999999)),
    changed(("promotion", {"id": "0" * 24, "promotionId": 1})),
    changed(("promotion.promotionId", 2**53 - 1)),
]


@pytest.mark.parametrize(("body", "found"), BAD, ids=[found[0][2] for _, found in BAD])
def test_what_is_wrong_with_a_body_is_found_and_nothing_else(
    asking: Asking, body: dict[str, Any], found: list[Found]
) -> None:
    asking.send(body)
    assert asking.found() == found


@pytest.mark.parametrize("body", GOOD, ids=str)
def test_nothing_is_found_about_a_right_body(asking: Asking, body: dict[str, Any]) -> None:
    asking.send(body)
    assert asking.found() == []


def test_a_list_is_no_body(asking: Asking) -> None:
    asking.send([page.ENROL_REQUEST])
    assert asking.found() == [("broken", "request.wrong_type", "The body is an array, not an object")]


def test_a_finding_has_the_words_and_the_row_of_the_page(asking: Asking) -> None:
    asking.send(changed(("promotion", {"promoHexId": ID, "promotionId": NUMBER})))
    (found,) = asking.all()
    assert (found["page"], found["place"]) == ("promotion.id must be given.", "Body parameters, row 4")
    assert found["advice"].startswith("Send it as promotion.id. The other name stands in API Quick Reference, row 1")
    assert found["count"] == 1
    assert "promoHexId" in found["sent"]


def test_a_body_is_judged_though_the_answer_is_about_something_else(asking: Asking) -> None:
    asking.send(changed(("programId", "3334")), authorization=None)
    asking.fault("503", count=1)
    asking.send(changed(("action", "enrol")))
    assert {"request.wrong_type", "request.unlisted_value"} <= asking.rules()


def test_a_missing_field_is_no_note_if_another_answer_came(asking: Asking) -> None:
    """Nobody can have meant to meet the row."""
    asking.fault("429", count=1)
    asking.send(changed(("action", ...)))
    assert asking.found() == [(*MISSING, "action is missing")]


@pytest.mark.parametrize(
    ("readings", "body", "rules"),
    [
        ({"promotion_field_names": "promoHexId-promoIntId"}, changed(("promotion", {"promoHexId": ID, "promoIntId": NUMBER})), set()),
        ({"promotion_field_names": "promoHexId-promoIntId"}, page.ENROL_REQUEST, {"request.unknown_field"}),
        ({"promotion_ids": "either"}, changed(("promotion.id", ...)), set()),
        ({"promotion_ids": "either"}, changed(("promotion", {})), {"request.refused_by_its_row"}),
        ({"identifier_names": "with-externalId"}, changed(("customer.identifierName", "externalId")), set()),
        ({"unknown_fields": "refused"}, changed(("loyaltyTier", 1)), {"request.unknown_field"}),
        ({"wrong_type": "coerced"}, changed(("programId", "3334")), set()),
        ({"source": "required"}, changed(("customer.source", ...)), {"request.refused_by_its_row"}),
        ({"null_optional": "refused"}, changed(("requestId", None)), {"request.wrong_type"}),
        ({"malformed_id": "field-code"}, changed(("promotion.id", "enr-58")), {"request.form_of_an_identifier"}),
        ({"milestone_action": "accepted"}, changed(("action", "ENROL_MILESTONES"), ("customer.milestone", {"targetRuleId": 151359})), set()),
        ({"milestone_action": "accepted"}, changed(("action", "ENROL_MILESTONES"), ("customer.milestone", {"targetRuleID": 1})), {"request.unknown_field"}),
    ],
)  # fmt: skip
def test_the_readings_of_the_mock_count(
    under: Callable[..., Asking], readings: dict[str, str], body: dict[str, Any], rules: set[str]
) -> None:
    asking = under(**readings)
    asking.send(body)
    assert asking.rules() == rules
