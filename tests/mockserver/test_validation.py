"""What a valid body looks like, and which code answers each violation."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests import page
from tests.mockserver.caller import Caller, codes, errors, with_value, without

ENROL = page.ENROL_REQUEST

WRONG_TYPES: list[tuple[tuple[str, ...], Any, int]] = [
    (("requestId",), 1, 400),
    (("action",), 1, 310002),
    (("action",), None, 310002),
    (("action",), "", 310002),
    (("action",), "enrol", 310002),
    (("promotion",), "x", 310003),
    (("promotion",), [], 310003),
    (("promotion",), {}, 310003),
    (("promotion",), None, 310003),
    (("promotion", "id"), 1133590053, 310003),
    (("promotion", "id"), "", 310003),
    (("promotion", "promotionId"), "1133590053", 310003),
    (("promotion", "promotionId"), True, 310003),
    (("promotion", "promotionId"), 1133590053.5, 310003),
    (("customer",), "x", 310004),
    (("customer",), None, 310004),
    (("customer", "identifierName"), None, 310006),
    (("customer", "identifierName"), "Mobile", 310006),
    (("customer", "identifierValue"), 388369579, 310007),
    (("customer", "identifierValue"), None, 310007),
    (("customer", "identifierValue"), "", 310007),
    (("customer", "identifierValue"), "\t\u3000", 310007),
    (("customer", "source"), 1, 310008),
    (("customer", "source"), "", 310008),
    (("programId",), "3334", 310005),
    (("programId",), None, 310005),
    (("programId",), False, 310005),
]


def enrolled(response: TestResponse) -> bool:
    return response.status_code == 200 and response.get_json()["data"]["status"] == "SUCCESS"


@pytest.mark.parametrize(("path", "value", "code"), WRONG_TYPES)
def test_wrong_value_is_answered_with_the_code_of_its_field(
    mock: Caller, path: tuple[str, ...], value: Any, code: int
) -> None:
    response = mock.send(with_value(ENROL, value, *path))
    assert response.status_code == 400
    assert codes(response) == [code]


@pytest.mark.parametrize("body", [b"null", b"[]", b'"text"', b"1", b"true", b"[{}]"])
def test_body_that_is_no_object_is_an_invalid_request(mock: Caller, body: bytes) -> None:
    assert errors(mock.send_raw(body)) == [(400, "The request is not valid.")]


def test_every_violation_is_reported_once_in_the_order_of_the_page(mock: Caller) -> None:
    assert codes(mock.send({})) == [310002, 310003, 310004, 310005]
    wrong = {"programId": "x", "customer": {"source": 1}, "promotion": {}, "action": 0, "requestId": 0}
    assert codes(mock.send(wrong)) == [400, 310002, 310003, 310005, 310006, 310007, 310008]


def test_missing_customer_does_not_count_as_missing_identifiers(mock: Caller) -> None:
    assert codes(mock.send(without(ENROL, "customer"))) == [310004]
    assert codes(mock.send(with_value(ENROL, {}, "customer"))) == [310006, 310007]


def test_validation_comes_before_lookups(mock: Caller) -> None:
    assert codes(mock.send(with_value(without(ENROL, "action"), 999999, "programId"))) == [310002]


@pytest.mark.parametrize("source", [None, "INSTORE", "WEBSITE", "ALL"])
def test_any_listed_source_finds_the_customer_and_null_is_absent(mock: Caller, source: str | None) -> None:
    assert enrolled(mock.send(with_value(ENROL, source, "customer", "source")))


def test_source_may_be_left_out(mock: Caller) -> None:
    assert enrolled(mock.send(without(ENROL, "customer", "source")))


def test_unknown_fields_are_ignored(mock: Caller) -> None:
    body = with_value(with_value(ENROL, {"deep": [1]}, "extra"), 1, "customer", "milestone")
    assert enrolled(mock.send(body))


def test_whole_number_written_as_a_fraction_is_that_number(mock: Caller) -> None:
    assert enrolled(mock.send(with_value(ENROL, 3334.0, "programId")))


@pytest.mark.parametrize(
    ("name", "value"), [("id", "388369579"), ("mobile", "919800000001"), ("email", "asha@example.com")]
)
def test_customer_is_found_by_each_identifier(mock: Caller, name: str, value: str) -> None:
    data = mock.enrol(value, "enr-58", name=name).get_json()["data"]
    assert data["customer"] == {"identifierName": name, "identifierValue": value, "customerId": 388369579}


@pytest.mark.parametrize("value", ["Asha@example.com", "asha@example.com ", "EXT-0001"])
def test_identifier_is_compared_exactly(mock: Caller, value: str) -> None:
    assert errors(mock.enrol(value, "enr-58", name="email"))[0][1].startswith("Customer not found")


def test_customer_ids_beyond_a_double_keep_their_digits(mock: Caller) -> None:
    data = mock.enrol("9007199254740993", "enr-58").get_json()["data"]
    assert data["customer"]["customerId"] == 9007199254740993
    assert codes(mock.enrol("9007199254740992", "enr-58")) == [400]


def test_journal_names_each_violation_and_its_place(mock: Caller) -> None:
    mock.send(without(with_value(ENROL, "x", "programId"), "action"))
    (handling,) = mock.journal()
    assert handling["outcomes"] == ["action_required", "program_id_required"]
    assert '/action: "action" is a required property' in handling["why"]
    assert '/programId: "x" is not of type "integer"' in handling["why"]
