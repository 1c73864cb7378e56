"""Faults in milestones that show only with several of them, or with some requests, and beside the warnings."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.faulty.faults.fault import Fault, after, before
from tests.faulty.faults.parts import Test, always, balance, edit, get, put
from tests.faulty.faults.products import ABSENT, meets
from tests.faulty.host import Hook
from tests.faulty.turn import Turn
from tests.faulty.words import MILESTONES_FAILED

MILESTONE = "data.enrollmentStatus.milestone"
LIST = f"{MILESTONE}.milestones"
CLAIM = "response.data.enrollmentStatus.milestone.milestones"
ItemList = list[dict[str, Any]]


def _change(change: Callable[[ItemList], ItemList], when: Test = always) -> Hook:
    """Change the list of milestones of an answer, where it has any."""

    def do(turn: Turn) -> None:
        items = get(turn.document, LIST)
        if items and when(turn):
            put(turn.document, LIST, change(items))

    return after("compose", do)


def _column_of_the_first(name: str) -> Callable[[ItemList], ItemList]:
    return lambda items: [{**one, name: items[0][name]} for one in items]


def _column_reversed(name: str) -> Callable[[ItemList], ItemList]:
    return lambda items: [{**one, name: other[name]} for one, other in zip(items, reversed(items), strict=True)]


def _several(turn: Turn) -> bool:
    return len(turn.goals) > 2


def _without_warning(when: Test) -> Hook:
    def do(turn: Turn) -> None:
        if MILESTONES_FAILED in turn.warnings and when(turn):
            turn.warnings.remove(MILESTONES_FAILED)

    return before("compose", do)


def _of_another_promotion(turn: Turn) -> None:
    """Show the milestones of another promotion beside "already enrolled"."""
    if turn.outcome != "already" or not get(turn.document, MILESTONE):
        return
    others = [one for one in turn.memory.world.promotions if one.milestones and one is not turn.promotion]
    put(turn.document, MILESTONE, {"status": "SUCCESS", "milestones": [balance(one) for one in others[0].milestones]})


def _warn_if_the_last_fails(turn: Turn) -> None:
    """Look at the last milestone only to find out whether one has failed."""
    if turn.outcome == "enrol" and MILESTONES_FAILED in turn.warnings and not turn.goals[-1].fails:
        turn.warnings.remove(MILESTONES_FAILED)


def _fail_no_more(when: Test) -> Hook:
    """Answer that a milestone which fails has succeeded."""

    def do(turn: Turn) -> None:
        if turn.outcome == "enrol" and MILESTONES_FAILED in turn.warnings and when(turn):
            turn.warnings.remove(MILESTONES_FAILED)
            turn.goals = tuple(replace(one, fails=False) for one in turn.goals)

    return after("enrol", do)


def _fail_after_a_failure(turn: Turn) -> None:
    """Let the milestones of the enrolment behind one that failed fail too."""
    if turn.outcome != "enrol" or not turn.goals:
        return
    if MILESTONES_FAILED in turn.warnings:
        turn.memory.notes["milestones failed"] = True
    elif turn.memory.notes.pop("milestones failed", False):
        turn.warnings.append(MILESTONES_FAILED)
        turn.goals = tuple(replace(one, fails=True) for one in turn.goals)


def _remember_the_balance(turn: Turn) -> None:
    """Show in each enrolment but the first of a customer the balance of the one before, one higher each time."""
    if turn.outcome != "enrol" or len(turn.mine) < 1:
        return
    for one in get(turn.document, LIST) or ():
        one["initialBalance"] += len(turn.mine)


FAULTS = (
    Fault(
        "milestone-group-of-the-first-for-all",
        "Every milestone of an answer has the targetGroupId of the first.",
        (f"{CLAIM}.targetGroupId.value",),
        (_change(_column_of_the_first("targetGroupId")),),
    ),
    Fault(
        "milestone-rule-of-the-first-for-all",
        "Every milestone of an answer has the targetRuleId of the first.",
        (f"{CLAIM}.targetRuleId.value",),
        (_change(_column_of_the_first("targetRuleId")),),
    ),
    Fault(
        "milestone-balance-of-the-first-for-all",
        "Every milestone of an answer has the initialBalance of the first.",
        (f"{CLAIM}.initialBalance.value",),
        (_change(_column_of_the_first("initialBalance")),),
    ),
    Fault(
        "milestone-rules-in-reverse-order",
        "The targetRuleIds of an answer stand in reverse order, beside the groups and balances of the others.",
        (f"{CLAIM}.targetRuleId.value", f"{CLAIM}.initialBalance.value"),
        (_change(_column_reversed("targetRuleId")),),
    ),
    Fault(
        "milestone-groups-in-reverse-order",
        "The targetGroupIds of an answer stand in reverse order, beside the rules of the others.",
        (f"{CLAIM}.targetRuleId.value", f"{CLAIM}.targetGroupId.value"),
        (_change(_column_reversed("targetGroupId")),),
    ),
    Fault(
        "milestones-two-at-most",
        "Of three milestones the first two are answered.",
        (f"{CLAIM}.targetGroupId.value", f"{CLAIM}.targetRuleId.value"),
        (_change(lambda items: items[:2], _several),),
    ),
    Fault(
        "milestones-without-the-second",
        "Of three milestones the first and the last are answered.",
        (f"{CLAIM}.targetGroupId.value", f"{CLAIM}.targetRuleId.value"),
        (_change(lambda items: [items[0], *items[2:]], _several),),
    ),
    Fault(
        "milestones-only-the-last-by-email",
        "Of several milestones the last is answered to customers named by email.",
        (f"{CLAIM}.targetGroupId.value", f"{CLAIM}.targetRuleId.value"),
        (_change(lambda items: items[-1:], meets("ENROL", "email")),),
    ),
    Fault(
        "milestones-twice-by-mobile",
        "The milestones are listed twice to customers named by mobile.",
        (f"{CLAIM}.targetGroupId.value", f"{CLAIM}.targetRuleId.value"),
        (_change(lambda items: [*items, *items], meets("ENROL", "mobile")),),
    ),
    Fault(
        "milestone-rules-moved-by-one-from-tmall",
        "The targetRuleIds answered to customers from TMALL are one too high.",
        (f"{CLAIM}.targetRuleId.value",),
        (
            _change(
                lambda items: [{**one, "targetRuleId": one["targetRuleId"] + 1} for one in items],
                meets("ENROL", source="TMALL"),
            ),
        ),
    ),
    Fault(
        "milestone-balance-nothing-without-source",
        "Every initialBalance is 0 for requests without source.",
        (f"{CLAIM}.initialBalance.value",),
        (
            _change(
                lambda items: [{**one, "initialBalance": 0} for one in items],
                meets("ENROL", source=ABSENT),
            ),
        ),
    ),
    Fault(
        "milestone-balance-grows-with-each-enrolment",
        "A customer's second enrolment shows balances that are higher than those of the first.",
        (f"{CLAIM}.initialBalance.value",),
        (after("compose", _remember_the_balance),),
    ),
    Fault(
        "milestone-balance-above-a-thousand-is-cut",
        "An initialBalance above 999 is shown as 999.",
        (f"{CLAIM}.initialBalance.value",),
        (_change(lambda items: [{**one, "initialBalance": min(one["initialBalance"], 999)} for one in items]),),
    ),
    Fault(
        "milestones-of-another-promotion-beside-already-enrolled",
        'Beside "already enrolled" stand the milestones of another promotion.',
        (f"{CLAIM}.targetGroupId.value", f"{CLAIM}.targetRuleId.value"),
        (after("compose", _of_another_promotion),),
        under={"already-enrolled-body": "existing-ids"},
    ),
    Fault(
        "milestones-twice-beside-already-enrolled",
        'Beside "already enrolled" each milestone is listed twice.',
        (f"{CLAIM}.targetGroupId.value", f"{CLAIM}.targetRuleId.value"),
        (_change(lambda items: [*items, *items], lambda turn: turn.outcome == "already"),),
        under={"already-enrolled-body": "existing-ids"},
    ),
    Fault(
        "milestones-failed-only-if-the-last-fails",
        "Only where the last milestone of several fails, there is the warning.",
        ("warning.milestones_failed",),
        (after("enrol", _warn_if_the_last_fails),),
    ),
    Fault(
        "milestones-failed-without-warning-by-email",
        "When a milestone fails, customers named by email get no warning.",
        ("warning.milestones_failed",),
        (_without_warning(meets(by="email")),),
    ),
    Fault(
        "milestones-failed-without-warning-without-source",
        "When a milestone fails, a request without source gets no warning.",
        ("warning.milestones_failed",),
        (_without_warning(meets(source=ABSENT)),),
    ),
    Fault(
        "milestones-failed-unnoticed-from-everywhere",
        "A milestone that fails counts as made where the source is ALL.",
        ("warning.milestones_failed",),
        (_fail_no_more(meets(source="ALL")),),
    ),
    Fault(
        "milestones-fail-behind-a-failure",
        "The milestones of the enrolment behind one whose milestones failed fail too.",
        ("response.warnings.none", "warning.milestones_failed"),
        (after("enrol", _fail_after_a_failure),),
    ),
    Fault(
        "milestone-status-partial-with-three",
        "milestone.status is PARTIAL where all of three milestones were made.",
        ("response.data.enrollmentStatus.milestone.status.value",),
        (
            edit(
                f"{MILESTONE}.status",
                lambda _: "PARTIAL",
                lambda turn: _several(turn) and turn.outcome == "enrol" and not turn.warnings,
            ),
        ),
    ),
)
