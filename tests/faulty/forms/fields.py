"""Forms of the answer as data: more than the page lists, ids of another kind, and what the page leaves open."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.faulty.forms.form import Form
from tests.faulty.host import Hook
from tests.faulty.turn import Turn
from tests.faulty.words import MILESTONES_FAILED

_MORE: dict[str, Any] = {
    "_links": {"self": {"href": "/v3/promotions/enrol"}},
    "createdOn": "2025-11-18T09:33:08Z",
    "tenant": 7,
    "tags": [],
    "extra": None,
}


def _with_more(turn: Turn) -> None:
    turn.document = _filled(turn.document)


def _filled(value: Any) -> Any:
    if isinstance(value, dict):
        return {**{name: _filled(one) for name, one in value.items()}, **_MORE}
    return [_filled(one) for one in value] if isinstance(value, list) else value


def _named(make: Callable[[str, str], str]) -> tuple[Hook, ...]:
    """Give each new enrolment and opt-in the id that `make` makes of its kind and its number."""

    def do(turn: Turn) -> None:
        record, memory = turn.record, turn.memory
        if record is None:
            return
        given: set[str] = memory.notes.setdefault("ids given", {one.enrollment_id for one in memory.world.enrolments})
        given.update(one.optin_id for one in memory.world.enrolments if one.optin_id)
        if record.enrollment_id not in given:
            record.enrollment_id = make("enrollment", record.enrollment_id)
        if record.optin_id and record.optin_id not in given:
            record.optin_id = make("optin", record.optin_id)
        given.update(one for one in (record.enrollment_id, record.optin_id) if one)

    return (Hook("after", "enrol", do),)


def _uuid(kind: str, number: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{kind}/{number}"))


def _beyond_64_bits(kind: str, number: str) -> str:
    return str((1 << 64) + 7 * int(number) + (kind == "optin"))


def _long(kind: str, number: str) -> str:
    return f"urn:{kind}:{hashlib.sha512(number.encode()).hexdigest()}:ü/+="


def _beside(front: bool) -> tuple[Hook, ...]:
    """Put a warning of the host's own before or behind those of the page."""

    def do(turn: Turn) -> None:
        own = "The customer has no e-mail address on record."
        warnings = turn.document.get("warnings")
        if isinstance(warnings, list) and turn.warnings:
            one = own if isinstance(warnings[0], str) else {"message": own}
            turn.document["warnings"] = [one, *warnings] if front else [*warnings, one]

    return (Hook("after", "compose", do),)


def _noted(turn: Turn) -> None:
    """Put a warning of the host's own into each answer that has none of the page's."""
    if not turn.warnings:
        text, shape = "The version v3 is going to be retired.", turn.reading("warning-shape")
        one = text if shape == "strings" else {"message": text}
        turn.document["warnings"] = one if shape == "object" else [one]


def _milestone_of_opt_in(change: Callable[[Turn, dict[str, Any]], None]) -> tuple[Hook, ...]:
    def do(turn: Turn) -> None:
        data = turn.document.get("data")
        status = data.get("enrollmentStatus") if isinstance(data, dict) else None
        if isinstance(status, dict) and turn.asked.action == "OPT_IN" and turn.outcome in ("enrol", "opt in", "repeat"):
            change(turn, status)

    return (Hook("after", "compose", do),)


def _without(_: Turn, status: dict[str, Any]) -> None:
    status.pop("milestone", None)


def _with_all(turn: Turn, status: dict[str, Any]) -> None:
    assert turn.promotion
    goals = [one for one in turn.promotion.milestones if not one.fails]
    listed = [{"targetGroupId": one.group, "targetRuleId": one.rule, "initialBalance": one.balance} for one in goals]
    if goals and len(goals) == len(turn.promotion.milestones):
        status["milestone"] = {"status": "SUCCESS", "milestones": listed}


def _by_case(turn: Turn, status: dict[str, Any]) -> None:
    """Tell of the milestones that the request enrolled into: all of them, none of none, and nothing if it enrolled nobody."""
    if turn.outcome != "enrol":
        status["milestone"] = None
    else:
        status["milestone"] = {"status": "SUCCESS", "milestones": []}
        _with_all(turn, status)


def _warned_of_failures(turn: Turn) -> None:
    """An OPT_IN that enrols does so into the milestones, too, and warns of those that fail."""
    if turn.asked.action == "OPT_IN" and turn.outcome == "enrol" and turn.promotion:
        turn.warnings += [MILESTONES_FAILED] if any(one.fails for one in turn.promotion.milestones) else []


def _with_failures(turn: Turn, status: dict[str, Any]) -> None:
    assert turn.promotion
    if turn.outcome == "enrol":
        _with_all(turn, status)
    if MILESTONES_FAILED in turn.warnings:
        made = [one for one in turn.promotion.milestones if not one.fails]
        listed = [{"targetGroupId": one.group, "targetRuleId": one.rule, "initialBalance": one.balance} for one in made]
        is_null = turn.reading("milestones-failed-body") == "milestone-null"
        status["milestone"] = None if is_null else {"status": "FAILED", "milestones": listed}


def _milestones_backwards(turn: Turn) -> None:
    data = turn.document.get("data")
    status = data.get("enrollmentStatus") if isinstance(data, dict) else None
    milestone = status.get("milestone") if isinstance(status, dict) else None
    if isinstance(milestone, dict):
        milestone["milestones"] = milestone["milestones"][::-1]


def _empty_in_place_of_null(turn: Turn) -> None:
    for name in ("errors", "warnings"):
        turn.document[name] = [] if turn.document.get(name) is None else turn.document[name]


def _empty_result(turn: Turn) -> None:
    if turn.document.get("data") is None:
        turn.document["data"] = {}


def _nothing_of_nothing(turn: Turn) -> None:
    data = turn.document.get("data")
    status = data.get("enrollmentStatus") if isinstance(data, dict) else None
    milestone = status.get("milestone") if isinstance(status, dict) else None
    if isinstance(milestone, dict) and not milestone["milestones"] and not turn.warnings:
        milestone.update(status=None, milestones=None)


def _cut(most: int) -> tuple[Hook, ...]:
    """Let no text of an error be longer than the column of a database that it comes from."""

    def do(turn: Turn) -> None:
        turn.complaints[:] = [replace(one, message=one.message[:most]) for one in turn.complaints]

    return (Hook("before", "compose", do),)


_WHOLE = {"message-extent": "whole"}
FIELDS = (
    Form("more-fields", "Every object has fields that the page does not list.", "fields", hooks=(Hook("after", "compose", _with_more),)),
    Form("ids-are-uuids", "The ids of enrolments and opt-ins are UUIDs.", "ids", hooks=_named(_uuid)),
    Form("ids-beyond-64-bits", "The ids of enrolments and opt-ins are digits above 2^64.", "ids", hooks=_named(_beyond_64_bits)),
    Form("ids-are-long", "The ids of enrolments and opt-ins are URNs of 150 characters.", "ids", hooks=_named(_long)),
    Form("own-warning-behind", "Behind a warning of the page stands one of the host's own.", "warnings", hooks=_beside(False)),
    Form("own-warning-before", "Before a warning of the page stands one of the host's own.", "warnings", hooks=_beside(True)),
    Form("own-warning-alone", "Each answer has a warning, of the host's own if none of the page's is due.", "warnings", hooks=(Hook("after", "compose", _noted),)),
    Form("no-milestone-for-opt-in", "The answer to an OPT_IN has no field milestone.", "milestone", hooks=_milestone_of_opt_in(_without)),
    Form("milestones-for-opt-in", "The answer to an OPT_IN lists the milestones, too.", "milestone", hooks=_milestone_of_opt_in(_with_all)),
    Form("milestones-for-a-first-opt-in", "An OPT_IN that enrols lists the milestones; one that does not has null there.", "milestone", hooks=_milestone_of_opt_in(_by_case)),
    Form("milestones-of-a-first-opt-in-may-fail", "An OPT_IN that enrols does so into the milestones, too, and warns of those that fail.",
         "milestone", hooks=(Hook("after", "enrol", _warned_of_failures), *_milestone_of_opt_in(_with_failures))),
    Form("milestones-backwards", "Milestones are listed in the opposite order.", "milestone", hooks=(Hook("after", "compose", _milestones_backwards),)),
    Form("empty-lists", "Where there are no errors or warnings, the list is empty.", "nothing", hooks=(Hook("after", "compose", _empty_in_place_of_null),)),
    Form("empty-result", "Where there is no result, data is an empty object.", "nothing",
         hooks=(Hook("after", "compose", _empty_result),), under={"already-enrolled-body": "data-null", "limit-reached-body": "data-null"}),
    Form("milestone-of-nulls", "Where there are no milestones, milestone has a status and a list of null.", "milestone",
         hooks=(Hook("after", "compose", _nothing_of_nothing),)),
    Form("texts-cut-at-17", "No text of an error is longer than 17 characters.", "texts", hooks=_cut(17), under=_WHOLE),
    Form("texts-cut-at-40", "No text of an error is longer than 40 characters.", "texts", hooks=_cut(40), under=_WHOLE),
    Form("texts-cut-at-80", "No text of an error is longer than 80 characters.", "texts", hooks=_cut(80), under=_WHOLE),
)  # fmt: skip
