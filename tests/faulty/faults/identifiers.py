"""Faults in the customer object: identifierName, identifierValue and source.

A listed source that is refused breaks every reading; an unlisted one that is accepted may be the reading
"ignored", so near misses of a source are in inconsistent.py."""

from typing import Any

from tests.faulty.faults.fault import Fault
from tests.faulty.faults.parts import (
    crash,
    fill,
    find_fault,
    get,
    holder,
    named,
    opting_in,
    recode,
    restate,
    take_as,
    take_text_as,
    unwrap,
)
from tests.faulty.turn import Turn


def _customer_is_missing(turn: Turn) -> bool:
    return isinstance(turn.body, dict) and turn.body.get("customer") is None


def _customer_of_id(value: Any) -> Any:
    return {"identifierName": "id", "identifierValue": value} if isinstance(value, str) else value


def _sourceless(turn: Turn) -> bool:
    return holder(turn.body, "customer.source") is not None and get(turn.body, "customer.source") is None


def _from(source: str) -> Any:
    return lambda turn: turn.asked.source == source


FAULTS = (
    Fault(
        "customer-missing-has-the-code-of-identifier",
        "A request without customer is answered with 310006.",
        ("request.customer.required", "error.customer_required"),
        (recode("customer", "identifierName", "missing"),),
    ),
    Fault(
        "customer-missing-crashes",
        "A request without customer is answered with HTTP 500 in HTML.",
        ("error.customer_required", "request.customer.required"),
        (crash(_customer_is_missing),),
    ),
    Fault(
        "customer-missing-has-another-code-on-opt-in",
        "Without customer the code is 310004 on ENROL and 310002 on OPT_IN.",
        ("error.customer_required", "request.customer.required"),
        (restate("customer", opting_in, code=310002),),
    ),
    Fault(
        "customer-text-accepted",
        "customer may be the customer id alone.",
        ("request.customer.type", "error.customer_required"),
        (take_as("customer", _customer_of_id),),
    ),
    Fault(
        "customer-list-accepted",
        "customer may be a list of one customer.",
        ("request.customer.type", "error.customer_required"),
        (unwrap("customer"),),
    ),
    Fault(
        "identifier-name-missing-is-id",
        "Without identifierName the value is taken as a customer id.",
        ("request.customer.identifierName.required", "error.identifier_name_required"),
        (fill("customer.identifierName", lambda _: "id"),),
    ),
    Fault(
        "identifier-name-blank-is-id",
        'identifierName: "" is taken as id.',
        (
            "error.identifier_name_required",
            "request.customer.identifierName.required",
            "request.customer.identifierName.values",
        ),
        (fill("customer.identifierName", lambda _: "id", only="blank"),),
    ),
    Fault(
        "identifier-codes-swapped",
        "Without identifierName the code is 310007, without identifierValue 310006.",
        ("error.identifier_name_required", "error.identifier_value_required"),
        (
            recode("identifierName", "identifierValue", "missing"),
            recode("identifierValue", "identifierName", "missing"),
        ),
    ),
    Fault(
        "identifier-name-list-accepted",
        'identifierName: ["id"] is taken as id.',
        ("request.customer.identifierName.type", "error.identifier_name_required"),
        (unwrap("customer.identifierName"),),
    ),
    Fault(
        "identifier-name-in-any-case-accepted",
        "identifierName: MOBILE is taken as mobile.",
        ("error.identifier_name_required", "request.customer.identifierName.values"),
        (take_text_as("customer.identifierName", str.lower),),
    ),
    Fault(
        "identifier-name-unlisted-is-id",
        "An unlisted identifierName is taken as id.",
        ("error.identifier_name_required", "request.customer.identifierName.values"),
        (take_text_as("customer.identifierName", lambda text: text if text in ("mobile", "email", "") else "id"),),
    ),
    Fault(
        "mobile-refused",
        "identifierName: mobile is answered with 310006.",
        ("request.customer.identifierName.values",),
        (find_fault("identifierName", "identifierName", named("mobile")),),
    ),
    Fault(
        "identifier-value-missing-is-not-found",
        'Without identifierValue the answer is the row "Customer not found"; only a blank one may be.',
        ("request.customer.identifierValue.required", "error.identifier_value_required"),
        (fill("customer.identifierValue", lambda _: "none", only="missing"),),
    ),
    Fault(
        "identifier-value-missing-has-an-undocumented-status",
        "Without identifierValue the HTTP status is 409, with the right code.",
        ("error.identifier_value_required",),
        (restate("identifierValue", status=409),),
    ),
    Fault(
        "identifier-value-list-accepted",
        "identifierValue may be a list of one value.",
        ("request.customer.identifierValue.type", "error.identifier_value_required"),
        (unwrap("customer.identifierValue"),),
    ),
    Fault(
        "identifier-value-wrong-type-has-another-code",
        "An identifierValue that is no string is answered with 310006.",
        ("request.customer.identifierValue.type", "error.identifier_value_required"),
        (recode("identifierValue", "identifierName", "type"),),
    ),
    Fault(
        "source-missing-is-a-plain-error",
        "Without source the request is refused with code 400: neither accepted nor 310008.",
        ("request.customer.source.optional", "error.source_required"),
        (find_fault("source", None, _sourceless, "source must be given"),),
    ),
    Fault(
        "source-line-refused",
        "source: LINE is answered with 310008.",
        ("request.customer.source.values",),
        (find_fault("source", "source", _from("LINE")),),
    ),
    Fault(
        "source-all-refused",
        "source: ALL is answered with 310008.",
        ("request.customer.source.values",),
        (find_fault("source", "source", _from("ALL")),),
    ),
    Fault(
        "source-web-engage-refused-on-opt-in",
        "source: WEB_ENGAGE is answered with 310008 on OPT_IN.",
        ("request.customer.source.values",),
        (find_fault("source", "source", lambda turn: opting_in(turn) and turn.asked.source == "WEB_ENGAGE"),),
    ),
    Fault(
        "source-wrong-type-has-another-code",
        "A source that is no string is answered with 310007.",
        ("request.customer.source.type", "error.source_required"),
        (recode("source", "identifierValue", "type"),),
    ),
    Fault(
        "source-unlisted-has-another-code",
        "An unlisted source is answered with 310004.",
        ("error.source_required", "request.customer.source.values"),
        (recode("source", "customer", "unlisted"),),
    ),
)
