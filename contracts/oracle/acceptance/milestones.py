"""What an acceptance must say of the milestones. "Response parameters" rows 15 to 20, "Warning messages" row 2."""

from __future__ import annotations

import operator
from collections import Counter
from typing import Any, Final

from contracts.exchange import NOTHING
from contracts.json_value import as_json
from contracts.oracle.assessment import Assessment
from contracts.oracle.reasons import reading
from contracts.oracle.reply import is_number, part
from contracts.oracle.trial import Candidate, Trial
from openapi.world import Milestone

_PLACE: Final = "response.data.enrollmentStatus.milestone"
_LIST: Final = f"{_PLACE}.milestones"


def judge_milestones(assessment: Assessment, trial: Trial, candidate: Candidate, *, failed: bool, silent: bool) -> None:
    """Judge `milestone`. `failed`: the answer warns that milestones failed; `silent`: that the engine did not answer."""
    enrolment = part(trial.reply.data, "enrollmentStatus")
    if not isinstance(enrolment, dict):
        return
    milestone = enrolment.get("milestone", NOTHING)
    none_due = candidate.opts_in or not candidate.milestones
    if milestone is None or milestone is NOTHING:
        if not silent:
            _judge_absence(assessment, candidate, milestone, failed=failed, none_due=none_due)
        return
    if not assessment.check(f"{_PLACE}.type", isinstance(milestone, dict), "an object", milestone):
        return
    status, items = milestone.get("status"), milestone.get("milestones")
    if items is None and (none_due or failed):
        items = []
    # Where nothing was to be done, there is nothing to have a status.
    has_status = status is not None or bool(items) or not none_due
    is_text = isinstance(status, str) and bool(status)
    typed = has_status and assessment.check(f"{_PLACE}.status.type", is_text, "a string", status)
    if not assessment.check(f"{_LIST}.type", _is_list(items), "a list of objects", items):
        return
    _check_numbers(assessment, items)
    if silent:
        return
    if typed:
        _judge_status(assessment, status, failed=failed, nothing_done=none_due and not items)
    if failed:
        assessment.imply((reading("milestones-failed-body", "failed-list"),), "warning.milestones_failed")
    if not items and none_due:
        _imply_nothing(assessment, candidate, "empty-list")
    elif candidate.milestones is not None:
        _judge_items(assessment, items, candidate.milestones, some=failed, balances=trial.knowledge.complete)


def judge_milestones_shown(assessment: Assessment, trial: Trial, candidate: Candidate) -> None:
    """Judge what stands of milestones beside "already enrolled": nothing, or some of the promotion, each in its type."""
    milestone = part(trial.reply.data, "enrollmentStatus", "milestone")
    if milestone is None or not assessment.check(f"{_PLACE}.type", isinstance(milestone, dict), "an object", milestone):
        return
    status, items = milestone.get("status"), milestone.get("milestones")
    if status is not None:
        assessment.check(f"{_PLACE}.status.type", isinstance(status, str), "a string", status)
    if items is None or not assessment.check(f"{_LIST}.type", _is_list(items), "a list of objects", items):
        return
    _check_numbers(assessment, items)
    if items and candidate.milestones is not None:
        _judge_items(assessment, items, candidate.milestones, some=True, balances=False)


def _is_list(items: Any) -> bool:
    return isinstance(items, list) and all(isinstance(item, dict) for item in items)


def _id(value: Any) -> str:
    """Return an id as text. JSON has one kind of number: 97840.0 is 97840 (RFC 8259 §6)."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _judge_absence(
    assessment: Assessment, candidate: Candidate, milestone: Any, *, failed: bool, none_due: bool
) -> None:
    """Judge that `milestone` is null or left out. `none_due`: there are no milestones to tell of."""
    if failed:
        assessment.imply((reading("milestones-failed-body", "milestone-null"),), "warning.milestones_failed")
    elif none_due:
        fitting = "null" if milestone is None else "absent"
        _imply_nothing(assessment, candidate, fitting)
    else:
        assessment.breaks(f"{_PLACE}.type", "an object", as_json(milestone), occasion="the promotion has milestones")


def _imply_nothing(assessment: Assessment, candidate: Candidate, fitting: str) -> None:
    """Record what stands where no milestones are due. The page shows an answer to an ENROL only.

    So a host may tell of an OPT_IN in another way, and of one that enrols in another way than of one that does not, or
    where the promotion has milestones. No reading follows where it is not known which of these it is.
    """
    member, case = candidate.membership, ""
    if candidate.opts_in:
        if candidate.milestones is None or not member.certain:
            return
        case = (":milestones" if candidate.milestones else "") + (":enrolled" if member.enrolments else "")
    assessment.imply((reading(f"no-milestones/{candidate.action}{case}", fitting),), f"{_PLACE}.type")


def _check_numbers(assessment: Assessment, items: list[dict[str, Any]]) -> None:
    """Rows 18 to 20."""
    for item in items:
        for name in ("targetGroupId", "targetRuleId", "initialBalance"):
            got = item.get(name, NOTHING)
            assessment.check(f"{_LIST}.{name}.type", is_number(got), "a number", got)


def _judge_status(assessment: Assessment, status: Any, *, failed: bool, nothing_done: bool) -> None:
    """Row 16."""
    claim = f"{_PLACE}.status.value"
    if nothing_done and not failed:
        # The page does not say what the status is called where there was nothing to do.
        assessment.check(claim, status != "FAILED", 'not "FAILED"', status, occasion="nothing has failed")
    else:
        wanted = 'not "SUCCESS"' if failed else '"SUCCESS"'
        why = "a milestone failed" if failed else ""
        assessment.check(claim, (status == "SUCCESS") is not failed, wanted, status, occasion=why)


def _judge_items(
    assessment: Assessment, items: list[dict[str, Any]], known: tuple[Milestone, ...], *, some: bool, balances: bool
) -> None:
    """Hold the list against the milestones of the promotion.

    `some`: milestones failed, and the answer may list them or leave them out. `balances`: the balances are known.
    """
    fits = operator.le if some else operator.eq
    groups = Counter(_id(item.get("targetGroupId")) for item in items)
    rules = Counter(_id(item.get("targetRuleId")) for item in items)
    pairs = Counter((_id(item.get("targetGroupId")), _id(item.get("targetRuleId"))) for item in items)
    # A list that is too short or too long is one mistake, and not one for each of its fields.
    has_all = len(items) == len(known) or (some and len(items) < len(known))
    right_groups = has_all and fits(groups, Counter(str(m.target_group_id) for m in known))
    right_rules = not has_all or fits(rules, Counter(str(m.target_rule_id) for m in known))
    wanted = Counter((str(m.target_group_id), str(m.target_rule_id)) for m in known)
    right_pairs = fits(pairs, wanted)
    if not right_pairs and pairs.keys() <= wanted.keys():
        # Each is one of the promotion; one is missing, or there twice. Milestones may share a group, so the rules say
        # which.
        right_groups, right_rules = True, False
    some_of = "some of " if some else ""
    for name, ids, holds in (
        ("targetGroupId", [m.target_group_id for m in known], right_groups),
        # Where a group is wrong, that alone makes its pair wrong.
        ("targetRuleId", [m.target_rule_id for m in known], right_rules and (right_pairs or not right_groups)),
    ):
        assessment.check(f"{_LIST}.{name}.value", holds, some_of + as_json(ids), [item.get(name) for item in items])
    if balances:
        by_rule = {m.target_rule_id: m.initial_balance for m in known}
        for item in items:
            rule, got = item.get("targetRuleId"), item.get("initialBalance")
            # Which balance belongs to a rule that is named twice, nobody can tell.
            if is_number(rule) and rule in by_rule and rules[_id(rule)] == 1:
                assessment.check(
                    f"{_LIST}.initialBalance.value",
                    got == by_rule[rule],
                    as_json(by_rule[rule]),
                    got,
                    allowed=(by_rule[rule],),
                )
