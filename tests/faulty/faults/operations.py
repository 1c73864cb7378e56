"""Faults of running a host: caches, replicas, nodes of which one is older, retries, sequences, flags for a few."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.faulty.faults.fault import Fault, after, before
from tests.faulty.faults.parts import Test, edit, get, opting_in, put, unmiss
from tests.faulty.host import Hook
from tests.faulty.turn import Turn

_ENROLLMENT = "data.enrollmentStatus.promotion.enrollmentId"
_OPTIN = "data.enrollmentStatus.promotion.optinId"
_ALREADY = ("warning.already_enrolled",)
_UNIQUE = "response.data.enrollmentStatus.promotion.enrollmentId.unique"
_OPTIN_UNIQUE = "response.data.enrollmentStatus.promotion.optinId.unique"


def _remembered_misses(turn: Turn) -> None:
    """Remember for a moment which values found nobody, whatever they were called."""
    kept = turn.memory.notes.setdefault("missed values", {})
    value = turn.asked.value
    if "no customer" in turn.misses:
        kept[value] = turn.number
    elif value in kept and turn.number - kept[value] < 40:
        turn.misses.append("no customer")


def _remembered_values(turn: Turn) -> None:
    """Remember whom a value has found, whatever it was called."""
    kept = turn.memory.notes.setdefault("found values", {})
    if turn.customer:
        kept[turn.asked.value] = turn.customer
    elif "no customer" in turn.misses and turn.asked.value in kept:
        turn.customer = kept[turn.asked.value]
        turn.misses.remove("no customer")


def _program_of_a_known_promotion(turn: Turn) -> None:
    kept = turn.memory.notes.setdefault("known promotions", set())
    asked = turn.asked.promotion
    if (
        asked
        and turn.promotion
        and turn.promotion.id in kept
        and asked == {"id": turn.promotion.id, "promotionId": turn.promotion.number}
    ):
        if turn.program is not None and turn.program != turn.promotion.program:
            turn.misses[:] = [one for one in turn.misses if one == "no customer"]
    elif turn.promotion and not turn.misses:
        kept.add(turn.promotion.id)


def _last(count: int) -> Hook:
    def do(turn: Turn) -> None:
        known = turn.memory.records[-count:]
        turn.mine = [one for one in turn.mine if any(one is other for other in known)]

    return after("count", do)


def _sequence(size: int, optin: bool) -> Hook:
    def do(turn: Turn) -> None:
        if optin and turn.memory.last_optin > 25900 + size:
            turn.memory.last_optin -= size
        if not optin and turn.memory.last_enrollment > 25300 + size:
            turn.memory.last_enrollment -= size

    return before("enrol", do)


def _hashed(turn: Turn) -> None:
    if turn.outcome == "enrol" and turn.record and turn.promotion:
        turn.record.enrollment_id = str(100000 + turn.record.customer % 100000 * 1000 + turn.promotion.number % 1000)


def _opt_in_id_of_the_customer(turn: Turn) -> None:
    if turn.outcome in ("enrol", "opt in") and turn.record and turn.asked.action == "OPT_IN":
        turn.record.optin_id = str(500000 + turn.record.customer % 100000)


def _in_the_same_millisecond(turn: Turn) -> None:
    if turn.outcome == "enrol" and turn.record and turn.record.optin_id:
        turn.record.optin_id = str(int(time.time() * 200))


def _sent_twice(turn: Turn) -> None:
    """Answer an enrolment as the second of two attempts is answered, now and then."""
    if turn.outcome == "enrol" and turn.asked.action == "ENROL" and turn.promotion and turn.promotion.per_customer == 1:
        notes = turn.memory.notes
        notes["made"] = notes.get("made", 0) + 1
        if notes["made"] % 9 == 0:
            turn.bent["sent twice"] = "yes"


def _second_answer(turn: Turn) -> None:
    if turn.bent.get("sent twice"):
        turn.outcome = "already"
        turn.warnings[:] = ["Unable to enroll in promotions. Customer already enrolled or limit reached."]


def _old_node(turn: Turn) -> bool:
    return turn.connection % 3 == 2


def _on_old_node(do: Callable[[Turn], None]) -> Callable[[Turn], None]:
    return lambda turn: do(turn) if _old_node(turn) else None


def _generic_fits(turn: Turn) -> None:
    turn.unfit[:] = [one for one in turn.unfit if one != "generic"]


def _opt_in_fits(turn: Turn) -> None:
    turn.unfit[:] = [one for one in turn.unfit if one != "no opt-in"]


def _old_value_code(turn: Turn) -> None:
    turn.problems = [
        replace(one, row="identifierName") if one.row == "identifierValue" else one for one in turn.problems
    ]


def _lists_any_source(turn: Turn) -> None:
    source = get(turn.body, "customer.source")
    if isinstance(source, str) and source.strip() and source.upper() == source:
        put(turn.body, "customer.source", "ALL")


def _lags(when: Test) -> tuple[Hook, ...]:
    """Read from a copy that does not know yet what another connection has written in the last 0.2 s."""

    def look(turn: Turn) -> None:
        written = turn.memory.notes.setdefault("written", {})
        now = turn.memory.clock()
        turn.mine = [
            one
            for one in turn.mine
            if not when(turn)
            or (seen := written.get(id(one))) is None
            or seen[0] == turn.connection
            or now - seen[1] > 0.2
        ]

    def write(turn: Turn) -> None:
        if turn.record:
            turn.memory.notes.setdefault("written", {}).setdefault(
                id(turn.record), (turn.connection, turn.memory.clock())
            )

    return after("count", look), after("enrol", write)


def _customer(number: int) -> Test:
    return lambda turn: turn.customer is not None and turn.customer.id == number


def _ends_in(digits: str) -> Test:
    return lambda turn: turn.customer is not None and str(turn.customer.id)[-1] in digits


def _set(path: str, value: Any, when: Test) -> Hook:
    return edit(path, lambda _: value, when)


def _forget_mine(when: Test) -> Hook:
    def do(turn: Turn) -> None:
        if when(turn):
            turn.mine.clear()

    return after("count", do)


FAULTS = (
    Fault("missed-value-remembered", "A value that found nobody finds nobody for a while, whatever its kind.",
          ("request.customer.identifierName.values", "error.customer_not_found"), (after("find", _remembered_misses),)),
    Fault("found-value-remembered", "A value that found a customer finds him as a value of another kind.",
          ("error.customer_not_found",), (after("find", _remembered_values),)),
    Fault("program-checked-once", "The program of a promotion is checked until its first use.",
          ("error.promotion_not_found", "error.program_not_found"), (after("find", _program_of_a_known_promotion),)),
    Fault("last-150-known", "Only the last 150 enrolments are known.", _ALREADY, (_last(150),)),
    Fault("enrollment-sequence-wraps", "The sequence of enrollmentId begins again after 250.", (_UNIQUE,), (_sequence(250, False),)),
    Fault("optin-sequence-wraps", "The sequence of optinId begins again after 250.", (_OPTIN_UNIQUE,), (_sequence(250, True),)),
    Fault("enrollment-id-hashed", "enrollmentId is made of customer and promotion.", (_UNIQUE,), (after("enrol", _hashed),)),
    Fault("optin-id-of-the-customer", "The optinId of an OPT_IN is made of the customer.", (_OPTIN_UNIQUE,), (after("enrol", _opt_in_id_of_the_customer),)),
    Fault("optin-id-of-the-time", "optinId is made of the time in steps of 5 ms.", (_OPTIN_UNIQUE,), (after("enrol", _in_the_same_millisecond),)),
    Fault("gateway-sends-twice", "One enrolment of nine is sent twice, and the second answer comes.", _ALREADY,
          (after("decide", _sent_twice), after("enrol", _second_answer))),
    Fault("old-node-generic", "Every third connection leads to a node that takes GENERIC promotions.", ("error.generic_not_eligible",),
          (after("weigh", _on_old_node(_generic_fits)),), shows="walk"),
    Fault("old-node-opt-in", "Every third connection leads to a node that takes OPT_IN to any type.", ("error.opt_in_not_supported",),
          (after("weigh", _on_old_node(_opt_in_fits)),), shows="walk"),
    Fault("old-node-value-code", "Every third connection leads to a node that answers 310006 for 310007.", ("error.identifier_value_required",),
          (after("check", _on_old_node(_old_value_code)),), shows="walk"),
    Fault("old-node-any-source", "Every third connection leads to a node that takes any source in capitals.",
          ("request.customer.source.values", "error.source_required"), (before("check", _on_old_node(_lists_any_source)),), shows="walk"),
    Fault("old-node-any-program", "Every third connection leads to a node that does not look at the program.", ("error.program_not_found",),
          (unmiss("no program", _old_node),), shows="walk"),
    Fault("replica-behind", "A connection learns 0.2 s late of enrolments over another one.", _ALREADY, _lags(lambda _: True), shows="walk"),
    Fault("replica-behind-by-email", "By e-mail, a connection learns 0.2 s late of enrolments over another one.", _ALREADY,
          _lags(lambda turn: turn.asked.name == "email"), shows="walk"),
    Fault("flag-repeats-of-few", "Customers whose id ends in 7 are enrolled again.", _ALREADY, (_forget_mine(_ends_in("7")),)),
    Fault("flag-status-of-few", "Customers whose id ends in 5 get a status in lower case.", ("response.data.status.value",),
          (edit("data.status", str.lower, _ends_in("5")),)),
    Fault("flag-optin-of-one", "One customer of twelve gets no optinId for an OPT_IN.", ("response.data.enrollmentStatus.promotion.optinId.type",),
          (edit(_OPTIN, lambda _: None, lambda turn: _customer(388600008)(turn) and opting_in(turn)),)),
    Fault("flag-identifier-of-one", "One customer of twelve sees the identifier of another promotion.",
          ("response.data.enrollmentStatus.promotion.identifier.value",),
          (_set("data.enrollmentStatus.promotion.identifier", "enr-59", _customer(388600006)),)),
    Fault("flag-number-of-one-promotion", "One promotion gives enrollmentId as a number.", ("response.data.enrollmentStatus.promotion.enrollmentId.type",),
          (edit(_ENROLLMENT, int, lambda turn: turn.promotion is not None and turn.promotion.identifier == "two-68"),)),
    Fault("flag-program-of-one-source", "With the source LINE programId is null.", ("response.data.enrollmentStatus.promotion.programId.type",),
          (_set("data.enrollmentStatus.promotion.programId", None, lambda turn: turn.asked.source == "LINE"),)),
)  # fmt: skip
