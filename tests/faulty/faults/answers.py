"""Faults in enrollmentStatus and status: the promotion, the ids, the milestones, and their types."""

import re
from typing import Any

from tests.faulty.faults.fault import Fault, after
from tests.faulty.faults.parts import Test, balance, edit, edit_milestones, get, named, opting_in, put, succeeded
from tests.faulty.host import Hook
from tests.faulty.turn import Turn

STATUS = "data.enrollmentStatus"
PROMOTION = f"{STATUS}.promotion"
MILESTONE = f"{STATUS}.milestone"
LIST = f"{MILESTONE}.milestones"


def _set_ids(when: Test, **ids: Any) -> Hook:
    """Replace the ids of new records: `enrollment` and `optin` are functions from the turn to the id."""

    def do(turn: Turn) -> None:
        if turn.record and turn.outcome == "enrol" and when(turn):
            if "enrollment" in ids:
                turn.record.enrollment_id = ids["enrollment"](turn)
            if "optin" in ids and turn.record.optin_id:
                turn.record.optin_id = ids["optin"](turn)

    return after("enrol", do)


def _place_in_promotion(turn: Turn) -> str:
    return str(1000 + turn.taken)


def _same_for_the_customer(turn: Turn) -> str:
    return f"9{turn.customer.id if turn.customer else 0}"


def _id_of_the_first(turn: Turn) -> str:
    return turn.mine[0].enrollment_id if turn.mine else turn.record.enrollment_id if turn.record else ""


def _any(_: Turn) -> bool:
    return True


def _another_promotion(turn: Turn) -> None:
    if turn.promotion and turn.promotion.status == "UPCOMING":
        put(turn.document, f"{PROMOTION}.id", "68c3f64bbd0a8a0aa705c793")


def _another_identifier(turn: Turn) -> None:
    if turn.promotion and opting_in(turn):
        put(turn.document, f"{PROMOTION}.identifier", "enr-58")


def _milestones_of_another(turn: Turn) -> None:
    others = [one for one in turn.memory.world.promotions if one.milestones and one is not turn.promotion]
    if get(turn.document, LIST):
        put(turn.document, LIST, [balance(one) for one in others[0].milestones])


def _swap_balances(turn: Turn) -> None:
    found = get(turn.document, LIST) or []
    balances = [one["initialBalance"] for one in found]
    for one, other in zip(found, reversed(balances), strict=True):
        one["initialBalance"] = other


def _rename(holder: Any, old: str, new: str) -> None:
    if isinstance(holder, dict) and old in holder:
        holder[new] = holder.pop(old)


def _set(key: str, change: Any) -> Hook:
    return edit_milestones(lambda one: one.__setitem__(key, change(one[key])))


FAULTS = (
    Fault(
        "enrollment-status-spelt-british",
        "enrollmentStatus is called enrolmentStatus.",
        ("response.data.enrollmentStatus.type", "example.response"),
        (after("compose", lambda turn: _rename(turn.document.get("data"), "enrollmentStatus", "enrolmentStatus")),),
    ),
    Fault(
        "enrollment-status-is-a-list",
        "enrollmentStatus is a list of one.",
        ("response.data.enrollmentStatus.type", "example.response"),
        (edit(STATUS, lambda value: [value], succeeded),),
    ),
    Fault(
        "promotion-is-a-list",
        "enrollmentStatus.promotion is a list of one.",
        ("response.data.enrollmentStatus.promotion.type", "example.response"),
        (edit(PROMOTION, lambda value: [value], succeeded),),
    ),
    Fault(
        "promotion-id-is-an-object",
        'promotion.id is {"$oid": …}, as some databases print it.',
        ("response.data.enrollmentStatus.promotion.id.type",),
        (edit(f"{PROMOTION}.id", lambda value: {"$oid": value}),),
    ),
    Fault(
        "promotion-id-in-capitals",
        "promotion.id comes back in capitals.",
        ("response.data.enrollmentStatus.promotion.id.value",),
        (edit(f"{PROMOTION}.id", str.upper),),
    ),
    Fault(
        "promotion-id-of-another",
        "For an UPCOMING promotion, promotion.id is that of another.",
        ("response.data.enrollmentStatus.promotion.id.value",),
        (after("compose", _another_promotion),),
    ),
    Fault(
        "identifier-is-a-number",
        "promotion.identifier is the number at its end.",
        ("response.data.enrollmentStatus.promotion.identifier.type",),
        (edit(f"{PROMOTION}.identifier", lambda text: int(re.sub("[^0-9]", "", text) or 0)),),
    ),
    Fault(
        "identifier-of-another-promotion-on-opt-in",
        "On OPT_IN promotion.identifier is that of another promotion.",
        ("response.data.enrollmentStatus.promotion.identifier.value",),
        (after("compose", _another_identifier),),
    ),
    Fault(
        "identifier-is-the-long-id",
        "promotion.identifier is promotion.id once more.",
        ("response.data.enrollmentStatus.promotion.identifier.value",),
        (
            after(
                "compose",
                lambda turn: put(turn.document, f"{PROMOTION}.identifier", get(turn.document, f"{PROMOTION}.id")),
            ),
        ),
    ),
    Fault(
        "program-is-text",
        "promotion.programId comes back as a string.",
        ("response.data.enrollmentStatus.promotion.programId.type",),
        (edit(f"{PROMOTION}.programId", str),),
    ),
    Fault(
        "program-is-always-the-first",
        "promotion.programId is 3334 whatever was asked.",
        ("response.data.enrollmentStatus.promotion.programId.value",),
        (edit(f"{PROMOTION}.programId", lambda _: 3334),),
    ),
    Fault(
        "program-is-zero-on-opt-in",
        "On OPT_IN promotion.programId is 0.",
        ("response.data.enrollmentStatus.promotion.programId.value",),
        (edit(f"{PROMOTION}.programId", lambda _: 0, opting_in),),
    ),
    Fault(
        "enrollment-id-is-a-number",
        "enrollmentId comes back as a number.",
        ("response.data.enrollmentStatus.promotion.enrollmentId.type",),
        (edit(f"{PROMOTION}.enrollmentId", int),),
    ),
    Fault(
        "enrollment-id-is-a-number-on-opt-in",
        "enrollmentId is a string on ENROL and a number on OPT_IN.",
        ("response.data.enrollmentStatus.promotion.enrollmentId.type",),
        (edit(f"{PROMOTION}.enrollmentId", int, opting_in),),
    ),
    Fault(
        "enrollment-id-null-by-mobile",
        "enrollmentId is null when the customer is named by mobile, and there is no warning.",
        ("response.data.enrollmentStatus.promotion.enrollmentId.type", "example.response"),
        (edit(f"{PROMOTION}.enrollmentId", lambda _: None, named("mobile")),),
    ),
    Fault(
        "enrollment-id-unique-in-the-promotion-only",
        "enrollmentId counts from 1000 in every promotion.",
        ("response.data.enrollmentStatus.promotion.enrollmentId.unique",),
        (_set_ids(_any, enrollment=_place_in_promotion),),
    ),
    Fault(
        "enrollment-id-unique-to-the-customer-only",
        "enrollmentId is the same in every promotion of a customer.",
        ("response.data.enrollmentStatus.promotion.enrollmentId.unique",),
        (_set_ids(_any, enrollment=_same_for_the_customer),),
    ),
    Fault(
        "enrollment-id-used-again",
        "A customer's second enrolment into a promotion has the enrollmentId of the first.",
        ("response.data.enrollmentStatus.promotion.enrollmentId.unique",),
        (_set_ids(_any, enrollment=_id_of_the_first),),
    ),
    Fault(
        "optin-id-is-a-number",
        "optinId comes back as a number.",
        ("response.data.enrollmentStatus.promotion.optinId.type",),
        (edit(f"{PROMOTION}.optinId", int),),
    ),
    Fault(
        "optin-id-null-on-opt-in",
        "OPT_IN comes back without an optinId.",
        ("response.data.enrollmentStatus.promotion.optinId.type", "example.opt_in"),
        (edit(f"{PROMOTION}.optinId", lambda _: None, opting_in),),
    ),
    Fault(
        "optin-id-the-same-for-all",
        "Every OPT_IN has the same optinId.",
        ("response.data.enrollmentStatus.promotion.optinId.unique",),
        (edit(f"{PROMOTION}.optinId", lambda _: "25911", opting_in),),
    ),
    Fault(
        "optin-id-unique-in-the-promotion-only",
        "optinId counts from 1000 in every promotion.",
        ("response.data.enrollmentStatus.promotion.optinId.unique",),
        (_set_ids(_any, optin=_place_in_promotion),),
    ),
    Fault(
        "milestone-is-a-list",
        "milestone is a list of one.",
        ("response.data.enrollmentStatus.milestone.type", "example.response"),
        (edit(MILESTONE, lambda value: [value]),),
    ),
    Fault(
        "milestone-status-is-a-boolean",
        "milestone.status is true or false.",
        ("response.data.enrollmentStatus.milestone.status.type",),
        (edit(f"{MILESTONE}.status", lambda text: text == "SUCCESS"),),
    ),
    Fault(
        "milestone-status-in-lower-case",
        "milestone.status comes back in lower case.",
        ("response.data.enrollmentStatus.milestone.status.value",),
        (edit(f"{MILESTONE}.status", str.lower),),
    ),
    Fault(
        "one-milestone-is-no-list",
        "milestones is the one milestone itself when there is but one.",
        ("response.data.enrollmentStatus.milestone.milestones.type", "example.response"),
        (edit(LIST, lambda found: found[0] if len(found) == 1 else found),),
    ),
    Fault(
        "milestones-keyed-by-target",
        "milestones is an object keyed by targetRuleId.",
        ("response.data.enrollmentStatus.milestone.milestones.type",),
        (edit(LIST, lambda found: {str(one["targetRuleId"]): one for one in found}),),
    ),
    Fault(
        "milestones-only-the-first",
        "Of two milestones the first is listed only, with status SUCCESS.",
        (
            "response.data.enrollmentStatus.milestone.milestones.targetRuleId.value",
            "response.data.enrollmentStatus.milestone.status.value",
        ),
        (edit(LIST, lambda found: found[:1], succeeded),),
    ),
    Fault(
        "milestones-of-another-promotion",
        "milestones lists those of another promotion.",
        (
            "response.data.enrollmentStatus.milestone.milestones.targetGroupId.value",
            "response.data.enrollmentStatus.milestone.milestones.targetRuleId.value",
            "response.data.enrollmentStatus.milestone.milestones.initialBalance.value",
        ),
        (after("compose", _milestones_of_another),),
    ),
    Fault(
        "target-group-is-text",
        "targetGroupId comes back as a string.",
        ("response.data.enrollmentStatus.milestone.milestones.targetGroupId.type",),
        (_set("targetGroupId", str),),
    ),
    Fault(
        "target-group-is-the-rule",
        "targetGroupId has the value of targetRuleId.",
        ("response.data.enrollmentStatus.milestone.milestones.targetGroupId.value",),
        (edit_milestones(lambda one: one.__setitem__("targetGroupId", one["targetRuleId"])),),
    ),
    Fault(
        "target-rule-is-text",
        "targetRuleId comes back as a string.",
        ("response.data.enrollmentStatus.milestone.milestones.targetRuleId.type",),
        (_set("targetRuleId", str),),
    ),
    Fault(
        "target-rule-off-by-one",
        "targetRuleId is one too high.",
        ("response.data.enrollmentStatus.milestone.milestones.targetRuleId.value",),
        (_set("targetRuleId", lambda number: number + 1),),
    ),
    Fault(
        "initial-balance-is-text",
        "initialBalance comes back as a string.",
        ("response.data.enrollmentStatus.milestone.milestones.initialBalance.type",),
        (_set("initialBalance", str),),
    ),
    Fault(
        "initial-balance-null-when-zero",
        "initialBalance is null where it is 0.",
        ("response.data.enrollmentStatus.milestone.milestones.initialBalance.type", "example.enrol"),
        (_set("initialBalance", lambda number: number or None),),
    ),
    Fault(
        "initial-balance-loses-its-fraction",
        "initialBalance is a whole number: 12.5 becomes 12.",
        ("response.data.enrollmentStatus.milestone.milestones.initialBalance.value",),
        (_set("initialBalance", int),),
    ),
    Fault(
        "initial-balances-swapped",
        "The balances of two milestones are swapped.",
        ("response.data.enrollmentStatus.milestone.milestones.initialBalance.value",),
        (after("compose", _swap_balances),),
    ),
    Fault(
        "status-is-a-boolean",
        "data.status is true or false.",
        ("response.data.status.type",),
        (edit("data.status", lambda text: text == "SUCCESS"),),
    ),
    Fault(
        "status-in-lower-case",
        "data.status comes back in lower case.",
        ("response.data.status.value", "example.response"),
        (edit("data.status", str.lower),),
    ),
    Fault(
        "status-failed-on-opt-in",
        "On OPT_IN data.status is FAILED though it was carried out.",
        ("response.data.status.value", "example.opt_in"),
        (edit("data.status", lambda _: "FAILED", lambda turn: opting_in(turn) and succeeded(turn)),),
    ),
    Fault(
        "milestones-missing-without-source",
        "milestone is null when the request has no source, though the promotion has milestones.",
        ("response.data.enrollmentStatus.milestone.type",),
        (edit("data.enrollmentStatus.milestone", lambda _: None, lambda turn: turn.asked.source is None),),
    ),
)
