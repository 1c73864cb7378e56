"""Milestones: what an acceptance must say of the milestones of the promotion.

Source: the page, "Response parameters" rows 15 to 20, "Warning messages" row 2.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from contracts.exchange import NOTHING
from contracts.oracle.alternatives import reading
from contracts.oracle.case import Case
from contracts.oracle.observation import Sight
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
    if milestone is None or milestone is NOTHING:
        none = opting or not case.milestones
        if none and not failed:
            fits = "null" if milestone is None else "absent"
            sight.imply((reading(f"no-milestones/{case.asked.action}", fits),), f"{_MILESTONE}.type")
        elif failed and milestone is None:
            sight.imply((reading("milestones-failed-body", "milestone-null"),), "warning.milestones_failed")
        elif not silent:
            sight.blame(f"{_MILESTONE}.type", "an object: the promotion has milestones", milestone)
        return
    if not sight.see(f"{_MILESTONE}.type", isinstance(milestone, dict), "an object", milestone):
        return
    status, items = milestone.get("status"), milestone.get("milestones")
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
    if typed:
        wanted = "not SUCCESS" if failed else "SUCCESS"
        sight.see(f"{_MILESTONE}.status.value", (status == "SUCCESS") is not failed, wanted, status)
    if failed:
        sight.imply((reading("milestones-failed-body", "failed-list"),), "warning.milestones_failed")
    if not items and (opting or not case.milestones):
        sight.imply((reading(f"no-milestones/{case.asked.action}", "empty-list"),), f"{_MILESTONE}.type")
    elif case.milestones is not None:
        _look_at_items(sight, items, [m for m in case.milestones if not m.fails], balances=case.strict)


def _look_at_items(sight: Sight, items: list[dict[str, Any]], known: list[Milestone], *, balances: bool) -> None:
    place = f"{_MILESTONE}.milestones"
    groups = Counter(str(item.get("targetGroupId")) for item in items)
    rules = Counter((str(item.get("targetGroupId")), str(item.get("targetRuleId"))) for item in items)
    wanted_groups = Counter(str(m.target_group_id) for m in known)
    wanted_rules = Counter((str(m.target_group_id), str(m.target_rule_id)) for m in known)
    sight.see(f"{place}.targetGroupId.value", groups == wanted_groups, dict(wanted_groups), dict(groups))
    sight.see(f"{place}.targetRuleId.value", rules == wanted_rules, dict(wanted_rules), dict(rules))
    if balances:
        by_rule = {m.target_rule_id: m.initial_balance for m in known}
        for item in items:
            rule, got = item.get("targetRuleId"), item.get("initialBalance")
            if isinstance(rule, int) and rule in by_rule:
                sight.see(f"{place}.initialBalance.value", got == by_rule[rule], by_rule[rule], got)
