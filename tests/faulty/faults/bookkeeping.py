"""Faults of bookkeeping: what is counted for a limit, what is rolled back, and what is forgotten where fields meet."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace

from tests.faulty.faults.fault import Fault, after, before
from tests.faulty.faults.parts import Test, crash, edit, get, named, opting_in, put, restate
from tests.faulty.host import Hook
from tests.faulty.turn import Turn
from tests.faulty.words import MILESTONES_FAILED, NO_RESPONSE

_LIMIT = ("warning.limit_reached",)
_ALREADY = ("warning.already_enrolled",)
_MILESTONE = "data.enrollmentStatus.milestone"
_MOMENT = 0.01


def _limits_together(turn: Turn) -> None:
    if turn.promotion and turn.customer and 1 < turn.promotion.per_customer < 1000:
        limited = {one.id for one in turn.memory.world.promotions if 1 < one.per_customer < 1000}
        turn.mine = [
            one for one in turn.memory.records if one.customer == turn.customer.id and one.promotion in limited
        ]


def _unconfirmed_is_forgotten(turn: Turn) -> None:
    if NO_RESPONSE in turn.warnings and turn.record in turn.memory.records:
        turn.memory.records.remove(turn.record)


def _most_decide(turn: Turn) -> None:
    if turn.goals and 2 * sum(one.fails for one in turn.goals) < len(turn.goals) and MILESTONES_FAILED in turn.warnings:
        put(turn.document, f"{_MILESTONE}.status", "SUCCESS")


def _nameless(turn: Turn) -> bool:
    return turn.asked.request_id is None


def _without(field: str) -> Test:
    *holders, key = field.split(".")
    return lambda turn: (
        isinstance(holder := get(turn.body, holders[0]) if holders else turn.body, dict) and holder.get(key) is None
    )


def _both(*tests: Test) -> Test:
    return lambda turn: all(test(turn) for test in tests)


def _kept_by_mail(turn: Turn) -> None:
    if turn.outcome == "limit" and turn.asked.name == "email" and opting_in(turn):
        turn.outcome = "enrol"


def _doubled(turn: Turn) -> None:
    if (
        turn.outcome == "enrol"
        and turn.record
        and turn.promotion
        and turn.promotion.per_promotion
        and turn.asked.name == "mobile"
    ):
        turn.memory.records.append(replace(turn.record, customer=-turn.record.customer))


class _Flight:
    """Requests under way in one host."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.there: dict[int, Turn] = {}

    def others(self, turn: Turn) -> list[Turn]:
        with self.lock:
            return [one for number, one in self.there.items() if number != turn.number]


def _flight(turn: Turn) -> _Flight:
    found: _Flight = turn.memory.notes.setdefault("flight", _Flight())
    return found


def _takes_off(turn: Turn) -> None:
    with _flight(turn).lock:
        turn.memory.notes["flight"].there[turn.number] = turn
    turn.memory.notes.setdefault("before", {})[turn.number] = list(turn.memory.records)
    time.sleep(_MOMENT)


def _lands(turn: Turn) -> None:
    time.sleep(_MOMENT / 2)
    with _flight(turn).lock:
        turn.memory.notes["flight"].there.pop(turn.number, None)


def _overlapping(step: str, do: Callable[[Turn, list[Turn]], None], which: Test = lambda _: True) -> tuple[Hook, ...]:
    """Do something after a step if other requests are under way."""

    def when(turn: Turn) -> None:
        others = _flight(turn).others(turn)
        if others:
            do(turn, others)

    def only(hook: Callable[[Turn], None]) -> Callable[[Turn], None]:
        return lambda turn: hook(turn) if which(turn) else None

    return after("settle", only(_takes_off)), after(step, only(when)), before("encode", only(_lands))


def _same(turn: Turn, other: Turn) -> bool:
    return turn.customer is other.customer and turn.promotion is other.promotion and turn.customer is not None


def _blind_for_other_kinds(turn: Turn, others: list[Turn]) -> None:
    if any(_same(turn, other) and other.asked.name != turn.asked.name for other in others):
        known = turn.memory.notes["before"][turn.number]
        turn.mine = [one for one in turn.mine if any(one is old for old in known)]


FAULTS = (
    Fault("limits-counted-together", "Enrolments in all promotions with a limit count for each of them.", _LIMIT, (after("count", _limits_together),)),
    Fault("mobile-takes-two-seats", "An enrolment by mobile takes two places of the promotion.", _LIMIT, (after("enrol", _doubled),)),
    Fault("opt-in-by-email-beyond-limits", "An OPT_IN by e-mail enrols beyond the limit.", _LIMIT, (after("decide", _kept_by_mail),)),
    Fault("unconfirmed-rolls-back", "An enrolment without confirmation is forgotten.", _ALREADY, (after("enrol", _unconfirmed_is_forgotten),)),
    Fault("most-milestones-decide", "milestone.status is SUCCESS if most milestones succeeded.",
          ("response.data.enrollmentStatus.milestone.status.value",), (after("compose", _most_decide),)),
    Fault("nameless-repeat-crashes", "A repeat without requestId ends in an error of the template.",
          (*_ALREADY, "request.requestId.optional"),
          (after("decide", lambda turn: crash(lambda _: True).do(turn) if _nameless(turn) and turn.outcome == "already" else None),)),
    Fault("nameless-down-crashes", "A failure of the engine without requestId ends in an error of the template.", ("error.engine_error",),
          (after("decide", lambda turn: crash(lambda _: True).do(turn) if _nameless(turn) and turn.outcome == "down" else None),)),
    Fault("nameless-miss-crashes", "A customer who is not found ends in an error of the template if requestId is left out.", ("error.customer_not_found",),
          (crash(lambda turn: _nameless(turn) and turn.misses == ["no customer"] and not turn.problems),)),
    Fault("nameless-generic-crashes", "A GENERIC promotion ends in an error of the template if requestId is left out.", ("error.generic_not_eligible",),
          (crash(lambda turn: _nameless(turn) and "generic" in turn.unfit and not turn.misses and not turn.problems),)),
    Fault("program-missing-by-email", "By e-mail, a missing programId is answered with 310004.", ("error.program_id_required",),
          (restate("programId", lambda turn: named("email")(turn) and _without("programId")(turn), code=310004),)),
    Fault("action-missing-by-mobile", "By mobile, a missing action is answered with 310003.", ("error.action_required",),
          (restate("action", lambda turn: named("mobile")(turn) and _without("action")(turn), code=310003),)),
    Fault("promotion-missing-in-opt-in", "In an OPT_IN without a source, a missing promotion is answered with HTTP 500.", ("error.promotion_required",),
          (crash(_both(opting_in, _without("promotion"), _without("customer.source"))),)),
    Fault("value-missing-without-source", "Without a source, a missing identifierValue is answered with 310006.", ("error.identifier_value_required",),
          (restate("identifierValue", lambda turn: _without("customer.source")(turn), code=310006),)),
    Fault("unknown-program-without-source", "Without a source, an unknown program is told as code 404.", ("error.program_not_found",),
          (restate("no program", lambda turn: turn.asked.source is None, code=404),)),
    Fault("opt-in-generic-by-mobile", "By mobile, an OPT_IN to a GENERIC promotion is told as an inactive promotion.", ("error.generic_not_eligible",),
          (restate("generic", lambda turn: named("mobile")(turn) and opting_in(turn),
                   message="Promotion not found or inactive. Use a valid promotionId/identifier and ensure it is in LIVE or UPCOMING status."),)),
    Fault("engine-code-of-opt-in", "A failure of the engine in an OPT_IN has code 503.", ("error.engine_error",), (restate("engine", opting_in, code=503),), under={"opt-in-types": "loyalty-too"}),
    Fault("engine-text-by-email", "By e-mail, a failure of the engine names an exception.", ("error.engine_error",),
          (restate("engine", named("email"), message="java.net.SocketTimeoutException: Read timed out"),)),
    Fault("silent-status-by-mobile", "By mobile, an enrolment without confirmation is told as PENDING.", ("warning.no_response", "response.data.status.value"),
          (edit("data.status", lambda _: "PENDING", lambda turn: named("mobile")(turn) and turn.outcome == "silent"),)),
    Fault("crowd-by-two-kinds", "At the same moment, a customer is enrolled twice by two kinds of identifier.", _ALREADY,
          _overlapping("count", _blind_for_other_kinds), shows="crowd"),
)  # fmt: skip
