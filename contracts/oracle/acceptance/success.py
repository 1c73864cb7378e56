"""An enrolment or an opt-in that the answer reports: whether it may be made, and what the answer says of it."""

from __future__ import annotations

from typing import Final

from contracts.json_value import as_json
from contracts.oracle.acceptance.echoes import judge_data
from contracts.oracle.acceptance.ids import ids_shown, judge_ids, judge_types_of_ids, repeats_an_answer
from contracts.oracle.acceptance.milestones import judge_milestones
from contracts.oracle.assessment import AGAIN, Assessment, texts
from contracts.oracle.reasons import reading
from contracts.oracle.trial import Candidate, Trial

_STATUS: Final = "response.data.status.value"
_SILENT: Final = "the answer warns that no ids came back"
# Why a warning is due.
_DUE: Final = {
    "no_response": "the engine does not confirm enrolments into this promotion",
    "milestones_failed": "a milestone of the promotion cannot be enrolled into",
}


def judge_success(assessment: Assessment, trial: Trial, candidate: Candidate, warned: set[str]) -> None:
    """Judge a success. `warned`: the names of the page's warnings that stand beside it."""
    data, silent = trial.reply.data, "no_response" in warned
    if not candidate.may_succeed and not repeats_an_answer(trial, candidate):
        by_limit = candidate.seats_gone or candidate.promotion.limit_per_customer > 1
        claim = "warning.limit_reached" if by_limit else "warning.already_enrolled"
        why = "the limit is reached" if by_limit else "the customer is already enrolled"
        expected = f"the warning {_text(trial, 'already_enrolled')}"
        got = texts(trial.reply.warnings) if silent else "a success"
        assessment.breaks(claim, expected, got, occasion=why, symptoms=(AGAIN,))
    due = _judge_warnings(assessment, trial, candidate, warned)
    if not assessment.check("response.data.type", isinstance(data, dict), "an object", data):
        return
    if silent:
        ids = ids_shown(trial.reply)
        judge_types_of_ids(assessment, trial.reply)
        assessment.check("warning.no_response", not any(ids), "no ids", [*ids], occasion=_SILENT)
    judge_data(assessment, trial, candidate, may_be_empty=silent)
    judge_ids(assessment, trial, candidate, silent=silent)
    # A host that forgets the warning may still tell rightly what became of the milestones.
    judge_milestones(assessment, trial, candidate, failed="milestones_failed" in warned | due, silent=silent)
    _judge_status(assessment, data.get("status"), warned)
    if not assessment.broken:
        assessment.keep("example.response")


def _judge_warnings(assessment: Assessment, trial: Trial, candidate: Candidate, warned: set[str]) -> set[str]:
    """Judge whether the warnings are those that the promotion provokes, and return these. "Warning messages" rows 2 and 3."""
    enrols, silent = candidate.action == "ENROL", candidate.promotion.engine == "silent"
    due = set[str]()
    if enrols and silent:
        # Whether an engine that does not answer has made the milestones cannot be known.
        due.add("no_response")
    elif enrols and candidate.milestones and any(milestone.fails for milestone in candidate.milestones):
        due.add("milestones_failed")
    for name in due:
        if name in warned:
            assessment.keep(f"warning.{name}")
        else:
            got = texts(trial.reply.warnings)
            assessment.breaks(f"warning.{name}", f"the warning {_text(trial, name)}", got, occasion=_DUE[name])
    if trial.knowledge.complete:
        # An OPT_IN may enrol into the milestones, too.
        fails = any(milestone.fails for milestone in candidate.milestones or ())
        possible = {*(["no_response"] if silent else ()), *(["milestones_failed"] if fails else ())}
        if warned - possible:
            expected = f"only the warning {', '.join(_text(trial, name) for name in due)}" if due else "no warning"
            assessment.breaks("response.warnings.none", expected, texts(trial.reply.warnings))
        elif not (due or possible or trial.reply.warnings):
            assessment.keep("response.warnings.none")
    return due


def _text(trial: Trial, warning: str) -> str:
    return as_json(trial.outcomes[warning].message)


def _judge_status(assessment: Assessment, status: object, warned: set[str]) -> None:
    """Judge the overall status. Row 21."""
    if "no_response" in warned:
        fitting = "success" if status == "SUCCESS" else "failed"
        assessment.imply((reading("no-response-body", fitting),), "warning.no_response")
    elif warned:
        # The enrolment was made. The page does not say what that is called where its milestones were not.
        is_good = status != "FAILED"
        assessment.check(_STATUS, is_good, 'not "FAILED"', status, occasion="the customer is enrolled")
    else:
        assessment.check(_STATUS, status == "SUCCESS", '"SUCCESS"', status)
