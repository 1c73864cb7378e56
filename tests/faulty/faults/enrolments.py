"""Faults in the stored enrolments: duplicates, limits, and requests that store something they must not."""

from collections.abc import Callable
from dataclasses import replace

from tests.faulty.faults.fault import Fault, after, before
from tests.faulty.faults.parts import Test, edit, opting_in, put, write_down
from tests.faulty.host import Hook
from tests.faulty.turn import Complaint, Turn
from tests.faulty.words import ALREADY

ENROLLMENT = "data.enrollmentStatus.promotion.enrollmentId"


def _overlook(when: Test) -> Hook:
    """Overlook that the customer is already enrolled."""

    def do(turn: Turn) -> None:
        if when(turn):
            turn.mine = []

    return after("count", do)


def _see_only_the_same_kind(turn: Turn) -> None:
    turn.mine = [record for record in turn.mine if record.via == turn.asked.name]


def _see_every_customer(turn: Turn) -> None:
    assert turn.promotion
    turn.mine = [record for record in turn.memory.records if record.promotion == turn.promotion.id]


def _see_every_promotion(turn: Turn) -> None:
    assert turn.customer
    turn.mine = [record for record in turn.memory.records if record.customer == turn.customer.id]


def _see_half_the_time(turn: Turn) -> None:
    seen = turn.memory.notes["seen"] = turn.memory.notes.get("seen", 0) + bool(turn.mine)
    if seen % 2 == 0:
        turn.mine = []


def _replay(turn: Turn) -> None:
    """Repeat the earlier response to the same requestId, for any customer."""
    answers = turn.memory.notes.setdefault("answers", {})
    if turn.asked.request_id is not None:
        turn.document = answers.setdefault(turn.asked.request_id, turn.document)


def _replay_the_body(turn: Turn) -> None:
    """Repeat the earlier response to the same body without requestId."""
    answers = turn.memory.notes.setdefault("bodies", {})
    if turn.asked.request_id is None and not turn.complaints:
        turn.document = answers.setdefault(turn.raw, turn.document)


def _forget(when: Test) -> Hook:
    """Answer that the enrolment was made, but do not store it."""

    def do(turn: Turn) -> None:
        if turn.record in turn.memory.records and turn.outcome in ("enrol", "silent") and when(turn):
            turn.memory.records = [record for record in turn.memory.records if record is not turn.record]

    return after("enrol", do)


def _upcoming(turn: Turn) -> bool:
    return turn.promotion is not None and turn.promotion.status == "UPCOMING"


def _refuse_with_the_warning(outcome: str) -> Hook:
    def do(turn: Turn) -> None:
        if turn.outcome == outcome:
            turn.complaints.append(Complaint(400, ALREADY, 400))

    return before("compose", do)


def _move_limit(customer: int, promotion: int, *, above: int = 1) -> Hook:
    """Change the limits, except limits of 1."""

    def do(turn: Turn) -> None:
        one = turn.promotion
        assert one
        if one.per_customer > above:
            turn.promotion = replace(one, per_customer=one.per_customer + customer)
        if one.per_promotion is not None and one.per_promotion > above:
            turn.promotion = replace(one, per_promotion=one.per_promotion + promotion)

    return before("decide", do)


def _ignore_the_limit_of_the_promotion(turn: Turn) -> None:
    turn.taken = 0


def _count_refused_requests(turn: Turn) -> None:
    if turn.promotion and turn.customer and turn.problems:
        key = (turn.customer.id, turn.promotion.id)
        refused = turn.memory.notes.setdefault("refused", {})
        refused[key] = refused.get(key, 0) + 1


def _add_refused_requests(turn: Turn) -> None:
    assert turn.promotion
    assert turn.customer
    refused = turn.memory.notes.get("refused", {})
    turn.taken += sum(count for (_, promotion), count in refused.items() if promotion == turn.promotion.id)
    if turn.promotion.per_customer > 1:
        extra = refused.get((turn.customer.id, turn.promotion.id), 0)
        turn.promotion = replace(turn.promotion, per_customer=turn.promotion.per_customer - extra)


def _count_every_customer(turn: Turn) -> None:
    assert turn.promotion
    if turn.promotion.per_customer > 1 and turn.taken >= turn.promotion.per_customer:
        turn.promotion = replace(turn.promotion, per_promotion=turn.promotion.per_customer)


def _count_repeats(turn: Turn) -> None:
    """Count a repeated request against the limit too."""
    assert turn.promotion
    repeats = turn.memory.notes.setdefault("repeats", {})
    if turn.mine and turn.promotion.per_customer == 1:
        repeats[turn.promotion.id] = repeats.get(turn.promotion.id, 0) + 1
    turn.taken += repeats.get(turn.promotion.id, 0)


def _outcome(*outcomes: str) -> Test:
    return lambda turn: turn.outcome in outcomes


def _drop_warnings(when: Test) -> Hook:
    return edit("warnings", lambda _: None, when)


def _reword(change: Callable[[str], str], when: Test) -> Hook:
    def do(turn: Turn) -> None:
        if when(turn):
            turn.warnings = [change(text) for text in turn.warnings]

    return before("compose", do)


def _show_new_id(turn: Turn) -> None:
    if turn.outcome == "already" and turn.document["data"]:
        turn.memory.last_enrollment += 1
        put(turn.document, ENROLLMENT, str(turn.memory.last_enrollment))


def _enrol_although_invalid(turn: Turn) -> None:
    if any(one.place == "source" for one in turn.problems) and not turn.misses:
        write_down(turn)


def _enrol_without_program(turn: Turn) -> None:
    if any(one.place == "programId" for one in turn.problems) and not turn.misses:
        write_down(turn)


FAULTS = (
    Fault(
        "repeat-not-noticed",
        "A customer who is enrolled is enrolled once more, whatever the limit.",
        ("warning.already_enrolled",),
        (_overlook(lambda turn: not opting_in(turn)),),
    ),
    Fault(
        "repeat-not-noticed-by-another-identifier",
        "A customer enrolled by id is enrolled once more by mobile or email.",
        ("warning.already_enrolled",),
        (after("count", _see_only_the_same_kind),),
    ),
    Fault(
        "repeat-not-noticed-after-opt-in",
        "A customer who has opted in is enrolled once more by ENROL.",
        ("warning.already_enrolled",),
        (_overlook(lambda turn: not opting_in(turn) and any(record.opted_in for record in turn.mine)),),
    ),
    Fault(
        "repeat-noticed-every-other-time",
        "A customer who is enrolled is told so, and enrolled once more the next time.",
        ("warning.already_enrolled",),
        (after("count", _see_half_the_time),),
    ),
    Fault(
        "repeat-noticed-for-any-customer",
        "Nobody is enrolled into a promotion that somebody is enrolled in.",
        ("warning.already_enrolled",),
        (after("count", _see_every_customer),),
    ),
    Fault(
        "repeat-noticed-for-any-promotion",
        "A customer who is enrolled somewhere is enrolled nowhere else.",
        ("warning.already_enrolled", "response.data.enrollmentStatus.promotion.enrollmentId.unique"),
        (after("count", _see_every_promotion),),
    ),
    Fault(
        "request-id-known-is-the-same-request",
        "A requestId that was seen before is answered as it was then, whoever is asked for: both of the page's "
        "requests have the same one.",
        ("example.opt_in", "response.data.action.echo", "response.data.customer.identifierValue.echo"),
        (after("compose", lambda turn: _replay(turn) if not turn.complaints else None),),
    ),
    Fault(
        "repeat-is-an-error",
        "A customer who is enrolled is answered with an error of code 400, not with a warning.",
        ("warning.already_enrolled",),
        (_refuse_with_the_warning("already"),),
    ),
    Fault(
        "repeat-without-warning",
        "A customer who is enrolled is answered without a warning.",
        ("warning.already_enrolled",),
        (_drop_warnings(_outcome("already")),),
    ),
    Fault(
        "repeat-warning-in-british-spelling",
        'The first warning says "enrol" for "enroll"; the page is exact about warnings.',
        ("warning.already_enrolled", "warning.limit_reached"),
        (_reword(lambda text: text.replace("to enroll in", "to enrol in"), _outcome("already", "limit")),),
    ),
    Fault(
        "repeat-warning-without-its-end",
        "The first warning loses its last full stop.",
        ("warning.already_enrolled", "warning.limit_reached"),
        (_reword(lambda text: text.rstrip("."), _outcome("already", "limit")),),
    ),
    Fault(
        "repeat-with-a-new-id",
        "Beside the first warning stands an enrollmentId that is new each time.",
        ("warning.already_enrolled", "response.data.enrollmentStatus.promotion.enrollmentId.unique"),
        (after("compose", _show_new_id),),
        under={"already-enrolled-body": "existing-ids"},
    ),
    Fault(
        "limit-of-a-customer-one-too-many",
        "A limit of 3 for each customer lets 4 in.",
        ("warning.limit_reached",),
        (_move_limit(1, 0),),
    ),
    Fault(
        "limit-of-a-customer-one-too-few",
        "A limit of 3 for each customer lets 2 in.",
        ("warning.limit_reached",),
        (_move_limit(-1, 0),),
    ),
    Fault(
        "limit-of-a-promotion-one-too-many",
        "A limit of 3 for the promotion lets 4 in.",
        ("warning.limit_reached",),
        (_move_limit(0, 1),),
    ),
    Fault(
        "limit-of-a-promotion-one-too-few",
        "A limit of 3 for the promotion lets 2 in.",
        ("warning.limit_reached",),
        (_move_limit(0, -1),),
    ),
    Fault(
        "limit-of-a-promotion-ignored",
        "The limit of a promotion is not looked at.",
        ("warning.limit_reached",),
        (after("count", _ignore_the_limit_of_the_promotion),),
    ),
    Fault(
        "limit-of-a-customer-by-kind-of-identifier",
        "A limit of 3 for each customer lets 3 in by id and 3 by mobile.",
        # An OPT_IN by mobile does not see the enrolments by id either, and makes another.
        ("warning.limit_reached", "response.data.enrollmentStatus.promotion.enrollmentId.unique"),
        (after("count", lambda turn: _see_only_the_same_kind(turn) if len(turn.mine) > 1 else None),),
    ),
    Fault(
        "limit-of-a-customer-shared-by-all",
        "A limit of 3 for each customer is used up by 3 enrolments of anybody.",
        ("warning.limit_reached",),
        (before("decide", _count_every_customer),),
    ),
    Fault(
        "limit-counts-refused-requests",
        "A request refused for one of its fields takes a place all the same.",
        ("warning.limit_reached",),
        (before("settle", _count_refused_requests), before("decide", _add_refused_requests)),
    ),
    Fault(
        "limit-counts-repeats",
        "A repeated request, answered as already enrolled, takes a place all the same.",
        ("warning.limit_reached",),
        (before("decide", _count_repeats),),
    ),
    Fault(
        "limit-is-an-error",
        "A limit that is reached is answered with an error of code 400, not with a warning.",
        ("warning.limit_reached",),
        (_refuse_with_the_warning("limit"),),
    ),
    Fault(
        "limit-without-warning",
        "A limit that is reached is answered without a warning.",
        ("warning.limit_reached",),
        (_drop_warnings(_outcome("limit")),),
    ),
    Fault(
        "upcoming-enrolment-not-kept",
        "An enrolment into an UPCOMING promotion is answered with SUCCESS and forgotten.",
        ("warning.already_enrolled", "response.data.status.value"),
        (_forget(_upcoming),),
    ),
    Fault(
        "enrolment-by-email-not-kept",
        "An enrolment by email is answered with SUCCESS and forgotten.",
        ("warning.already_enrolled", "warning.limit_reached", "response.data.status.value"),
        (_forget(lambda turn: turn.asked.name == "email"),),
    ),
    Fault(
        "source-refused-but-enrolled",
        "A request refused for its source is carried out all the same.",
        ("error.source_required", "warning.already_enrolled"),
        (before("settle", _enrol_although_invalid),),
    ),
    Fault(
        "program-refused-but-enrolled",
        "A request refused for its programId is carried out all the same.",
        ("error.program_id_required", "warning.already_enrolled"),
        (before("settle", _enrol_without_program),),
    ),
    Fault(
        "opt-in-after-enrol-has-one-enrolment-id-for-all",
        'OPT_IN after ENROL is answered with enrollmentId "0", whoever it is.',
        ("response.data.enrollmentStatus.promotion.enrollmentId.unique",),
        (edit(ENROLLMENT, lambda _: "0", lambda turn: turn.outcome == "opt in"),),
    ),
    Fault(
        "repeat-without-request-id-replayed",
        "The same body without a requestId is answered with SUCCESS again, without the warning.",
        ("warning.already_enrolled",),
        (after("compose", _replay_the_body),),
    ),
)
