"""Faults in limits and repeats: what is counted, and which request counts as the same again."""

from collections.abc import Callable
from dataclasses import replace

from tests.faulty.faults.fault import Fault, after, before
from tests.faulty.faults.parts import Test, opting_in
from tests.faulty.faults.products import ABSENT, meets
from tests.faulty.host import Hook
from tests.faulty.turn import Turn
from tests.faulty.world import Record

ENOUGH = 8  # requests between an enrolment and its repeat, after which some hosts forget


def _remember(turn: Turn) -> None:
    """Keep beside each enrolment what the request that made it had."""
    if turn.outcome in ("enrol", "silent") and turn.record is not None:
        turn.memory.notes.setdefault("made by", {})[id(turn.record)] = (
            turn.asked.source,
            turn.asked.request_id,
            turn.number,
            turn.asked.action,
        )


def _made_by(turn: Turn, record: Record) -> tuple[str | None, str | None, int, str | None]:
    found = turn.memory.notes.get("made by", {}).get(id(record), (None, None, 0, None))
    return (found[0], found[1], found[2], found[3])


def _overlook(when: Callable[[Turn, Record], bool]) -> tuple[Hook, ...]:
    """Let ENROL overlook those enrolments of the customer that a condition selects."""

    def do(turn: Turn) -> None:
        if not opting_in(turn):
            turn.mine = [one for one in turn.mine if not when(turn, one)]

    return (after("count", do), after("enrol", _remember))


def _once(turn: Turn) -> bool:
    return turn.promotion is not None and turn.promotion.per_customer == 1


def _seats_by(key: Callable[[Turn, Record], bool]) -> tuple[Hook, ...]:
    """Count of the seats of a promotion only those that a condition selects."""

    def do(turn: Turn) -> None:
        assert turn.promotion
        inside = [one for one in turn.memory.records if one.promotion == turn.promotion.id]
        turn.taken = sum(key(turn, one) for one in inside)

    return (after("count", do), after("enrol", _remember))


def _move(*, customer: Test | None = None, promotion: Test | None = None, only: int, by: int) -> Hook:
    """Move limits of one size."""

    def do(turn: Turn) -> None:
        one = turn.promotion
        assert one
        if customer and one.per_customer == only and customer(turn):
            turn.promotion = replace(one, per_customer=only + by)
        if promotion and one.per_promotion == only and promotion(turn):
            turn.promotion = replace(one, per_promotion=only + by)

    return before("decide", do)


def _always(_: Turn) -> bool:
    return True


def _opt_in_takes_a_seat(turn: Turn) -> None:
    """Count each opt-in of an enrolled customer as a further seat."""
    assert turn.promotion
    turn.taken += turn.memory.notes.get("opt-in seats", {}).get(turn.promotion.id, 0)


def _count_opt_in(turn: Turn) -> None:
    if turn.outcome == "opt in" and turn.promotion is not None:
        seats = turn.memory.notes.setdefault("opt-in seats", {})
        seats[turn.promotion.id] = seats.get(turn.promotion.id, 0) + 1


def _opt_in_counts_for_the_customer(turn: Turn) -> None:
    """Count a customer's opt-ins against the limit for each customer too."""
    one = turn.promotion
    if one is not None and one.per_customer > 1 and turn.asked.action == "ENROL":
        spent = sum(record.opted_in for record in turn.mine)
        turn.promotion = replace(one, per_customer=max(one.per_customer - spent, 1))


def _opt_in_past_the_limit(turn: Turn) -> None:
    if opting_in(turn) and not turn.mine:
        turn.taken = 0


def _opt_in_forgets_its_seat(turn: Turn) -> None:
    assert turn.promotion
    inside = [one for one in turn.memory.records if one.promotion == turn.promotion.id]
    turn.taken = sum(not (one.opted_in and not one.goals and one.via == "opt-in") for one in inside)


def _mark_opt_in(turn: Turn) -> None:
    if turn.outcome == "enrol" and opting_in(turn) and turn.record is not None:
        turn.record.via = "opt-in"


def _refused_opt_in_takes_a_place(turn: Turn) -> None:
    if turn.unfit == ["no opt-in"] and not turn.misses and not turn.problems and turn.customer and turn.promotion:
        places = turn.memory.notes.setdefault("refused opt-ins", {})
        key = (turn.customer.id, turn.promotion.id)
        places[key] = places.get(key, 0) + 1


def _count_refused_opt_ins(turn: Turn) -> None:
    assert turn.promotion
    assert turn.customer
    places = turn.memory.notes.get("refused opt-ins", {})
    one = turn.promotion
    if one.per_customer in (2, 3):
        spent = places.get((turn.customer.id, one.id), 0)
        turn.promotion = replace(one, per_customer=max(one.per_customer - spent, 1))
    turn.taken += sum(count for (_, promotion), count in places.items() if promotion == one.id)


def _other_program_takes_a_seat(turn: Turn) -> None:
    """Let a request that is refused for its program take a seat of the promotion."""
    if turn.misses and not turn.problems and turn.customer and turn.promotion and turn.promotion.per_promotion:
        turn.memory.notes["stray seats"] = turn.memory.notes.get("stray seats", 0) + 1


def _count_stray_seats(turn: Turn) -> None:
    turn.taken += turn.memory.notes.get("stray seats", 0)


def _same_id_for_all(turn: Turn) -> None:
    """Take a requestId that somebody was enrolled with for a repeat, whoever asks."""
    used = turn.memory.notes.setdefault("request ids", {})
    known = used.get(turn.asked.request_id)
    if known is not None and turn.promotion and turn.promotion.per_customer == 1 and not turn.mine:
        turn.mine = [known]


def _keep_request_id(turn: Turn) -> None:
    if turn.asked.request_id is not None and turn.outcome == "enrol" and turn.record is not None:
        turn.memory.notes.setdefault("request ids", {}).setdefault(turn.asked.request_id, turn.record)


FAULTS = (
    Fault(
        "limit-of-a-customer-by-source",
        "A limit for each customer is counted for each source by itself.",
        ("warning.limit_reached",),
        _overlook(lambda turn, one: not _once(turn) and _made_by(turn, one)[0] != turn.asked.source),
    ),
    Fault(
        "limit-of-a-customer-without-request-id-ignored",
        "A limit for each customer does not bind requests without requestId.",
        ("warning.limit_reached",),
        _overlook(lambda turn, one: not _once(turn) and turn.asked.request_id is None),
    ),
    Fault(
        "limit-of-a-customer-by-action",
        "A limit for each customer counts only enrolments that ENROL has made, not those of OPT_IN.",
        ("warning.limit_reached",),
        _overlook(lambda turn, one: not _once(turn) and _made_by(turn, one)[3] == "OPT_IN"),
    ),
    Fault(
        "limit-of-a-customer-one-too-many-only-of-two",
        "A limit of 2 for each customer lets 3 in.",
        ("warning.limit_reached",),
        (_move(customer=_always, only=2, by=1),),
    ),
    Fault(
        "limit-of-a-customer-one-too-few-only-of-two",
        "A limit of 2 for each customer lets 1 in.",
        ("warning.limit_reached", "warning.already_enrolled"),
        (_move(customer=_always, only=2, by=-1),),
    ),
    Fault(
        "limit-of-a-customer-one-too-many-only-of-three-by-mobile",
        "A limit of 3 for each customer lets a fourth in by mobile.",
        ("warning.limit_reached",),
        (_move(customer=meets(by="mobile"), only=3, by=1),),
    ),
    Fault(
        "limit-of-a-customer-one-too-many-only-without-source",
        "A limit of 3 for each customer lets a fourth in without source.",
        ("warning.limit_reached",),
        (_move(customer=meets(source=ABSENT), only=3, by=1),),
    ),
    Fault(
        "limit-of-a-promotion-one-too-many-only-of-two",
        "A limit of 2 for the promotion lets 3 in.",
        ("warning.limit_reached",),
        (_move(promotion=_always, only=2, by=1),),
    ),
    Fault(
        "limit-of-a-promotion-one-too-few-only-of-two",
        "A limit of 2 for the promotion lets 1 in.",
        ("warning.limit_reached",),
        (_move(promotion=_always, only=2, by=-1),),
    ),
    Fault(
        "limit-of-a-promotion-one-too-many-from-everywhere",
        "A limit for the promotion lets one more in where the source is ALL.",
        ("warning.limit_reached",),
        (
            _move(promotion=meets(source="ALL"), only=2, by=1),
            _move(promotion=meets(source="ALL"), only=3, by=1),
        ),
    ),
    Fault(
        "limit-of-a-promotion-by-source",
        "A limit for the promotion is counted for each source by itself.",
        ("warning.limit_reached",),
        _seats_by(lambda turn, one: _made_by(turn, one)[0] == turn.asked.source),
    ),
    Fault(
        "limit-of-a-promotion-by-kind-of-identifier",
        "A limit for the promotion is counted for each kind of identifier by itself.",
        ("warning.limit_reached",),
        _seats_by(lambda turn, one: one.via == turn.asked.name),
    ),
    Fault(
        "opt-in-takes-a-second-seat",
        "ENROL and OPT_IN of one customer take two seats of a promotion.",
        ("warning.limit_reached",),
        (before("decide", _opt_in_takes_a_seat), after("enrol", _count_opt_in)),
    ),
    Fault(
        "opt-in-takes-a-place-of-the-customer",
        "ENROL and OPT_IN of one customer count as two enrolments of a limit for each customer.",
        ("warning.limit_reached", "warning.already_enrolled"),
        (before("decide", _opt_in_counts_for_the_customer),),
    ),
    Fault(
        "opt-in-past-the-limit-of-a-promotion",
        "OPT_IN of a customer who is not enrolled is let into a full promotion.",
        ("warning.limit_reached",),
        (before("decide", _opt_in_past_the_limit),),
    ),
    Fault(
        "opt-in-that-enrols-takes-no-seat",
        "An OPT_IN that enrols takes no seat of the promotion.",
        ("warning.limit_reached",),
        (after("enrol", _mark_opt_in), before("decide", _opt_in_forgets_its_seat)),
    ),
    Fault(
        "refused-opt-in-takes-a-place",
        "An OPT_IN that the type does not support is refused, and takes a place of the limit.",
        ("warning.limit_reached", "warning.already_enrolled"),
        (before("settle", _refused_opt_in_takes_a_place), before("decide", _count_refused_opt_ins)),
    ),
    Fault(
        "unknown-program-takes-a-seat",
        "A request that is refused for its program takes a seat of the promotion.",
        ("warning.limit_reached", "warning.already_enrolled"),
        (before("settle", _other_program_takes_a_seat), before("decide", _count_stray_seats)),
    ),
    Fault(
        "repeat-with-the-same-request-id-enrols-again",
        "A request that comes again with its requestId is carried out again, and makes a second enrolment.",
        ("warning.already_enrolled", "response.data.enrollmentStatus.promotion.enrollmentId.unique"),
        _overlook(
            lambda turn, one: (
                _once(turn) and turn.asked.request_id is not None and _made_by(turn, one)[1] == turn.asked.request_id
            )
        ),
    ),
    Fault(
        "repeat-with-the-same-request-id-enrols-again-later",
        "A requestId is forgotten after eight requests; the request with it is then carried out again.",
        ("warning.already_enrolled",),
        _overlook(
            lambda turn, one: (
                _once(turn)
                and turn.asked.request_id is not None
                and _made_by(turn, one)[1] == turn.asked.request_id
                and _made_by(turn, one)[2] <= turn.number - ENOUGH
            )
        ),
    ),
    Fault(
        "repeat-with-another-request-id-enrols-again",
        "Only a request with the requestId of the first is taken for a repeat.",
        ("warning.already_enrolled",),
        _overlook(lambda turn, one: _once(turn) and _made_by(turn, one)[1] not in (turn.asked.request_id, None)),
    ),
    Fault(
        "repeat-with-another-source-enrols-again",
        "Only a request with the source of the first is taken for a repeat.",
        ("warning.already_enrolled",),
        _overlook(
            lambda turn, one: _once(turn) and _made_by(turn, one)[2] > 0 and _made_by(turn, one)[0] != turn.asked.source
        ),
    ),
    Fault(
        "repeat-without-source-enrols-again",
        "A request without source is not taken for a repeat.",
        ("warning.already_enrolled",),
        _overlook(lambda turn, one: _once(turn) and turn.asked.source is None),
    ),
    Fault(
        "repeat-at-once-enrols-again",
        "A repeat that is the very next request enrols again; a later one is noticed.",
        ("warning.already_enrolled",),
        _overlook(lambda turn, one: _once(turn) and turn.number == _made_by(turn, one)[2] + 1),
    ),
    Fault(
        "repeat-later-enrols-again",
        "A repeat that comes eight requests later, or after more, enrols again.",
        ("warning.already_enrolled",),
        _overlook(lambda turn, one: _once(turn) and 0 < _made_by(turn, one)[2] <= turn.number - ENOUGH),
    ),
    Fault(
        "repeat-by-email-without-source-enrols-again",
        "A request by email and without source is not taken for a repeat.",
        ("warning.already_enrolled",),
        _overlook(lambda turn, one: _once(turn) and meets(by="email", source=ABSENT)(turn)),
    ),
    Fault(
        "enrol-after-opt-in-by-mobile-enrols-again",
        "ENROL by mobile enrols customers again whom OPT_IN has enrolled.",
        ("warning.already_enrolled",),
        _overlook(lambda turn, one: _once(turn) and _made_by(turn, one)[3] == "OPT_IN" and meets(by="mobile")(turn)),
    ),
    Fault(
        "request-id-of-another-customer-counts-as-a-repeat",
        "A customer whose request has the requestId of another's is taken for that other one.",
        (
            "response.data.enrollmentStatus.promotion.enrollmentId.unique",
            "warning.already_enrolled",
            "example.opt_in",
        ),
        (after("count", _same_id_for_all), after("enrol", _keep_request_id)),
    ),
)
