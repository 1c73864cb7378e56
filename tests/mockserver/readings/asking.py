"""Mocks under chosen readings, and for each open question a function whose result tells its readings apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from werkzeug.test import TestResponse

from mockserver.app import Mock
from openapi import document, questions, world
from openapi.document import Document
from openapi.effective import CHANGES, effective
from tests import page
from tests.mockserver.caller import Caller, caller, with_value, without

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
    """Return a mock that follows these readings and the defaults of all other questions."""
    changing = frozenset((question, reading) for question, reading in chosen.items() if question in CHANGING)
    return caller(Mock.of(document_of(changing), WORLD, questions.defaults(KNOWN) | dict(chosen)), WORLD)


@cache
def document_of(chosen: frozenset[tuple[str, str]]) -> Document:
    """Return the effective document. `chosen` holds only the questions that change it."""
    return effective(CONTRACT, dict(chosen), known_questions=KNOWN)


def outcome(mock: Caller, body: Any, **headers: str) -> str:
    """Send a body and return the names of the outcomes, or 'enrolled' and the status if there are none."""
    response = mock.send(body, **headers)
    (*_, handling) = mock.journal()
    assert "Traceback" not in handling["why"], handling["why"]
    return " ".join(handling["outcomes"]) or f"enrolled {_status(response)}"


def _status(response: TestResponse) -> str:
    assert response.status_code == 200
    status: str = response.get_json()["data"]["status"]
    return status


def part(response: TestResponse, *path: str) -> Any:
    """Return the value at a path of the answer, or 'nothing' if there is none."""
    found = response.get_json()
    for step in path:
        if not isinstance(found, dict) or step not in found:
            return "nothing"
        found = found[step]
    return found


def ids(response: TestResponse) -> tuple[Any, Any, Any]:
    """Return enrollmentId, optinId and data.status."""
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
    (*_, handling) = mock.journal()
    return unauthenticated.status_code, " ".join(handling["outcomes"]), outcome(mock, broken)


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
