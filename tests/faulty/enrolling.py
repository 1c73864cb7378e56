"""Steps "count", "decide" and "enrol": count the existing enrolments, decide the outcome, and carry it out."""

from tests.faulty.complaints import complaint, own
from tests.faulty.turn import Turn
from tests.faulty.words import ALREADY, MILESTONES_FAILED, NO_RESPONSE
from tests.faulty.world import Record


def count(turn: Turn) -> None:
    """Set `turn.mine`, this customer's enrolments into the promotion, and `turn.taken`, the number of all of them."""
    assert turn.promotion
    assert turn.customer
    inside = [record for record in turn.memory.records if record.promotion == turn.promotion.id]
    turn.mine = [record for record in inside if record.customer == turn.customer.id]
    turn.taken = len(inside)


def decide(turn: Turn) -> None:
    """Set `turn.outcome`: "enrol", "opt in", "repeat", "already", "limit", or the reason of a refusal."""
    promotion = turn.promotion
    assert promotion
    if turn.asked.action == "OPT_IN" and turn.mine:
        turn.outcome = _opt_in_again(turn)
    elif turn.asked.action == "OPT_IN" and turn.reading("opt-in-first") == "refused":
        turn.outcome = "not enrolled"
        turn.complaints.append(own(turn, "[NOT_ENROLLED] enrol the customer before opting in"))
    elif turn.mine and len(turn.mine) >= promotion.per_customer:
        turn.outcome = "already" if promotion.per_customer == 1 else "limit"
    elif promotion.per_promotion is not None and turn.taken >= promotion.per_promotion:
        turn.outcome = "limit"
    elif promotion.engine == "down":
        turn.outcome = "down"
        turn.complaints.append(complaint(turn, "engine"))
    elif turn.asked.action == "ENROL_MILESTONES" and turn.asked.rule not in [one.rule for one in promotion.milestones]:
        turn.outcome = "no milestone"
        turn.complaints.append(own(turn, "[MILESTONE_NOT_FOUND] no such target in this promotion"))
    else:
        turn.outcome = "enrol"


def _opt_in_again(turn: Turn) -> str:
    fresh = [record for record in turn.mine if not record.opted_in]
    turn.record = fresh[-1] if fresh else turn.mine[-1]
    after = turn.reading("opt-in-after")
    if after == "already-enrolled":
        return "already"
    if fresh or after == "every-new":
        return "opt in"
    return "repeat" if after == "same-ids" else "already"


def enrol(turn: Turn) -> None:
    """Store the enrolment or the opt-in, and collect the warnings."""
    memory, asked = turn.memory, turn.asked
    promotion, customer = turn.promotion, turn.customer
    assert promotion
    assert customer
    if turn.outcome in ("already", "limit"):
        turn.warnings.append(ALREADY)
        if turn.outcome == "already":
            turn.record = turn.record or turn.mine[-1]
            turn.goals = turn.record.goals
    elif turn.outcome == "opt in":
        assert turn.record
        turn.record.opted_in = True
        turn.record.optin_id = next_optin(turn)
    elif turn.outcome == "enrol":
        opting = asked.action == "OPT_IN"
        pinned = memory.world.pinned.get((customer.id, promotion.id))
        if pinned and not turn.mine:
            turn.record = Record(customer.id, promotion.id, *pinned)
        else:
            optin = next_optin(turn) if opting or gives_optin(turn) else None
            turn.record = Record(customer.id, promotion.id, next_enrollment(turn), optin)
        turn.record.opted_in = opting
        turn.record.via = asked.name or ""
        memory.records.append(turn.record)
        if not opting:
            all_of_them = asked.action == "ENROL"
            turn.goals = tuple(one for one in promotion.milestones if all_of_them or one.rule == asked.rule)
            turn.record.goals = turn.goals
            if any(one.fails for one in turn.goals):
                turn.warnings.append(MILESTONES_FAILED)
        if promotion.engine == "silent":
            turn.outcome = "silent"
            turn.warnings.append(NO_RESPONSE)


def gives_optin(turn: Turn) -> bool:
    """Return whether the response to this action has an optinId."""
    reading = turn.reading("enrol-gives-optin-id")
    if turn.asked.action == "OPT_IN" or reading == "always":
        return True
    return reading == "loyalty-only" and turn.promotion is not None and turn.promotion.type == "LOYALTY"


def next_enrollment(turn: Turn) -> str:
    turn.memory.last_enrollment += 1
    return str(turn.memory.last_enrollment)


def next_optin(turn: Turn) -> str:
    turn.memory.last_optin += 1
    return str(turn.memory.last_optin)
