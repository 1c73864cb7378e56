"""The rules: one condition for each outcome, named as in the document, which has the words and the order.

A rule returns the reason for which it holds, as the journal shows it, or '' if it does not hold.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from msgspec import Struct

from mockserver.errors import MockError
from mockserver.exchange.answers import Refusal
from mockserver.exchange.case import Case
from openapi.document import Outcome
from openapi.source import nearest

Rule = Callable[[Case], str]
Paired = tuple[tuple[Outcome, Rule], ...]

_ELSEWHERE = "The promotion belongs to another program."


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The rules, each paired with its outcome, in the document's order.

    `lookups` are errors that follow from the request and the world alone. `engine` are the other errors.
    These and the `warnings` also depend on the enrolments recorded so far, that is on the case's standing.
    """

    lookups: Paired
    engine: Paired
    warnings: Paired


class Passed(Struct, frozen=True):
    """The case that no rule refuses: the warnings that apply, and the reason for the journal."""

    warnings: tuple[Outcome, ...]
    why: str


UNOPPOSED = Passed((), "No rule refuses the request.")


def first_error(case: Case, errors: Paired) -> Refusal | None:
    """Return the refusal with the first of the errors whose rule holds, or None."""
    for outcome, rule in errors:
        if reason := rule(case):
            return Refusal((outcome,), _why(outcome, reason), case.fields)
    return None


def judge(case: Case, book: Rulebook) -> Refusal | Passed:
    """Judge a case that passed the look-ups: the first error of the engine refuses it, all warnings add up."""
    refusal = first_error(case, book.engine)
    if refusal:
        return refusal
    warnings, reasons = [], []
    for outcome, rule in book.warnings:
        if reason := rule(case):
            warnings.append(outcome)
            reasons.append(_why(outcome, reason))
    return Passed(tuple(warnings), " ".join(reasons)) if warnings else UNOPPOSED


def promotion_not_found(case: Case) -> str:
    """No promotion has the ids, or it is neither LIVE nor UPCOMING, or it belongs to another program."""
    if case.fields.promotion is None:
        return ""
    if case.promotion is None:
        return "No promotion has these ids."
    if case.promotion.status not in ("LIVE", "UPCOMING"):
        return f"The promotion is {case.promotion.status}; only LIVE and UPCOMING ones take enrolments."
    return _ELSEWHERE if case.readings["program-mismatch"] == "promotion-not-found" and case.elsewhere else ""


def program_not_found(case: Case) -> str:
    """No program has the id, or the promotion belongs to another program."""
    if case.fields.program_id is None:
        return ""
    if case.program is None:
        return "No program has this id."
    return _ELSEWHERE if case.readings["program-mismatch"] == "program-not-found" and case.elsewhere else ""


def customer_not_found(case: Case) -> str:
    """No customer has this identifier."""
    named = None not in (case.fields.identifier_name, case.fields.identifier_value)
    return "No customer has this identifier." if named and case.customer is None else ""


def generic_not_eligible(case: Case) -> str:
    """The promotion is of type GENERIC."""
    is_generic = case.promotion is not None and case.promotion.type == "GENERIC"
    return "The promotion is of type GENERIC." if is_generic else ""


def opt_in_not_supported(case: Case) -> str:
    """The action is OPT_IN, and the promotion's type does not support it."""
    if not case.opts_in or case.promotion is None:
        return ""
    takers = ("LOYALTY_EARNING", "LOYALTY") if case.readings["opt-in-types"] == "loyalty-too" else ("LOYALTY_EARNING",)
    if case.promotion.type in takers:
        return ""
    return f"A promotion of type {case.promotion.type} does not support OPT_IN."


def target_rule_not_found(case: Case) -> str:
    """The action is ENROL_MILESTONES, and the promotion has no milestone with the targetRuleId."""
    if case.fields.action != "ENROL_MILESTONES" or case.fields.target_rule_id is None or case.promotion is None:
        return ""
    return "" if case.milestones else "The promotion has no milestone with this targetRuleId."


def engine_error(case: Case) -> str:
    """The engine of the promotion is down."""
    is_down = case.promotion is not None and case.promotion.engine == "down"
    return "The engine of the promotion is down." if is_down else ""


def not_enrolled(case: Case) -> str:
    """The action is OPT_IN, the customer is not enrolled, and an OPT_IN does not enrol."""
    holds = case.opts_in and case.standing.latest is None and case.readings["opt-in-first"] == "refused"
    return "The customer is not enrolled, and an OPT_IN does not enrol." if holds else ""


def already_enrolled(case: Case) -> str:
    """The customer has opted in already, or has all the enrolments allowed, or the promotion is full.

    Whether an OPT_IN after an ENROL counts as already enrolled is an open question (opt-in-after).
    """
    promotion, standing = case.promotion, case.standing
    if promotion is None:
        return ""
    if standing.latest is not None and case.opts_in:
        reading = case.readings["opt-in-after"]
        if reading == "already-enrolled":
            return "The customer is enrolled already."
        if reading == "once" and standing.awaiting is None:
            return "The customer has opted in already."
        return ""
    if standing.enrolments >= promotion.limit_per_customer:
        return f"The customer has all enrolments that are allowed ({promotion.limit_per_customer})."
    full = promotion.limit_per_promotion
    return f"The promotion is full ({full})." if full is not None and standing.taken >= full else ""


def milestones_failed(case: Case) -> str:
    """The customer is enrolled, and a milestone of the promotion fails."""
    for milestone in case.milestones:
        if milestone.fails:
            return "" if already_enrolled(case) else "A milestone of the promotion fails."
    return ""


def no_response(case: Case) -> str:
    """The customer is enrolled, and the engine of the promotion does not return the ids."""
    is_silent = case.promotion is not None and case.promotion.engine == "silent"
    return "The engine of the promotion returns no ids." if is_silent and not already_enrolled(case) else ""


RULES: tuple[Rule, ...] = (
    promotion_not_found,
    program_not_found,
    customer_not_found,
    generic_not_eligible,
    opt_in_not_supported,
    target_rule_not_found,
    engine_error,
    not_enrolled,
    already_enrolled,
    milestones_failed,
    no_response,
)


def rulebook(outcomes: Mapping[str, Outcome], rules: tuple[Rule, ...] = RULES) -> Rulebook:
    """Pair each outcome of the stages lookup and engine with the rule of its name.

    Raises MockError for a rule without an outcome, for an outcome without a rule, and for a look-up error
    that stands behind an error of the engine: look-ups are judged first.
    """
    conditions = {rule.__name__: rule for rule in rules}
    decided = {name: outcome for name, outcome in outcomes.items() if outcome.stage in ("lookup", "engine")}
    for name in conditions:
        if name not in decided:
            raise MockError(
                f"the rule {name!r} has no outcome of that name in the document{nearest(name, list(decided))}"
            )
    for name in decided:
        if name not in conditions:
            raise MockError(f"the outcome {name!r} of the document has no rule{nearest(name, list(conditions))}")
    paired = [(outcome, conditions[name]) for name, outcome in decided.items()]
    errors = [(outcome, rule) for outcome, rule in paired if outcome.kind == "error"]
    stages = [outcome.stage for outcome, _ in errors]
    if stages != sorted(stages, key=("lookup", "engine").index):
        late = errors[len(stages) - stages[::-1].index("lookup") - 1][0]
        raise MockError(f"the outcome {late.name!r} of stage lookup stands behind one of stage engine in the document")
    return Rulebook(
        lookups=tuple((outcome, rule) for outcome, rule in errors if outcome.stage == "lookup"),
        engine=tuple((outcome, rule) for outcome, rule in errors if outcome.stage == "engine"),
        warnings=tuple((outcome, rule) for outcome, rule in paired if outcome.kind == "warning"),
    )


def _why(outcome: Outcome, reason: str) -> str:
    return f"{outcome.name}: {reason}"
