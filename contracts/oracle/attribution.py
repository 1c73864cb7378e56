"""Attribution: which claim an answer breaks, where the answer itself does not name it.

Literal tables, one reason a line: a report is only useful when it names what is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from contracts.exchange import NOTHING
from contracts.oracle.reasons import Asked, Reason
from contracts.oracle.reply import ErrorItem, Reply
from openapi.document import Outcome
from openapi.world import Promotion

# A good request that is refused with a row breaks what the row would have said of it.
_REFUSED_WITH: Final[Mapping[str, str]] = {
    "action_required": "request.action.values",
    "promotion_required": "request.promotion.required",
    "customer_required": "request.customer.required",
    "identifier_name_required": "request.customer.identifierName.values",
    "identifier_value_required": "request.customer.identifierValue.required",
    "source_required": "request.customer.source.values",
    "program_id_required": "request.programId.required",
    "target_rule_id_required": "error.target_rule_id_required",
    "promotion_not_found": "error.promotion_not_found",
    "program_not_found": "error.program_not_found",
    "customer_not_found": "error.customer_not_found",
    "generic_not_eligible": "promotion.loyalty_types",
    "opt_in_not_supported": "error.opt_in_not_supported",
}

WARNINGS: Final = ("already_enrolled", "milestones_failed", "no_response")

# A host that answers a question in two ways breaks the claim that the question is about.
_QUESTIONS: Final[Mapping[str, str]] = {
    "promotion-ids": "request.promotion.id.required",
    "promotion-ids-disagree": "error.promotion_not_found",
    "program-mismatch": "error.promotion_not_found",
    "source-selects": "error.customer_not_found",
    "value-folding": "error.customer_not_found",
    "leading-zeros": "error.customer_not_found",
}


def of_question(key: str, fallback: str) -> str:
    """Return the claim that a question (or question/field) is about."""
    return _QUESTIONS.get(key.partition("/")[0], fallback)


def of_refusal(reply: Reply, item: ErrorItem, asked: Asked, promotion: Promotion | None, about: str) -> str:
    """Return the claim that is broken when a good request is refused with this error."""
    if item.says in WARNINGS:
        limited = promotion is not None and (promotion.limit_per_promotion or promotion.limit_per_customer > 1)
        return "warning.limit_reached" if limited and item.says == "already_enrolled" else f"warning.{item.says}"
    if reply.status >= 500:
        return "error.engine_error"
    if reply.body is NOTHING:
        return "example.response" if reply.status else about
    if item.names == {"customer_not_found"} and asked.identifier_name != "id":
        return "request.customer.identifierName.values"
    if len(item.names) == 1:
        (name,) = item.names
        upcoming = promotion is not None and promotion.status == "UPCOMING"
        return (
            "promotion.live_or_upcoming"
            if upcoming and name == "promotion_not_found"
            else _REFUSED_WITH.get(name, about)
        )
    return "request.requestId.optional" if asked.request_id in (NOTHING, None) else about


def of_reason(reason: Reason, outcomes: Mapping[str, Outcome], about: str, says: str | None = None) -> str:
    """Return the claim that is broken by a wrong answer to a reason: that of the right row, or the reason's own.

    `says`: the row whose text the answer has.
    """
    if says and says in {o.outcome for o in reason.options} and outcomes[says].stage == "validation":
        return f"error.{says}"
    first = outcomes.get(next((o.outcome for o in reason.options if o.outcome), ""))
    if first and first.stage == "validation" and first.section:
        return f"error.{first.name}"
    return reason.claims[0] if reason.claims else about


def culprit(reasons: list[Reason]) -> Reason:
    """Return the reason that an answer is most likely wrong about: a wrong type, else what allows no success."""
    typed = (r for r in reasons if r.claims and r.claims[0].endswith(".type"))
    return next(typed, None) or next((r for r in reasons if not r.passing), reasons[0])
