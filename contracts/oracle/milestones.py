"""Milestones: what an acceptance must say of the milestones of the promotion.

Source: the page, "Response parameters" rows 15 to 20, "Warning messages" row 2.
"""

from __future__ import annotations

import operator
from collections import Counter
from typing import Any, Final

from contracts.exchange import NOTHING
from contracts.oracle.case import Case
from contracts.oracle.observation import Sight
from contracts.oracle.reasons import reading
from contracts.oracle.reply import Reply, is_number, part
from openapi.world import Milestone

_MILESTONE: Final = "response.data.enrollmentStatus.milestone"


def look(sight: Sight, reply: Reply, case: Case, *, failed: bool, silent: bool) -> None:
    """Rows 15 to 20."""
    enrolment = part(reply.data, "enrollmentStatus")
    if not isinstance(enrolment, dict):
        return
    milestone = enrolment.get("milestone", NOTHING)
    opting = case.asked.action == "OPT_IN"
    none = opting or not case.milestones
    if milestone is None or milestone is NOTHING:
        if silent:
            return
        if none and not failed:
            fits = "null" if milestone is None else "absent"
            sight.imply((reading(f"no-milestones/{case.asked.action}", fits),), f"{_MILESTONE}.type")
        elif failed:
            sight.imply((reading("milestones-failed-body", "milestone-null"),), "warning.milestones_failed")
        else:
            sight.blame(f"{_MILESTONE}.type", "an object: the promotion has milestones", milestone)
        return
    if not sight.see(f"{_MILESTONE}.type", isinstance(milestone, dict), "an object", milestone):
        return
    status, items = milestone.get("status"), milestone.get("milestones")
    if items is None and (none or failed):
        items = []
    typed = sight.see(f"{_MILESTONE}.status.type", isinstance(status, str) and bool(status), "a string", status)
    listed = isinstance(items, list) and all(isinstance(item, dict) for item in items)
    if not sight.see(f"{_MILESTONE}.milestones.type", listed, "a list of objects", items):
        return
    for item in items:
        for name in ("targetGroupId", "targetRuleId", "initialBalance"):
            got = item.get(name, NOTHING)
            sight.see(f"{_MILESTONE}.milestones.{name}.type", is_number(got), "a number", got)
    if silent:
        return
    if typed and none and not items and not failed:
        # Where there was nothing to do, the page does not say what its status is called.
        sight.see(f"{_MILESTONE}.status.value", status != "FAILED", "not FAILED: nothing has failed", status)
    elif typed:
        wanted = "not SUCCESS" if failed else "SUCCESS"
        sight.see(f"{_MILESTONE}.status.value", (status == "SUCCESS") is not failed, wanted, status)
    if failed:
        sight.imply((reading("milestones-failed-body", "failed-list"),), "warning.milestones_failed")
    if not items and none:
        sight.imply((reading(f"no-milestones/{case.asked.action}", "empty-list"),), f"{_MILESTONE}.type")
    elif case.milestones is not None:
        _look_at_items(sight, items, case.milestones, some=failed, balances=case.strict)


def _look_at_items(
    sight: Sight, items: list[dict[str, Any]], known: tuple[Milestone, ...], *, some: bool, balances: bool
) -> None:
    """Hold the list against the milestones of the promotion. `some`: those that failed may be listed or left out."""
    place = f"{_MILESTONE}.milestones"
    groups = Counter(str(item.get("targetGroupId")) for item in items)
    rules = Counter((str(item.get("targetGroupId")), str(item.get("targetRuleId"))) for item in items)
    wanted_groups = Counter(str(m.target_group_id) for m in known)
    wanted_rules = Counter((str(m.target_group_id), str(m.target_rule_id)) for m in known)
    fits = operator.le if some else operator.eq
    sight.see(f"{place}.targetGroupId.value", fits(groups, wanted_groups), dict(wanted_groups), dict(groups))
    sight.see(f"{place}.targetRuleId.value", fits(rules, wanted_rules), dict(wanted_rules), dict(rules))
    if balances:
        by_rule = {m.target_rule_id: m.initial_balance for m in known}
        for item in items:
            rule, got = item.get("targetRuleId"), item.get("initialBalance")
            if isinstance(rule, int) and rule in by_rule:
                sight.see(f"{place}.initialBalance.value", got == by_rule[rule], by_rule[rule], got)
