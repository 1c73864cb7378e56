"""Answer a request that a fault strikes."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from msgspec.structs import replace

from mockserver.exchange.answers import Answer, Refusal
from mockserver.exchange.handling import GROUNDLESS, Handling
from mockserver.exchange.manner import Breakage, Manner
from mockserver.faults import answers
from mockserver.faults.armed import Faults
from mockserver.faults.effects import BREAKAGES, is_status, replaces
from mockserver.faults.rack import Strike
from mockserver.plan import Plan

GoOn = Callable[[Handling], Answer]


def answered(handling: Handling, plan: Plan, faults: Faults, strike: Strike, go_on: GoOn) -> Answer:
    """Return the usual answer, which `go_on` gives, or the one that the fault that strikes puts in its place."""
    fault, outcomes = strike.fault, faults.abilities.outcomes
    handling.manner = Manner(strike.delay, fault.pieces or 1, fault.over or 0.0, _breakage(strike))
    outcome = outcomes.get(fault.effect)
    if outcome and outcome.kind == "warning":
        handling.demanded = f"outcome={outcome.name}"
    if fault.effect == "wrong-media-type":
        handling.headers += (("Content-Type", "text/html; charset=utf-8"),)
    usual = go_on(handling) if fault.handle or not replaces(fault, outcomes) or handling.demanded else None
    answer = _replaced(strike, plan) if replaces(fault, outcomes) and not handling.demanded else usual
    assert answer is not None  # the request was handled wherever its answer stays
    if answer is not usual:
        handling.grounds = GROUNDLESS
    return replace(answer, why=_why(strike, usual, recorded=not handling.demanded))


def _replaced(strike: Strike, plan: Plan) -> Answer:
    """Return the answer of a fault that takes the place of the usual one."""
    fault = strike.fault
    outcome = plan.document.outcomes.get(fault.effect)
    if outcome:
        return Refusal((outcome,), "")
    if is_status(fault.effect):
        status = int(fault.effect)
        documented = plan.preferences.documented(status)
        return documented or answers.of_status(status, retry_after=fault.retry_after)
    match fault.effect:
        case "answer":
            return answers.given(fault.status or 200, fault.body or "", tuple(fault.headers.items()))
        case "garbage":
            return answers.garbage()
        case "empty":
            return answers.empty()
        case _:
            return answers.none()


def _breakage(strike: Strike) -> Breakage:
    return cast(Breakage, strike.fault.effect) if strike.fault.effect in BREAKAGES else ""


def _why(strike: Strike, usual: Answer | None, *, recorded: bool) -> str:
    late = f", {strike.delay:.3f} s late" if strike.delay else ""
    if usual is None:
        handled = "The request was not handled."
    else:
        handled = f"The request was handled: {usual.why}" if recorded else usual.why
    return f"Fault {strike.id}: {strike.fault.effect}{late}. {handled}"
