"""Attribution: which claim an answer breaks, where the answer itself does not name it.

Literal tables, one reason a line: a report is only useful when it names what is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from contracts.exchange import NOTHING
from contracts.oracle.reasons import Reason
from contracts.oracle.reply import ErrorItem, Reply, is_foreign
from contracts.oracle.trial import Trial
from openapi.document import Outcome

# A good request that is refused with a row breaks the claim which the row denies.
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

# The warnings of the page, in its order.
WARNINGS: Final = ("already_enrolled", "milestones_failed", "no_response")

# Claims of whatever errors there are.
OF_ALL_ERRORS: Final = ("response.errors.filled", "response.errors.success")

# The claim that each question is about. A host breaks it by answering the question in two ways.
_QUESTIONS: Final[Mapping[str, str]] = {
    "promotion-ids": "request.promotion.id.required",
    "promotion-ids-disagree": "error.promotion_not_found",
    "program-mismatch": "error.promotion_not_found",
    "source-selects": "error.customer_not_found",
    "value-folding": "error.customer_not_found",
    "leading-zeros": "error.customer_not_found",
}


def doubted(trial: Trial, error: ErrorItem) -> Reason | None:
    """Return the reason that a field gives which need not be refused, if the error is the row of this field.

    The host takes such values elsewhere, so nothing else tells better what it has refused here.
    """
    field = _field_of(trial, error)
    return next((r for r in trial.fields if field and r.passing and r.claims and _field(r.claims[0]) == field), None)


def _field_of(trial: Trial, error: ErrorItem) -> str:
    """Return the field that an error is about, as claims name it; "" if it is the row of none."""
    name = "".join(error.names) if len(error.names) == 1 else ""
    is_of_a_field = name in trial.outcomes and trial.outcomes[name].stage == "validation"
    return _field(_REFUSED_WITH[name]) if is_of_a_field and name in _REFUSED_WITH else ""


def _field(claim: str) -> str:
    return claim.rpartition(".")[0]


def claim_of_question(key: str, fallback: str) -> str:
    """Return the claim that a question (or question/field) is about."""
    return _QUESTIONS.get(key.partition("/")[0], fallback)


def claim_of_good_request(trial: Trial, error: ErrorItem) -> tuple[str, bool]:
    """Return the claim that is broken where a request without a defect is refused with this error.

    Also return whether it is a guess: the answer does not tell, so the claim is what the request was meant to test.
    """
    reply, promotion = trial.reply, trial.scene.promotion
    # A warning may stand in the place of an error, or be right but for the status.
    told = () if reply.errors else reply.warnings
    warning = next((w for w in WARNINGS if error.says == w or trial.outcomes[w].message in told), None)
    if warning:
        limited = promotion is not None and (promotion.limit_per_promotion or promotion.limit_per_customer > 1)
        by_limit = limited and warning == "already_enrolled"
        return "warning.limit_reached" if by_limit else f"warning.{warning}", False
    if reply.status >= 500:
        return "error.engine_error", False
    if reply.body is NOTHING:
        return ("example.response", False) if reply.status else (trial.claim, True)
    if error.names == {"customer_not_found"} and trial.asked.identifier_name != "id":
        return "request.customer.identifierName.values", False
    field = doubted(trial, error)
    if field:
        return field.claims[0], False
    if len(error.names) == 1:
        (name,) = error.names
        if name == "promotion_not_found" and promotion is not None and promotion.status == "UPCOMING":
            return "promotion.live_or_upcoming", False
        return _REFUSED_WITH.get(name, trial.claim), name not in _REFUSED_WITH
    if trial.asked.request_id in (NOTHING, None):
        return "request.requestId.optional", False
    return trial.claim, True


def claim_of_doubt(trial: Trial, reasons: list[Reason]) -> tuple[str, bool]:
    """Return the claim to blame where a request that may be accepted is refused with an error that is no row.

    Also return whether it is a guess.
    """
    if trial.aimed:
        return trial.claim, True
    for reason in reasons:
        rows = [trial.outcomes[o.outcome] for o in reason.options if o.outcome and o.outcome in trial.outcomes]
        # What may exist or not: the row that says so is the likeliest.
        if rows and all(row.stage == "lookup" for row in rows):
            return f"error.{rows[0].name}", False
    if trial.reply.status >= 500:
        return "error.engine_error", False
    return claim_of_reason(trial, culprit(reasons)), True


def is_not_the_call(reply: Reply, is_silent: bool, refusing: Sequence[Reason], outcomes: Mapping[str, Outcome]) -> bool:
    """The host answers as if there were no such call, where nothing was looked up that it may not have found.

    `is_silent`: it names no error. `refusing`: the reasons to refuse the request.
    """
    if not is_silent or not is_foreign(reply) or reply.status not in (404, 405):
        return False
    named = (option.outcome for reason in refusing for option in reason.options)
    return reply.status == 405 or not any(n in outcomes and outcomes[n].stage == "lookup" for n in named if n)


def claim_of_reason(trial: Trial, reason: Reason, says: str | None = None) -> str:
    """Return the claim that is broken by a wrong answer to a reason: that of the right row, or the reason's own.

    `says`: the row whose text the answer has.
    """
    outcomes = trial.outcomes
    if not trial.reply.status and not reason.worded and reason.claims:
        return reason.claims[0]  # there is no answer in which a row could be wrong
    if says and says in {option.outcome for option in reason.options} and outcomes[says].stage == "validation":
        return f"error.{says}"
    first = outcomes.get(next((option.outcome for option in reason.options if option.outcome), ""))
    if first and first.stage == "validation" and first.section:
        return f"error.{first.name}"
    return reason.claims[0] if reason.claims else trial.claim


def special_in(trial: Trial) -> Iterator[str]:
    """Yield the claims of what is out of the ordinary in a request that may be accepted. A host may fail over it."""
    if trial.asked.request_id in (NOTHING, None):
        yield "request.requestId.optional"
    if trial.candidate and trial.candidate.membership.enrolments and not trial.candidate.must_succeed:
        yield trial.candidate.full_claim


def suspects_of(trial: Trial) -> frozenset[str]:
    """Return the claims of everything about a request for which its answer may be wrong.

    They are those of all that may be refused in it, of a requestId that is left out, of an enrolment that is there
    already, and that strangers get nothing, if some have named the same before.
    """
    suspects = {claim for reason in trial.reasons for claim in (*reason.claims, claim_of_reason(trial, reason))}
    suspects.update(special_in(trial))
    if trial.candidate and trial.candidate.named_by_strangers:
        suspects.add("auth.required")
    return frozenset(suspects)


def culprit(reasons: list[Reason]) -> Reason:
    """Return the reason that an answer is most likely wrong about.

    That is a wrong type if there is one, else a reason that must be refused, else the first.
    """
    wrong_type = next((r for r in reasons if r.claims and r.claims[0].endswith(".type")), None)
    return wrong_type or next((r for r in reasons if not r.passing), reasons[0])
