"""The ids of the enrolment and of the opt-in record. "Response parameters" rows 13 and 14.

Ids are compared only where the answer has them. They are texts, and are never taken for numbers.
"""

from __future__ import annotations

from typing import Any, Final

from contracts.oracle.assessment import AGAIN, Assessment, one_of
from contracts.oracle.history import Event
from contracts.oracle.observation import Happened
from contracts.oracle.reasons import reading
from contracts.oracle.reply import Reply, part
from contracts.oracle.trial import Candidate, Trial

PLACE: Final = "response.data.enrollmentStatus.promotion"
_ENROLLMENT_ID: Final = f"{PLACE}.enrollmentId"
_OPTIN_ID: Final = f"{PLACE}.optinId"


def ids_shown(reply: Reply) -> tuple[Any, Any]:
    """Return enrollmentId and optinId of an answer as they came, None where there is none."""
    promotion = part(reply.data, "enrollmentStatus", "promotion")
    return part(promotion, "enrollmentId"), part(promotion, "optinId")


def judge_types_of_ids(assessment: Assessment, reply: Reply) -> None:
    """Judge the ids beside a warning: there need be none, and one that is there is a text. Rows 13 and 14."""
    for claim, got in zip((_ENROLLMENT_ID, _OPTIN_ID), ids_shown(reply), strict=True):
        if got is not None:
            assessment.check(f"{claim}.type", isinstance(got, str), "a string, or null", got)


def repeats_an_answer(trial: Trial, candidate: Candidate) -> bool:
    """The host may have taken the request for one that it has answered: it shows what was made for that.

    "Body parameters" row 1 calls the requestId unique, so a host may repeat its answer to one that it has seen. An
    answer that no ids came back has none to show, so the warning alone tells.
    """
    sent, member = trial.asked.request_id, candidate.membership
    if not isinstance(sent, str) or sent not in trial.history.request_ids:
        return False
    enrollment_id, optin_id = ids_shown(trial.reply)
    if candidate.promotion.engine == "silent" and not enrollment_id and not optin_id:
        return trial.outcomes["no_response"].message in trial.reply.warnings and member.enrolments > 0
    is_known = enrollment_id in member.enrollment_ids
    return is_known and (not candidate.opts_in or (member.opted_in and optin_id in member.optin_ids))


def judge_ids(assessment: Assessment, trial: Trial, candidate: Candidate, *, silent: bool) -> None:
    """Judge the two ids, and record what has happened. `silent`: the answer warns that no ids came back."""
    enrollment_id, optin_id = ids_shown(trial.reply)
    if repeats_an_answer(trial, candidate):
        assessment.happened = Happened(candidate.customer, candidate.promotion, "again")
        return
    opted_in_before = candidate.membership.opted_in
    known = candidate.membership.certain and candidate.membership.enrollment_ids
    is_new = isinstance(enrollment_id, str) and trial.history.owner("enrollmentId", enrollment_id) is None
    enrols_again = bool(known) and is_new
    event: Event = "opted_in" if candidate.opts_in else "enrolled"
    if silent and not enrollment_id and not optin_id:
        assessment.happened = Happened(candidate.customer, candidate.promotion, event)
        return
    _judge_enrollment_id(assessment, trial, candidate, enrollment_id)
    _judge_optin_id(assessment, trial, candidate, optin_id)
    if candidate.opts_in:
        if opted_in_before and (enrols_again or not (enrollment_id and optin_id)):
            got = "no warning and a new enrolment" if enrollment_id and optin_id else "no warning and no ids"
            assessment.breaks_first(
                candidate.full_claim, "the warning, or the ids of the opt-in", got, symptoms=(AGAIN,)
            )
        _imply_opt_in(assessment, candidate, optin_id)
    elif not opted_in_before:
        _imply_optin_id(assessment, candidate, given=optin_id is not None)
    assessment.happened = Happened(
        candidate.customer,
        candidate.promotion,
        event,
        enrollment_id if isinstance(enrollment_id, str) else None,
        optin_id if isinstance(optin_id, str) else None,
    )


def _judge_enrollment_id(assessment: Assessment, trial: Trial, candidate: Candidate, got: Any) -> None:
    """Row 13. No two enrolments share an id, and an OPT_IN shows that of the enrolment it belongs to."""
    member, history = candidate.membership, trial.history
    assessment.check(f"{_ENROLLMENT_ID}.type", isinstance(got, str) and bool(got), "a string", got)
    if not isinstance(got, str) or not got:
        return
    owner, key = history.owner("enrollmentId", got), history.key(candidate.customer, candidate.promotion)
    assessment.check(f"{_ENROLLMENT_ID}.unique", owner in (None, key), "an id that no other enrolment has", got)
    known = member.enrollment_ids
    if candidate.opts_in and known and member.certain:
        assessment.check(f"{_ENROLLMENT_ID}.unique", got in known, f"that of the enrolment, {one_of(known)}", got)
    elif not candidate.opts_in and known:
        assessment.check(f"{_ENROLLMENT_ID}.unique", got not in known, "an id that no earlier enrolment has", got)


def _judge_optin_id(assessment: Assessment, trial: Trial, candidate: Candidate, got: Any) -> None:
    """Row 14. An OPT_IN must show its record; whether an ENROL has one is an open question."""
    if got is not None or candidate.opts_in:
        assessment.check(f"{_OPTIN_ID}.type", isinstance(got, str) and bool(got), "a string", got)
    if isinstance(got, str) and got:
        owner, key = trial.history.owner("optinId", got), trial.history.key(candidate.customer, candidate.promotion)
        assessment.check(f"{_OPTIN_ID}.unique", owner in (None, key), "an id that no other opt-in record has", got)


def _imply_opt_in(assessment: Assessment, candidate: Candidate, optin_id: Any) -> None:
    """Record the readings that an OPT_IN which was carried out fits."""
    member = candidate.membership
    assessment.keep("example.opt_in")
    if member.certain and not member.enrolments:
        assessment.imply((reading("opt-in-first", "enrols"),), "example.opt_in")
    if candidate.is_late_opt_in:
        fitting: tuple[str, ...] = ("once", "every-new", "same-ids")
        if member.opted_in and member.optin_ids:
            fitting = ("same-ids",) if optin_id in member.optin_ids else ("every-new",)
        elif member.opted_in:
            # A silent engine kept the id of the first opt-in to itself, so nobody can tell whether this one is new.
            fitting = ("same-ids", "every-new")
        assessment.imply((reading("opt-in-after", *fitting),), "warning.already_enrolled")


def _imply_optin_id(assessment: Assessment, candidate: Candidate, *, given: bool) -> None:
    """Record the readings that an ENROL fits which shows an optinId, or shows none."""
    if candidate.promotion.type == "LOYALTY":
        fitting = ("always", "loyalty-only") if given else ("after-opt-in",)
    else:
        fitting = ("always",) if given else ("loyalty-only", "after-opt-in")
    assessment.imply((reading("enrol-gives-optin-id", *fitting),), f"{_OPTIN_ID}.type")
