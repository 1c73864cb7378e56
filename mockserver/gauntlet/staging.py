"""Staging: a session in which every call of the client meets one case."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from msgspec.structs import replace

from mockserver.exchange.answers import Answer, Refusal, Result
from mockserver.exchange.handling import GROUNDLESS, Handling
from mockserver.exchange.request_fields import RequestFields
from mockserver.gauntlet.cases import Case
from mockserver.plan import Plan
from mockserver.receiving.decoding import decode
from mockserver.state import State
from mockserver.stores import EnrolmentRecord, Standing
from openapi.world import Milestone

GoOn = Callable[[Handling], Answer]
_MILESTONES: Final = (
    Milestone(target_group_id=97901, target_rule_id=151501, initial_balance=12.5),
    Milestone(target_group_id=97901, target_rule_id=151502, initial_balance=300),
)


class Stage:
    """A case that is on in a session. It is met `times` times, always without that; then the mock answers as usual."""

    def __init__(self, case: Case, times: int | None) -> None:
        self.case: Final = case
        self.left = times

    def answered(self, handling: Handling, plan: Plan, state: State, go_on: GoOn) -> Answer:
        """Answer a request to the enrol call. `go_on` gives the usual answer."""
        request, case = handling.request, self.case
        if (request.path, request.method) != plan.enrol_route or case.fault or self.left == 0:
            return go_on(handling)
        if self.left is not None:
            self.left -= 1
        if case.shows and plan.document.outcomes[case.shows].kind == "error":
            handling.grounds = GROUNDLESS
            return _refused(case, handling, plan)
        state.store.reset()  # so that a client that asks again meets the same
        usual = go_on(handling)
        if not isinstance(usual, Result):
            return usual
        handling.grounds = GROUNDLESS
        return replace(_changed(usual, case, plan), why=why(case))


def why(case: Case) -> str:
    """Return the reason for the answers of a case, as the journal shows it."""
    return f"Case {case.name}: {case.words}"


def _refused(case: Case, handling: Handling, plan: Plan) -> Refusal:
    outcome = plan.document.outcomes[case.shows]
    outcomes = (outcome, plan.document.outcomes["promotion_required"]) if case.change == "two-errors" else (outcome,)
    return Refusal(outcomes, why(case), _fields(handling, plan))


def _fields(handling: Handling, plan: Plan) -> RequestFields | None:
    """Return the fields of a request, as far as they can be read."""
    if decode(handling, plan.document, plan.reader.names):
        return None
    invalid = {violation.path for violation in plan.validation.violations(handling.payload)}
    return plan.reader.read(handling.payload, invalid=invalid)


def _changed(usual: Result, case: Case, plan: Plan) -> Result:
    """Return a result with the warning and the change of a case, whoever was enrolled before."""
    record = usual.record or _stand_in(usual)
    changed = usual.case.with_standing(Standing())
    promotion, customer = changed.promotion, changed.customer
    assert promotion is not None  # a result has both
    assert customer is not None
    warnings = (plan.document.outcomes[case.shows],) if case.shows else ()
    if number := case.customer_id:
        customer = replace(customer, id=number)
        large = Milestone(target_group_id=number, target_rule_id=number, initial_balance=0)
        promotion = replace(promotion, milestones=(large,))
    if case.change == "milestones":
        promotion = replace(promotion, milestones=_MILESTONES)
    if case.change == "no-milestones":
        promotion = replace(promotion, milestones=None)
    if case.shows == "milestones_failed":
        first, second = _MILESTONES
        promotion = replace(promotion, milestones=(first, replace(second, fails=True)))
    fields = replace(changed.fields, request_id=None) if case.change == "no-request-id" else changed.fields
    changed = replace(changed, fields=fields, promotion=promotion, customer=customer)
    if case.shows == "already_enrolled":
        before = Standing(enrolments=1, latest=record, taken=1) if case.change == "enrolled-before" else Standing()
        return Result(changed.with_standing(before), warnings, None, "")
    if case.readings.get("enrol-gives-optin-id") == "after-opt-in":
        record = replace(record, optin_id=None)
    return Result(changed, warnings, record, "")


def _stand_in(result: Result) -> EnrolmentRecord:
    """Return the record that the customer would have got."""
    promotion = result.case.promotion
    name = promotion.id if promotion else ""
    return EnrolmentRecord(0, name, 1, enrollment_id="25286", optin_id="25910", opted_in=False)
