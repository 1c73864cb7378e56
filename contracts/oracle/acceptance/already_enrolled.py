"""The warning that the customer is already enrolled, or that a limit is reached. "Warning messages" row 1."""

from __future__ import annotations

from typing import Final

from contracts.exchange import NOTHING
from contracts.json_value import as_json
from contracts.oracle.acceptance.echoes import judge_data
from contracts.oracle.acceptance.ids import PLACE, ids_shown, judge_types_of_ids
from contracts.oracle.acceptance.milestones import judge_milestones_shown
from contracts.oracle.assessment import TOO_SOON, Assessment, one_of, texts
from contracts.oracle.observation import Happened
from contracts.oracle.reasons import reading
from contracts.oracle.trial import Candidate, Trial

# What `data` may be where there is no result. A host whose objects are never null writes an empty one.
_NO_RESULT: Final[tuple[object, ...]] = (None, NOTHING, {})


def judge_already_enrolled(assessment: Assessment, trial: Trial, candidate: Candidate) -> None:
    """Judge the warning: whether it may be given, and what stands beside it."""
    reply, member, promotion = trial.reply, candidate.membership, candidate.promotion
    by_limit = candidate.seats_gone and not member.enrolments
    claim = candidate.full_claim
    if candidate.must_succeed:
        judge_too_soon(assessment, trial, candidate, "a success")
        judge_beside_warning(assessment, trial, candidate)
        return
    assessment.keep(claim)
    if candidate.is_late_opt_in:
        fitting = ("once",) if member.opted_in or member.maybe_opted_in else ()
        assessment.imply((reading("opt-in-after", "already-enrolled", *fitting),), claim)
    # A customer who is enrolled and may not opt in may still be enrolled once more, if the limit is higher than one.
    if not candidate.opts_in or promotion.limit_per_customer == 1:
        assessment.happened = Happened(candidate.customer, promotion, "full")
    judge_beside_warning(assessment, trial, candidate)
    if reply.data in _NO_RESULT:
        _imply_body(assessment, candidate, "data-null", by_limit=by_limit)
        return
    ids = dict(zip(("enrollmentId", "optinId"), ids_shown(reply), strict=True))
    if not any(ids.values()):
        _imply_body(assessment, candidate, "ids-null", by_limit=by_limit)
        return
    if by_limit and member.certain:
        assessment.breaks("warning.limit_reached", "no ids", as_json(ids), occasion="there is no enrolment")
        return
    _imply_body(assessment, candidate, "existing-ids", by_limit=by_limit)
    for name, known in (("enrollmentId", member.enrollment_ids), ("optinId", member.optin_ids)):
        if isinstance(ids[name], str) and ids[name] and known and member.certain:
            is_known = ids[name] in known
            assessment.check(f"{PLACE}.{name}.unique", is_known, f"that of the enrolment, {one_of(known)}", ids[name])


def judge_beside_warning(assessment: Assessment, trial: Trial, candidate: Candidate) -> None:
    """Judge the result beside the warning, if there is one, whether the warning may be given or not.

    What is wrong with it is so in any order of requests that overlap, and must not tell for one of them.
    """
    if trial.reply.data in _NO_RESULT:
        return
    judge_data(assessment, trial, candidate, may_be_empty=True)
    judge_milestones_shown(assessment, trial, candidate)
    judge_types_of_ids(assessment, trial.reply)


def judge_too_soon(assessment: Assessment, trial: Trial, candidate: Candidate, expected: str) -> None:
    """Record that the warning is given to a customer who may still be enrolled. `expected`: in words, what in its place."""
    claim = "warning.limit_reached" if candidate.promotion.limit_per_promotion else candidate.full_claim
    # After refusals for wrong credentials: one of them may have enrolled the customer all the same.
    claim = "auth.required" if candidate.named_by_strangers else claim
    why = "the customer is not enrolled and no limit is reached"
    assessment.breaks(claim, expected, f"the warning {texts(trial.reply.warnings)}", occasion=why, symptoms=(TOO_SOON,))


def _imply_body(assessment: Assessment, candidate: Candidate, body: str, *, by_limit: bool) -> None:
    """Record which reading the body fits, if it is certain which of the two conditions caused the warning."""
    if candidate.promotion.limit_per_customer != 1 or candidate.action != "ENROL":
        return
    # A silent engine may have kept the ids of the enrolment to itself; then there are none to show.
    has_ids_to_show = bool(candidate.membership.enrollment_ids) or body != "ids-null"
    if candidate.membership.enrolments and not candidate.seats_gone and has_ids_to_show:
        assessment.imply((reading("already-enrolled-body", body),), "warning.already_enrolled")
    elif by_limit and body != "existing-ids":
        assessment.imply((reading("limit-reached-body", body),), "warning.limit_reached")
