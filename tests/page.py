"""The page, retyped by hand: its four tables and its three bodies, as literal data.

`openapi/enrol.yaml` was written from the same page by another hand, and both houses believe it; here is
what it is held against. Nothing here is read from `openapi/`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

PATH = "/v3/promotions/enrol"
METHOD = "post"


@dataclass(frozen=True, slots=True)
class BodyParameter:
    """One row of "Body parameters"; `lists` is what its description enumerates, in that order."""

    path: str
    type: Literal["String", "Number", "Object"]
    required: Literal["Yes", "Optional"]
    lists: tuple[str, ...] = ()
    is_id: bool = False


@dataclass(frozen=True, slots=True)
class ResponseParameter:
    """One row of "Response parameters"; `facts` are what its description promises beyond the type."""

    path: str
    type: Literal["String", "Number", "Object", "Array"]
    facts: tuple[Literal["echoed", "resolved", "unique", "null on success", "null if none"], ...] = ()
    is_id: bool = False


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """One row of "Error codes"; `field` is the request field that the text calls required."""

    code: int
    text: str
    field: str | None = None


BODY_PARAMETERS = (
    BodyParameter("requestId", "String", "Optional"),
    BodyParameter("action", "String", "Yes", lists=("ENROL", "OPT_IN")),
    BodyParameter("promotion", "Object", "Yes"),
    BodyParameter("promotion.id", "String", "Yes"),
    BodyParameter("promotion.promotionId", "Number", "Yes", is_id=True),
    BodyParameter("customer", "Object", "Yes"),
    BodyParameter("customer.identifierName", "String", "Yes", lists=("id", "mobile", "email")),
    BodyParameter("customer.identifierValue", "String", "Yes", lists=("mobile", "email", "userid", "externalId")),
    BodyParameter(
        "customer.source",
        "String",
        "Optional",
        lists=(
            "FACEBOOK",
            "WEB_ENGAGE",
            "INSTORE",
            "MARTJACK",
            "TMALL",
            "TAOBAO",
            "JD",
            "ECOMMERCE",
            "WEBSITE",
            "LINE",
            "ALL",
        ),
    ),
    BodyParameter("programId", "Number", "Yes", is_id=True),
)

RESPONSE_PARAMETERS = (
    ResponseParameter("data", "Object"),
    ResponseParameter("data.requestId", "String", facts=("echoed",)),
    ResponseParameter("data.action", "String", facts=("echoed",)),
    ResponseParameter("data.customer", "Object"),
    ResponseParameter("data.customer.identifierName", "String"),
    ResponseParameter("data.customer.identifierValue", "String"),
    ResponseParameter("data.customer.customerId", "Number", facts=("resolved",), is_id=True),
    ResponseParameter("data.enrollmentStatus", "Object"),
    ResponseParameter("data.enrollmentStatus.promotion", "Object"),
    ResponseParameter("data.enrollmentStatus.promotion.id", "String"),
    ResponseParameter("data.enrollmentStatus.promotion.identifier", "String"),
    ResponseParameter("data.enrollmentStatus.promotion.programId", "Number", is_id=True),
    ResponseParameter("data.enrollmentStatus.promotion.enrollmentId", "String", facts=("unique",)),
    ResponseParameter("data.enrollmentStatus.promotion.optinId", "String", facts=("unique",)),
    ResponseParameter("data.enrollmentStatus.milestone", "Object"),
    ResponseParameter("data.enrollmentStatus.milestone.status", "String"),
    ResponseParameter("data.enrollmentStatus.milestone.milestones", "Array"),
    ResponseParameter("data.enrollmentStatus.milestone.milestones.targetGroupId", "Number", is_id=True),
    ResponseParameter("data.enrollmentStatus.milestone.milestones.targetRuleId", "Number", is_id=True),
    ResponseParameter("data.enrollmentStatus.milestone.milestones.initialBalance", "Number"),
    ResponseParameter("data.status", "String"),
    ResponseParameter("errors", "Object", facts=("null on success",)),
    ResponseParameter("warnings", "Object", facts=("null if none",)),
)

WARNING_MESSAGES = (
    "Unable to enroll in promotions. Customer already enrolled or limit reached.",
    "failed to enrol into milestones",
    "Unable to enroll in promotions. No Response from EMF service.",
)

ERROR_CODES = (
    ErrorCode(
        310002,
        "action is required. Specify a valid action: ENROL, OPT_IN, or ENROL_MILESTONES.",
        field="action",
    ),
    ErrorCode(
        310003,
        "promotion is required. Ensure the promotion object is provided in the request body.",
        field="promotion",
    ),
    ErrorCode(
        310004,
        "customer is required. Ensure the customer object with identifiers is provided.",
        field="customer",
    ),
    ErrorCode(
        310005,
        "programId is required. Provide a valid loyalty program ID.",
        field="programId",
    ),
    ErrorCode(
        310006,
        "customer.identifierName is required. Use a valid identifier like mobile, email, or external_id.",
        field="customer.identifierName",
    ),
    ErrorCode(
        310007,
        "customer.identifierValue is required. Provide the actual value for the customer identifier.",
        field="customer.identifierValue",
    ),
    ErrorCode(
        310008,
        "customer.source is required. Specify the source of the enrollment (e.g., INSTORE).",
        field="customer.source",
    ),
    # The table of parameters has no such field: open question `milestone-action`.
    ErrorCode(
        310009,
        "customer.milestone.targetRuleId is required. Provide the specific targetRuleId for milestone enrollment.",
        field="customer.milestone.targetRuleId",
    ),
    ErrorCode(
        400,
        "Promotion not found or inactive. "
        "Use a valid promotionId/identifier and ensure it is in LIVE or UPCOMING status.",
    ),
    ErrorCode(
        400,
        "Program not found. Verify that the programId provided exists in the system.",
    ),
    ErrorCode(
        400,
        "Customer not found. Ensure the customer exists for the given organization and identifiers.",
    ),
    ErrorCode(
        400,
        "GENERIC promotions are not eligible for enrollment. "
        "Enrollment is only supported for LOYALTY and LOYALTY_EARNING types.",
    ),
    ErrorCode(
        400,
        "OPT_IN action not supported. "
        "The specified promotion type does not support the OPT_IN action (e.g., use ENROL instead).",
    ),
    ErrorCode(
        500,
        "Unable to enrol in promotions. An internal error occurred in the promotion engine (EMF). Try again later.",
    ),
)

ENROL_REQUEST: dict[str, Any] = {
    "requestId": "some-test-id",
    "action": "ENROL",
    "promotion": {"id": "68c3f64bbd0a8a0aa705c793", "promotionId": 1133590053},
    "customer": {"identifierName": "id", "identifierValue": "388369579", "source": "INSTORE"},
    "programId": 3334,
}

OPT_IN_REQUEST: dict[str, Any] = {
    "requestId": "some-test-id",
    "action": "OPT_IN",
    "promotion": {"id": "690ddfe45d4a900e2157f1c2", "promotionId": 1133595380},
    "customer": {"identifierName": "id", "identifierValue": "388519295", "source": "INSTORE"},
    "programId": 973,
}
OPT_IN_AUTHORIZATION = "Basic DllZTk="

ENROL_RESPONSE: dict[str, Any] = {
    "data": {
        "requestId": "some-test-id",
        "action": "ENROL",
        "customer": {"identifierName": "id", "identifierValue": "388369579", "customerId": 388369579},
        "enrollmentStatus": {
            "promotion": {
                "id": "68c3f64bbd0a8a0aa705c793",
                "identifier": "enr-58",
                "programId": 3334,
                "enrollmentId": "25286",
                "optinId": "25910",
            },
            "milestone": {
                "status": "SUCCESS",
                "milestones": [{"targetGroupId": 97829, "targetRuleId": 151359, "initialBalance": 0}],
            },
        },
        "status": "SUCCESS",
    },
    "errors": None,
    "warnings": None,
}

# How many rows each section has that the document or a question may point into, counted from 1.
ROWS = {
    "Title": 1,
    "Example request": 2,
    "API Quick Reference": 2,
    "Prerequisites": 2,
    "Body parameters": len(BODY_PARAMETERS),
    "Example response": 1,
    "Response parameters": len(RESPONSE_PARAMETERS),
    "Warning messages": len(WARNING_MESSAGES),
    "Error codes": len(ERROR_CODES),
}
