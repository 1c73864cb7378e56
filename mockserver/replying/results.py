"""The field `data`: of an answer without errors, and of one that echoes the request beside its errors."""

from __future__ import annotations

from collections.abc import Set
from typing import Any, Final

from mockserver.errors import BrokenReply
from mockserver.exchange.answers import Result
from mockserver.exchange.case import Case
from mockserver.exchange.request_fields import RequestFields
from mockserver.stores import EnrolmentRecord
from openapi.questions import Readings
from openapi.world import Milestone

_NO_NAMES: Final[Set[str]] = frozenset()


def data(result: Result, exchange_id: str) -> dict[str, Any] | None:
    """Return `data` for a result: section "Response parameters", rows 2 to 21, in the order of the example response.

    None under the readings by which `data` is null beside a warning. Raises BrokenReply for a case without
    promotion or customer.
    """
    case, fields = result.case, result.case.fields
    promotion, customer = case.promotion, case.customer
    if promotion is None or customer is None:
        raise BrokenReply("a result needs a promotion and a customer")
    names = {warning.name for warning in result.warnings} if result.warnings else _NO_NAMES
    body = _reading_of_body(result, names)
    if body == "data-null":
        return None
    record = case.standing.latest if body == "existing-ids" else result.record
    confirmed = None if "no_response" in names else record
    return {
        **request_id(fields, case.readings, exchange_id),
        "action": fields.action,
        "customer": {
            "identifierName": fields.identifier_name,
            "identifierValue": fields.identifier_value,
            "customerId": customer.id,
        },
        "enrollmentStatus": {
            "promotion": {
                "id": promotion.id,
                "identifier": promotion.identifier,
                "programId": case.program.id if case.program and not case.elsewhere else promotion.program_id,
                "enrollmentId": confirmed.enrollment_id if confirmed else None,
                "optinId": confirmed.optin_id if confirmed else None,
            },
            **_milestone(case, names, record),
        },
        "status": _status(case, names, record),
    }


def echo(fields: RequestFields, readings: Readings, exchange_id: str) -> dict[str, Any]:
    """Return `data` for a refusal: the fields of the request that it may repeat (data-on-error)."""
    named = {"identifierName": fields.identifier_name, "identifierValue": fields.identifier_value}
    return {**request_id(fields, readings, exchange_id), "action": fields.action, "customer": named}


def request_id(fields: RequestFields, readings: Readings, exchange_id: str) -> dict[str, str | None]:
    """Return the field requestId, or no field. What it shows if the request had none is open (request-id-absent)."""
    if fields.request_id is not None or readings["request-id-absent"] == "null":
        return {"requestId": fields.request_id}
    return {"requestId": exchange_id} if readings["request-id-absent"] == "generated" else {}


def _reading_of_body(result: Result, names: Set[str]) -> str:
    """Return the reading that says what `data` shows beside the warning already_enrolled, or '' without it.

    A customer with an enrolment is already enrolled. One without has met the limit of the promotion, for
    which another question decides.
    """
    if "already_enrolled" not in names:
        return ""
    existing = result.case.standing.latest
    return result.case.readings["already-enrolled-body" if existing else "limit-reached-body"]


def _milestone(case: Case, names: Set[str], record: EnrolmentRecord | None) -> dict[str, Any]:
    """Return the field milestone: the milestones entered, with status FAILED if one failed or nobody was enrolled."""
    failed, milestones = "milestones_failed" in names, case.milestones
    if failed and case.readings["milestones-failed-body"] == "milestone-null":
        return {"milestone": None}
    if not (failed or milestones) and case.readings["no-milestones"] != "empty-list":
        return {"milestone": None} if case.readings["no-milestones"] == "null" else {}
    entered = [_shown(milestone) for milestone in milestones if record and not milestone.fails]
    return {"milestone": {"status": "FAILED" if failed or record is None else "SUCCESS", "milestones": entered}}


def _status(case: Case, names: Set[str], record: EnrolmentRecord | None) -> str:
    silent = "no_response" in names and case.readings["no-response-body"] == "failed"
    return "FAILED" if silent or record is None else "SUCCESS"


def _shown(milestone: Milestone) -> dict[str, int | float]:
    return {
        "targetGroupId": milestone.target_group_id,
        "targetRuleId": milestone.target_rule_id,
        "initialBalance": milestone.initial_balance,
    }
