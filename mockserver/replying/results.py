"""Results: `data` of an answer that enrolled somebody, or warns that it did not."""

from __future__ import annotations

from typing import Any

from mockserver.errors import BrokenReply
from mockserver.exchange.answers import Result
from mockserver.exchange.asked import Asked
from mockserver.stores import Record
from openapi.questions import Readings
from openapi.world import Milestone


def data(result: Result, exchange_id: str) -> dict[str, Any] | None:
    """Return section "Response parameters", rows 2 to 21, in the order of the example response."""
    case, asked = result.case, result.case.asked
    promotion, customer = case.promotion, case.customer
    if promotion is None or customer is None:
        raise BrokenReply("a result needs a promotion and a customer")
    body = _beside_refusal(result)
    if body == "data-null":
        return None
    record = result.case.standing.latest if body == "existing-ids" else result.record
    confirmed = None if "no_response" in _names(result) else record
    return {
        **request_id(asked, case.readings, exchange_id),
        "action": asked.action,
        "customer": {
            "identifierName": asked.identifier_name,
            "identifierValue": asked.identifier_value,
            "customerId": customer.id,
        },
        "enrollmentStatus": {
            "promotion": {
                "id": promotion.id,
                "identifier": promotion.identifier,
                "programId": promotion.program_id,
                "enrollmentId": confirmed.enrollment_id if confirmed else None,
                "optinId": confirmed.optin_id if confirmed else None,
            },
            **_milestone(result, record),
        },
        "status": _status(result, record),
    }


def echo(asked: Asked, readings: Readings, exchange_id: str) -> dict[str, Any]:
    """Return what an answer with errors may repeat of the request (data-on-error)."""
    named = {"identifierName": asked.identifier_name, "identifierValue": asked.identifier_value}
    return {**request_id(asked, readings, exchange_id), "action": asked.action, "customer": named}


def request_id(asked: Asked, readings: Readings, exchange_id: str) -> dict[str, str | None]:
    """Return the field requestId; what stands there when the request had none is a question (request-id-absent)."""
    if asked.request_id is not None or readings["request-id-absent"] == "null":
        return {"requestId": asked.request_id}
    return {"requestId": exchange_id} if readings["request-id-absent"] == "generated" else {}


def _beside_refusal(result: Result) -> str:
    """Return the reading of the body beside the first warning, '' where there is none.

    Who has an enrolment is already enrolled; who has none has met the promotion's limit.
    """
    if "already_enrolled" not in _names(result):
        return ""
    existing = result.case.standing.latest
    return result.case.readings["already-enrolled-body" if existing else "limit-reached-body"]


def _milestone(result: Result, record: Record | None) -> dict[str, Any]:
    """Return the field milestone with what the customer was enrolled into: a refusal fails."""
    case = result.case
    failed = "milestones_failed" in _names(result)
    if failed and case.readings["milestones-failed-body"] == "milestone-null":
        return {"milestone": None}
    if not (failed or case.milestones) and case.readings["no-milestones"] != "empty-list":
        return {"milestone": None} if case.readings["no-milestones"] == "null" else {}
    entered = [_shown(milestone) for milestone in case.milestones if record and not milestone.fails]
    return {"milestone": {"status": "FAILED" if failed or record is None else "SUCCESS", "milestones": entered}}


def _status(result: Result, record: Record | None) -> str:
    silent = "no_response" in _names(result) and result.case.readings["no-response-body"] == "failed"
    return "FAILED" if silent or record is None else "SUCCESS"


def _shown(milestone: Milestone) -> dict[str, int | float]:
    return {
        "targetGroupId": milestone.target_group_id,
        "targetRuleId": milestone.target_rule_id,
        "initialBalance": milestone.initial_balance,
    }


def _names(result: Result) -> set[str]:
    return {warning.name for warning in result.warnings}
