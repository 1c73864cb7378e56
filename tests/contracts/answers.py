"""Requests and answers with the fields and texts of the page, for hosts that answer from a list."""

from __future__ import annotations

from typing import Any, Final

from contracts.exchange import NOTHING
from openapi import document, world
from openapi.world import Customer, Promotion

SAMPLE: Final = world.load()
PROMOTIONS: Final = {promotion.identifier: promotion for promotion in SAMPLE.promotions}
ASHA, BRUNO, CHEN = SAMPLE.customers[:3]
JUNE: Final = SAMPLE.customers[9]  # the sample data lists her as enrolled
_OUTCOMES: Final = document.load().outcomes
ALREADY: Final = "already_enrolled"


def ask(promotion: str = "enr-58", customer: Customer = ASHA, /, **changes: Any) -> dict[str, Any]:
    """Return a valid request body. `changes`: new values; NOTHING removes a field. customer_x stands for customer.x."""
    found = PROMOTIONS[promotion]
    body: dict[str, Any] = {
        "requestId": "some-test-id",
        "action": "ENROL",
        "promotion": {"id": found.id, "promotionId": found.promotion_id},
        "customer": {"identifierName": "id", "identifierValue": str(customer.id), "source": customer.source},
        "programId": found.program_id,
    }
    for name, value in changes.items():
        outer, _, inner = name.partition("_")
        parent, key = (body[outer], inner) if inner else (body, outer)
        if value is NOTHING:
            del parent[key]
        else:
            parent[key] = value
    return body


def made(
    promotion: str = "enr-58",
    customer: Customer = ASHA,
    /,
    *,
    ids: tuple[str | None, str | None] = ("1", "2"),
    **changes: Any,
) -> dict[str, Any]:
    """Return the answer to a successful enrolment. `changes`: new values of its parts; NOTHING removes a part."""
    found = PROMOTIONS[promotion]
    parts: dict[str, Any] = {
        "requestId": "some-test-id",
        "action": "ENROL",
        "identifierName": "id",
        "identifierValue": str(customer.id),
        "customerId": customer.id,
        "milestone": milestone_of(found),
        "status": "SUCCESS",
        "errors": None,
        "warnings": None,
        **changes,
    }
    if changes.get("action") == "OPT_IN":
        parts["milestone"] = changes.get("milestone", milestone(()))
    enrolment = {
        "promotion": {
            "id": found.id,
            "identifier": found.identifier,
            "programId": found.program_id,
            "enrollmentId": ids[0],
            "optinId": ids[1],
        },
        "milestone": parts["milestone"],
    }
    data = {
        "requestId": parts["requestId"],
        "action": parts["action"],
        "customer": {name: parts[name] for name in ("identifierName", "identifierValue", "customerId")},
        "enrollmentStatus": _left(enrolment),
        "status": parts["status"],
    }
    return {"data": _left(data), "errors": parts["errors"], "warnings": parts["warnings"]}


def milestone_of(promotion: Promotion) -> dict[str, Any]:
    """Return the part `milestone` of an enrolment in which only the milestones with `fails` have failed."""
    known = promotion.milestones or ()
    failed = any(m.fails for m in known)
    return milestone(
        tuple((m.target_group_id, m.target_rule_id, m.initial_balance) for m in known if not m.fails),
        "FAILED" if failed else "SUCCESS",
    )


def milestone(items: tuple[tuple[Any, Any, Any], ...], status: Any = "SUCCESS") -> dict[str, Any]:
    names = ("targetGroupId", "targetRuleId", "initialBalance")
    return {"status": status, "milestones": [dict(zip(names, item, strict=True)) for item in items]}


def warned(name: str, promotion: str = "enr-58", customer: Customer = ASHA, /, **changes: Any) -> dict[str, Any]:
    """Return an answer with a warning of the page. Unless changed, the ids are null and the status is FAILED."""
    usual: dict[str, Any] = {"ids": (None, None), "status": "FAILED", "warnings": [{"message": text(name)}]}
    return made(promotion, customer, **usual | changes)


def refused(*names: str, form: str = "list-number", say: dict[str, str] | None = None) -> dict[str, Any]:
    """Return the answer with these errors of the catalogue, in one of the shapes of the question error-shape."""
    container, _, kind = form.partition("-")
    errors: list[dict[str, Any]] = [
        {
            "code": str(_OUTCOMES[name].code) if kind == "string" else _OUTCOMES[name].code,
            "message": (say or {}).get(name, _OUTCOMES[name].message),
        }
        for name in names
    ]
    return {"data": None, "errors": errors[0] if container == "object" else errors, "warnings": None}


def plain(message: str = "bad request", code: Any = 400) -> dict[str, Any]:
    """Return an error that names no outcome of the catalogue."""
    return {"data": None, "errors": [{"code": code, "message": message}], "warnings": None}


def text(name: str) -> str:
    """Return the message of an outcome of the catalogue."""
    return _OUTCOMES[name].message


def _left(parts: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in parts.items() if value is not NOTHING}
