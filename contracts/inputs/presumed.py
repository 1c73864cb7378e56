"""Presumed data: what must exist at a host that has carried out a request, if nothing else is known of the host."""

from __future__ import annotations

import re
from typing import Any, Final

from contracts.exchange import Request
from contracts.oracle.reply import Reply
from openapi.world import Customer, Program, Promotion, World

# Refusals that are right or wrong by the type of the promotion, which a request does not show.
_OF_A_TYPE: Final = ("generic_not_eligible", "opt_in_not_supported")
# Why such a refusal is not judged, in words that follow a number.
UNLISTED_TYPE: Final = "refused over the type of a promotion that nobody has listed"


def presumed(request: Request, reply: Reply) -> World:
    """Return the customer, the promotion and the program of a request that has succeeded; nothing for any other.

    Only the form of the answer can be judged by them: limits and milestones are not known.
    """
    body = request.body if request.is_plain_call and isinstance(request.body, dict) else {}
    customer, promotion = _customer(body.get("customer")), _promotion(body)
    if reply.decision != "success" or customer is None or promotion is None:
        return World()
    return World(programs=(Program(id=promotion.program_id),), promotions=(promotion,), customers=(customer,))


def is_about_a_type(reply: Reply) -> bool:
    """Every error says that the promotion is of the wrong type."""
    return bool(reply.errors) and all(error.says in _OF_A_TYPE for error in reply.errors)


def _promotion(body: dict[str, Any]) -> Promotion | None:
    named = body.get("promotion")
    fields = named if isinstance(named, dict) else {}
    text, number, program = fields.get("id"), fields.get("promotionId"), body.get("programId")
    if not isinstance(text, str) or not text.strip() or type(number) is not int or type(program) is not int:
        return None
    return Promotion(id=text, promotion_id=number, program_id=program, type="LOYALTY_EARNING", status="LIVE")


def _customer(named: Any) -> Customer | None:
    fields = named if isinstance(named, dict) else {}
    value, source = fields.get("identifierValue"), fields.get("source")
    if not isinstance(value, str) or not value.strip() or not isinstance(source, str | None):
        return None
    match fields.get("identifierName"):
        case "id" if re.fullmatch(r"[1-9][0-9]{0,17}", value):
            return Customer(id=int(value), source=source)
        case "mobile":
            return Customer(mobile=value, source=source)
        case "email":
            return Customer(email=value, source=source)
    return None
