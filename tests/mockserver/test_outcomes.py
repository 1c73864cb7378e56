"""Every error code and warning of the page, each got by one plain request on the sample world."""

from __future__ import annotations

from typing import Any

import pytest

from openapi.document import Document
from tests import page
from tests.mockserver.caller import Caller, errors, with_value, without

ENROL = page.ENROL_REQUEST

# Row of "Error codes" (from 1), HTTP status, request.
ERRORS: list[tuple[int, int, dict[str, Any]]] = [
    (1, 400, without(ENROL, "action")),
    (1, 400, with_value(ENROL, "ENROL_MILESTONES", "action")),
    (2, 400, without(ENROL, "promotion")),
    (2, 400, without(ENROL, "promotion", "id")),
    (2, 400, without(ENROL, "promotion", "promotionId")),
    (3, 400, without(ENROL, "customer")),
    (4, 400, without(ENROL, "programId")),
    (5, 400, without(ENROL, "customer", "identifierName")),
    (5, 400, with_value(ENROL, "externalId", "customer", "identifierName")),
    (6, 400, without(ENROL, "customer", "identifierValue")),
    (6, 400, with_value(ENROL, " ", "customer", "identifierValue")),
    (7, 400, with_value(ENROL, "NOWHERE", "customer", "source")),
    (9, 400, with_value(ENROL, {"id": "f" * 24, "promotionId": 1999999999}, "promotion")),
    (9, 400, with_value(ENROL, 1133590101, "promotion", "promotionId")),
    (9, 400, with_value(ENROL, "not hexadecimal", "promotion", "id")),
    (9, 400, with_value(ENROL, 973, "programId")),
    (10, 400, with_value(ENROL, 999999, "programId")),
    (11, 400, with_value(ENROL, "199999999999", "customer", "identifierValue")),
    (11, 400, with_value(ENROL, "0388369579", "customer", "identifierValue")),
    (11, 400, with_value(ENROL, " 388369579", "customer", "identifierValue")),
]

# Row of "Error codes", HTTP status, action, short identifier of the promotion.
ERRORS_OF_PROMOTIONS = [
    (9, 400, "ENROL", "draft-71"),
    (9, 400, "ENROL", "pending-72"),
    (9, 400, "ENROL", "paused-73"),
    (9, 400, "OPT_IN", "paused-73"),
    (9, 400, "ENROL", "stopped-74"),
    (9, 400, "ENROL", "ended-75"),
    (12, 400, "ENROL", "generic-81"),
    (12, 400, "OPT_IN", "generic-81"),
    (13, 400, "OPT_IN", "enr-58"),
    (14, 500, "ENROL", "down-82"),
]

# Row of "Warning messages", customer, short identifier of the promotion.
WARNINGS = [
    (1, "388600010", "earn-61"),
    (1, "388369579", "full-67"),
    (2, "388369579", "broken-84"),
    (3, "388369579", "silent-83"),
]


@pytest.mark.parametrize(("row", "status", "request_body"), ERRORS)
def test_request_is_refused_as_the_row_says(mock: Caller, row: int, status: int, request_body: dict[str, Any]) -> None:
    response = mock.send(request_body)
    assert response.status_code == status
    assert errors(response) == [(page.ERROR_CODES[row - 1].code, page.ERROR_CODES[row - 1].text)]


@pytest.mark.parametrize(("row", "status", "action", "promotion"), ERRORS_OF_PROMOTIONS)
def test_promotion_is_refused_as_the_row_says(mock: Caller, row: int, status: int, action: str, promotion: str) -> None:
    response = mock.enrol("388369579", promotion, action=action)
    assert response.status_code == status
    assert errors(response) == [(page.ERROR_CODES[row - 1].code, page.ERROR_CODES[row - 1].text)]


@pytest.mark.parametrize(("row", "customer", "promotion"), WARNINGS)
def test_enrolment_is_answered_with_the_warning(mock: Caller, row: int, customer: str, promotion: str) -> None:
    response = mock.enrol(customer, promotion)
    assert response.status_code == 200
    assert response.get_json()["errors"] is None
    assert response.get_json()["warnings"] == [{"message": page.WARNING_MESSAGES[row - 1]}]


def test_every_row_is_reached_but_the_one_the_default_readings_rule_out() -> None:
    reached = {row for row, *_ in ERRORS} | {row for row, *_ in ERRORS_OF_PROMOTIONS}
    assert set(range(1, len(page.ERROR_CODES) + 1)) - reached == {8}
    assert page.ERROR_CODES[8 - 1].code == 310009
    assert {row for row, *_ in WARNINGS} == set(range(1, len(page.WARNING_MESSAGES) + 1))


def test_unknown_program_is_not_found_before_it_is_compared_with_the_promotion(mock: Caller) -> None:
    elsewhere = mock.send(with_value(ENROL, 973, "programId"))
    nowhere = mock.send(with_value(ENROL, 999999, "programId"))
    assert errors(elsewhere)[0][1].startswith("Promotion not found")
    assert errors(nowhere)[0][1].startswith("Program not found")


def test_first_error_of_the_page_wins_among_lookups(mock: Caller) -> None:
    nothing = with_value(with_value(ENROL, 999999, "programId"), "0", "customer", "identifierValue")
    assert errors(mock.send(nothing))[0][1].startswith("Program not found")
    nothing["promotion"] = {"id": "f" * 24, "promotionId": 1}
    assert errors(mock.send(nothing))[0][1].startswith("Promotion not found")


def test_refused_requests_change_nothing(mock: Caller, contract: Document) -> None:
    before = mock.enrolments()
    for _, _, body in ERRORS:
        mock.send(body)
    for _, _, action, promotion in ERRORS_OF_PROMOTIONS:
        mock.enrol("388369579", promotion, action=action)
    for name in contract.outcomes:
        mock.send(Prefer=f"outcome={name}")
    assert mock.enrolments() == before
