"""The rules: one condition each, named as its outcome in the document, which has the words and the order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mockserver.errors import MockError
from mockserver.exchange.case import Case
from openapi.document import Outcome
from openapi.source import nearest

Rule = Callable[[Case], bool]
Rulebook = tuple[tuple[Outcome, Rule], ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The rules that hold: one error, or any number of warnings, in the document's order; and why."""

    error: Outcome | None
    warnings: tuple[Outcome, ...]
    why: str


def judge(case: Case, book: Rulebook) -> Verdict:
    """Ask every rule, errors first: the first error wins, warnings add up."""
    for outcome, rule in book:
        if outcome.kind == "error" and rule(case):
            return Verdict(outcome, (), _why(outcome, rule))
    held = [(outcome, rule) for outcome, rule in book if outcome.kind == "warning" and rule(case)]
    why = " ".join(_why(outcome, rule) for outcome, rule in held) or "No rule stands against it."
    return Verdict(None, tuple(outcome for outcome, _ in held), why)


def promotion_not_found(case: Case) -> bool:
    """No promotion has the ids, or it is neither LIVE nor UPCOMING, or it belongs to another program."""
    if case.asked.promotion is None:
        return False
    return (
        case.promotion is None
        or case.promotion.status not in ("LIVE", "UPCOMING")
        or (case.elsewhere and case.readings["program-mismatch"] == "promotion-not-found")
    )


def program_not_found(case: Case) -> bool:
    """No program has the id, or the promotion belongs to another one."""
    if case.asked.program_id is None:
        return False
    return case.program is None or (case.elsewhere and case.readings["program-mismatch"] == "program-not-found")


def customer_not_found(case: Case) -> bool:
    """No customer has this identifier."""
    return None not in (case.asked.identifier_name, case.asked.identifier_value) and case.customer is None


def generic_not_eligible(case: Case) -> bool:
    """The promotion is of type GENERIC."""
    return case.promotion is not None and case.promotion.type == "GENERIC"


def opt_in_not_supported(case: Case) -> bool:
    """The request is an OPT_IN and the promotion is not of a type that takes it."""
    takers = ("LOYALTY_EARNING", "LOYALTY") if case.readings["opt-in-types"] == "loyalty-too" else ("LOYALTY_EARNING",)
    return case.opts_in and case.promotion is not None and case.promotion.type not in takers


def target_rule_not_found(case: Case) -> bool:
    """The request is an ENROL_MILESTONES and the promotion has no milestone with the targetRuleId."""
    if case.asked.action != "ENROL_MILESTONES" or case.asked.target_rule_id is None or case.promotion is None:
        return False
    return not case.milestones


def engine_error(case: Case) -> bool:
    """The engine of the promotion is down."""
    return case.promotion is not None and case.promotion.engine == "down"


def not_enrolled(case: Case) -> bool:
    """The request is an OPT_IN, the customer has no enrolment, and it makes none."""
    return case.opts_in and case.standing.latest is None and case.readings["opt-in-first"] == "refused"


def already_enrolled(case: Case) -> bool:
    """The customer has opted in already, or has all the enrolments allowed, or the promotion is full.

    Whether an OPT_IN is held back by an ENROL before it is an open question (opt-in-after).
    """
    if case.promotion is None:
        return False
    if case.opts_in and case.standing.latest is not None:
        reading = case.readings["opt-in-after"]
        return reading == "already-enrolled" or (reading == "once" and case.standing.awaiting is None)
    full = case.promotion.limit_per_promotion
    return case.standing.enrolments >= case.promotion.limit_per_customer or (
        full is not None and case.standing.taken >= full
    )


def milestones_failed(case: Case) -> bool:
    """The enrolment is made, and a milestone of the promotion takes no customers."""
    return any(milestone.fails for milestone in case.milestones) and not already_enrolled(case)


def no_response(case: Case) -> bool:
    """The enrolment is made, and the engine of the promotion does not return the ids."""
    return case.promotion is not None and case.promotion.engine == "silent" and not already_enrolled(case)


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
    """Pair each outcome of the stages lookup and engine with its rule, in the document's order.

    Raises MockError for a rule without an outcome and for an outcome without a rule.
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
    return tuple((outcome, conditions[name]) for name, outcome in decided.items())


def _why(outcome: Outcome, rule: Rule) -> str:
    return f"{outcome.name}: {rule.__doc__}"
