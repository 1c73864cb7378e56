"""Faults in the decision whether a promotion allows enrolments: its status and its type."""

from tests.faulty.faults.fault import Fault, after, before
from tests.faulty.faults.parts import (
    Test,
    miss,
    opting_in,
    restate,
    unmiss,
    write_down,
)
from tests.faulty.host import Hook
from tests.faulty.turn import Turn


def _status(*statuses: str) -> Test:
    return lambda turn: turn.promotion is not None and turn.promotion.status in statuses


def _type(*types: str) -> Test:
    return lambda turn: turn.promotion is not None and turn.promotion.type in types


def _accept(*statuses: str) -> Hook:
    return unmiss("no promotion", _status(*statuses))


def _inactive(turn: Turn) -> bool:
    return turn.promotion is not None and turn.promotion.status not in ("LIVE", "UPCOMING")


def _draft_again(turn: Turn) -> bool:
    """Return whether this customer has asked for a DRAFT promotion before."""
    if turn.promotion is None or turn.customer is None or turn.promotion.status != "DRAFT":
        return False
    asked = turn.memory.notes.setdefault("asked", set())
    again = (turn.customer.id, turn.promotion.id) in asked
    asked.add((turn.customer.id, turn.promotion.id))
    return again


def _unfit(row: str, when: Test) -> Hook:
    """Refuse a promotion that allows the action."""
    return after("weigh", lambda turn: turn.unfit.append(row) if when(turn) else None)


def _fit(row: str, when: Test) -> Hook:
    """Accept a promotion that does not allow the action."""
    return after("weigh", lambda turn: turn.unfit.remove(row) if row in turn.unfit and when(turn) else None)


def _opt_in_becomes_enrol(turn: Turn) -> None:
    if turn.unfit == ["no opt-in"]:
        turn.unfit = []
        turn.asked.action = "ENROL"


def _enrol_the_unfit(turn: Turn) -> None:
    if turn.unfit == ["no opt-in"] and not turn.misses:
        write_down(turn)


FAULTS = (
    Fault(
        "draft-accepted",
        "A DRAFT promotion can be enrolled into.",
        ("error.promotion_inactive",),
        (_accept("DRAFT"),),
    ),
    Fault(
        "pending-approval-accepted",
        "A promotion that is PENDING_APPROVAL can be enrolled into.",
        ("error.promotion_inactive",),
        (_accept("PENDING_APPROVAL"),),
    ),
    Fault(
        "paused-accepted",
        "A PAUSED promotion can be enrolled into.",
        ("error.promotion_inactive",),
        (_accept("PAUSED"),),
    ),
    Fault(
        "paused-accepted-for-opt-in",
        "A PAUSED promotion takes OPT_IN.",
        ("error.promotion_inactive",),
        (unmiss("no promotion", lambda turn: opting_in(turn) and _status("PAUSED")(turn)),),
    ),
    Fault(
        "stopped-accepted",
        "A STOPPED promotion can be enrolled into.",
        ("error.promotion_inactive",),
        (_accept("STOPPED"),),
    ),
    Fault(
        "completed-accepted",
        "A COMPLETED promotion can be enrolled into.",
        ("error.promotion_inactive",),
        (_accept("COMPLETED"),),
    ),
    Fault(
        "inactive-has-another-code",
        "A promotion that is not active is answered with 310003; one that does not exist, with 400.",
        ("error.promotion_inactive",),
        (restate("no promotion", _inactive, code=310003),),
    ),
    Fault(
        "inactive-is-a-server-error",
        "A promotion that is not active is answered with HTTP 500.",
        ("error.promotion_inactive",),
        (restate("no promotion", _inactive, status=500),),
    ),
    Fault(
        "upcoming-refused",
        "An UPCOMING promotion cannot be enrolled into.",
        ("promotion.live_or_upcoming",),
        (miss("no promotion", _status("UPCOMING")),),
    ),
    Fault(
        "upcoming-refused-for-opt-in",
        "An UPCOMING promotion takes ENROL but never OPT_IN.",
        ("promotion.live_or_upcoming",),
        (miss("no promotion", lambda turn: opting_in(turn) and _status("UPCOMING")(turn)),),
    ),
    Fault(
        "generic-accepted",
        "A GENERIC promotion can be enrolled into.",
        ("error.generic_not_eligible",),
        (_fit("generic", lambda turn: not opting_in(turn)),),
    ),
    Fault(
        "generic-accepted-for-opt-in",
        "A GENERIC promotion takes OPT_IN.",
        ("error.generic_not_eligible", "error.opt_in_not_supported"),
        (_fit("generic", opting_in),),
    ),
    Fault(
        "generic-has-another-code",
        "A GENERIC promotion is answered with 310003.",
        ("error.generic_not_eligible",),
        (restate("generic", code=310003),),
    ),
    Fault(
        "generic-is-404",
        "A GENERIC promotion is answered with HTTP 404, which is for what is not found at most.",
        ("error.generic_not_eligible",),
        (restate("generic", status=404),),
    ),
    Fault(
        "loyalty-refused",
        "A LOYALTY promotion is answered like a GENERIC one.",
        ("promotion.loyalty_types",),
        (_unfit("generic", _type("LOYALTY")),),
    ),
    Fault(
        "loyalty-earning-refused-for-enrol",
        "A LOYALTY_EARNING promotion takes OPT_IN only.",
        ("promotion.loyalty_types",),
        (_unfit("generic", lambda turn: not opting_in(turn) and _type("LOYALTY_EARNING")(turn)),),
    ),
    Fault(
        "opt-in-refused-everywhere",
        "No promotion takes OPT_IN, not even of LOYALTY_EARNING and after ENROL.",
        ("example.opt_in", "error.opt_in_not_supported"),
        (_unfit("no opt-in", opting_in),),
    ),
    Fault(
        "opt-in-not-supported-has-the-code-of-action",
        "OPT_IN to a LOYALTY promotion is answered with 310002.",
        ("error.opt_in_not_supported",),
        (restate("no opt-in", code=310002),),
    ),
    Fault(
        "opt-in-not-supported-is-a-server-error",
        "OPT_IN to a LOYALTY promotion is answered with HTTP 500.",
        ("error.opt_in_not_supported",),
        (restate("no opt-in", status=500),),
    ),
    Fault(
        "opt-in-not-supported-but-enrolled",
        "OPT_IN to a LOYALTY promotion is refused, yet the customer is enrolled.",
        ("error.opt_in_not_supported", "warning.already_enrolled"),
        (before("settle", _enrol_the_unfit),),
    ),
    Fault(
        "opt-in-to-loyalty-becomes-enrol",
        "OPT_IN to a LOYALTY promotion is carried out, and answered, as ENROL.",
        ("error.opt_in_not_supported", "response.data.action.echo"),
        (before("settle", _opt_in_becomes_enrol),),
    ),
    Fault(
        "draft-accepted-the-second-time",
        "A customer who asks for a DRAFT promotion again is enrolled.",
        ("error.promotion_inactive",),
        (unmiss("no promotion", _draft_again),),
    ),
    Fault(
        "completed-accepted-by-email",
        "A COMPLETED promotion can be enrolled into by email.",
        ("error.promotion_inactive",),
        (unmiss("no promotion", lambda turn: _status("COMPLETED")(turn) and turn.asked.name == "email"),),
    ),
)
