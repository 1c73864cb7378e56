"""An enrolment or an opt-in that the answer reports: whether it may be made, and what the answer says of it."""

from __future__ import annotations

from contracts.oracle.acceptance.echoes import judge_data
from contracts.oracle.acceptance.ids import ids_shown, judge_ids
from contracts.oracle.acceptance.milestones import judge_milestones
from contracts.oracle.assessment import AGAIN, Assessment
from contracts.oracle.reasons import reading
from contracts.oracle.trial import Candidate, Trial


def judge_success(assessment: Assessment, trial: Trial, candidate: Candidate, warned: set[str]) -> None:
    """Judge a success. `warned`: the names of the page's warnings that stand beside it."""
    data, silent = trial.reply.data, "no_response" in warned
    # A silent engine may not know of the enrolment that it made, so it may report the same enrolment twice.
    if not candidate.may_succeed and not (candidate.promotion.engine == "silent" and silent):
        by_limit = candidate.seats_gone or candidate.promotion.limit_per_customer > 1
        claim = "warning.limit_reached" if by_limit else "warning.already_enrolled"
        assessment.breaks(claim, "the warning: already enrolled or limit reached", "a success", symptoms=(AGAIN,))
    due = _judge_warnings(assessment, trial, candidate, warned)
    if not assessment.check("response.data.type", isinstance(data, dict), "an object", data):
        return
    if silent:
        ids = ids_shown(trial.reply)
        assessment.check("warning.no_response", not any(ids), "no ids: they did not come back", [*ids])
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
        assessment.check(f"warning.{name}", name in warned, "the warning", sorted(warned) or "no such warning")
    if not due and trial.knowledge.complete and not silent:
        assessment.check("response.warnings.none", not warned, "no warning", sorted(warned))
    return due


def _judge_status(assessment: Assessment, status: object, warned: set[str]) -> None:
    """Judge the overall status. Row 21."""
    if "no_response" in warned:
        fitting = "success" if status == "SUCCESS" else "failed"
        assessment.imply((reading("no-response-body", fitting),), "warning.no_response")
    elif warned:
        # The enrolment was made. The page does not say what that is called where its milestones were not.
        assessment.check(
            "response.data.status.value", status != "FAILED", "not FAILED: the customer is enrolled", status
        )
    else:
        assessment.check("response.data.status.value", status == "SUCCESS", "SUCCESS", status)
