"""Steps "compose" and "encode": build the response as data, then as bytes."""

import json
import uuid
from typing import Any

from tests.faulty.enrolling import gives_optin
from tests.faulty.turn import Reply, Turn


def compose(turn: Turn) -> None:
    """Set `turn.status` and `turn.document`."""
    if turn.complaints:
        turn.status = turn.complaints[0].status
        turn.document = {"data": None, "errors": _errors(turn), "warnings": None}
        beside = turn.reading("data-on-error")
        if beside == "absent":
            del turn.document["data"]
        elif beside == "partial-echo":
            turn.document["data"] = _echo(turn)
        return
    turn.status = 200
    turn.document = {"data": _result(turn), "errors": None, "warnings": _warnings(turn)}


def _errors(turn: Turn) -> Any:
    as_text = turn.reading("error-shape").endswith("string")
    errors = [{"code": str(one.code) if as_text else one.code, "message": one.message} for one in turn.complaints]
    return errors[0] if turn.reading("error-shape").startswith("object") else errors


def _warnings(turn: Turn) -> Any:
    if not turn.warnings:
        return None
    shape = turn.reading("warning-shape")
    if shape == "strings":
        return list(turn.warnings)
    warnings = [{"message": text} for text in turn.warnings]
    return warnings[0] if shape == "object" else warnings


def _request_id(turn: Turn) -> dict[str, Any]:
    """Return the field requestId of `data`; {} if it is left out."""
    if turn.asked.request_id is not None:
        return {"requestId": turn.asked.request_id}
    absent = turn.reading("request-id-absent")
    if absent == "omitted":
        return {}
    return {"requestId": str(uuid.uuid4()) if absent == "generated" else None}


def _echo(turn: Turn) -> dict[str, Any]:
    customer = {
        "identifierName": turn.asked.name,
        "identifierValue": turn.asked.value,
        "customerId": None,
    }
    return {
        **_request_id(turn),
        "action": turn.asked.action,
        "customer": customer,
        "enrollmentStatus": None,
        "status": "FAILED",
    }


def _result(turn: Turn) -> dict[str, Any] | None:
    promotion, customer, record = turn.promotion, turn.customer, turn.record
    assert promotion
    assert customer
    known = True
    status = "SUCCESS"
    if turn.outcome in ("already", "limit"):
        body = turn.reading("already-enrolled-body" if turn.outcome == "already" else "limit-reached-body")
        if body == "data-null":
            return None
        known = body == "existing-ids"
        status = "SUCCESS" if known else "FAILED"
    elif turn.outcome == "silent":
        known = False
        status = "SUCCESS" if turn.reading("no-response-body") == "success" else "FAILED"
    return {
        **_request_id(turn),
        "action": turn.asked.action,
        "customer": {
            "identifierName": turn.asked.name,
            "identifierValue": turn.asked.value,
            "customerId": customer.id,
        },
        "enrollmentStatus": {
            "promotion": {
                "id": promotion.id,
                "identifier": promotion.identifier,
                "programId": turn.program if turn.program in promotion.others else promotion.program,
                "enrollmentId": record.enrollment_id if record and known else None,
                "optinId": record.optin_id if record and known and gives_optin(turn) else None,
            },
            **_milestone(turn, known),
        },
        "status": status,
    }


def _milestone(turn: Turn, known: bool) -> dict[str, Any]:
    """Return the field milestone of `enrollmentStatus`; {} if it is left out."""
    assert turn.promotion
    if turn.outcome in ("already", "limit") and not known:
        return {"milestone": None}
    if turn.asked.action == "OPT_IN" or not turn.promotion.milestones:
        nothing = turn.reading("no-milestones")
        if nothing == "absent":
            return {}
        return {"milestone": {"status": "SUCCESS", "milestones": []} if nothing == "empty-list" else None}
    failed = any(one.fails for one in turn.goals)
    if failed and turn.reading("milestones-failed-body") == "milestone-null":
        return {"milestone": None}
    reached = [
        {"targetGroupId": one.group, "targetRuleId": one.rule, "initialBalance": one.balance}
        for one in turn.goals
        if not one.fails
    ]
    return {"milestone": {"status": "FAILED" if failed else "SUCCESS", "milestones": reached}}


def encode(turn: Turn) -> None:
    """Set `turn.reply`: JSON in UTF-8, with escapes only if the text cannot be encoded in UTF-8."""
    try:
        body = json.dumps(turn.document, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        body = json.dumps(turn.document).encode()
    turn.reply = Reply(turn.status, {"Content-Type": "application/json", "X-Cap-Requestid": uuid.uuid4().hex}, body)
