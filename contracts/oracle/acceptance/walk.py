"""Judging an answer without errors, from top to bottom."""

from __future__ import annotations

from collections.abc import Mapping

from contracts.exchange import NOTHING
from contracts.oracle.acceptance.already_enrolled import judge_already_enrolled, judge_too_soon
from contracts.oracle.acceptance.ids import ids_shown
from contracts.oracle.acceptance.success import judge_success
from contracts.oracle.assessment import AGAIN, TOO_SOON, Assessment, texts
from contracts.oracle.attribution import WARNINGS
from contracts.oracle.observation import Difference, Happened, Symptom
from contracts.oracle.reasons import Reason, reading
from contracts.oracle.reply import Reply, part
from contracts.oracle.stray_warnings import has_strays
from contracts.oracle.trial import Candidate, Trial
from openapi.world import Customer, Promotion


def judge_acceptance(trial: Trial) -> Assessment:
    """Return what an answer without errors shows: whether it was allowed, and whether it says what it must."""
    reasons = _reasons_that_count(trial)
    decisive = next((reason for reason in reasons if not reason.passing), None)
    if decisive:
        return _should_be_refused(trial, decisive)
    assessment = Assessment()
    if trial.candidate is None or trial.asked.action not in ("ENROL", "OPT_IN"):
        data = trial.reply.data
        has_content = isinstance(data, dict) or bool(trial.reply.warnings)
        assessment.check("response.data.type", has_content, "an object", data)
    else:
        _judge_enrolment(assessment, trial, trial.candidate)
    for reason in reasons:
        # A warning shows that nobody was enrolled, and so nothing of whether an OPT_IN enrols.
        if trial.reply.decision == "success" or reason not in trial.past:
            assessment.take(reason, reason.passing, trial.claim)
    # "Already enrolled" says nothing of what else the request was meant to test.
    if not assessment.broken and trial.reply.decision == "success":
        assessment.keep(*trial.about)
    return assessment


def _reasons_that_count(trial: Trial) -> tuple[Reason, ...]:
    """Return the reasons to refuse the request, without those that a host need not have come to.

    A host may find that the customer is already enrolled before it comes to a reason that is `late`.
    """
    if _is_warned(trial) and trial.candidate and not trial.candidate.must_succeed:
        return tuple(reason for reason in trial.reasons if not reason.late)
    return trial.reasons


def _is_warned(trial: Trial) -> bool:
    return trial.outcomes["already_enrolled"].message in trial.reply.warnings


def _should_be_refused(trial: Trial, reason: Reason) -> Assessment:
    """Return what it shows that a host accepts a request which it must refuse."""
    assessment, reply = Assessment(), trial.reply
    claim = reason.claims[0] if reason.claims else trial.claim
    outcome = next((option.outcome for option in reason.options if option.outcome in trial.outcomes), None)
    row = trial.outcomes[outcome] if outcome else None
    if reason.late and _is_warned(trial) and trial.candidate:
        judge_too_soon(assessment, trial, trial.candidate, "no such warning")
    assessment.breaks(
        claim,
        "a refusal",
        _accepted(reply),
        occasion=reason.what,
        symptoms=(*(_passed(trial, reason) or [("passed", claim)]), *([TOO_SOON] if _is_warned(trial) else [])),
        difference=Difference("/errors/0/code", (row.code,), NOTHING) if row else None,
    )
    if reply.decision == "success":
        customer = trial.scene.customer or _customer_shown(trial)
        assessment.happened = Happened(customer, trial.scene.promotion or _promotion_shown(trial), "unclear")
    return assessment


def _accepted(reply: Reply) -> str:
    return f"HTTP {reply.status} and " + ("a success" if reply.decision == "success" else "no more than a warning")


def _passed(trial: Trial, decisive: Reason) -> tuple[Symptom, ...]:
    """Return the fields that the host has let pass. One that it does not look at lets several kinds of wrong values in.

    Where no field is wrong, there is none.
    """
    if decisive not in trial.fields:
        return ()
    reasons = (decisive, *(reason for reason in trial.fields if reason is not decisive))
    named = (option.outcome for reason in reasons for option in reason.options)
    rows = dict.fromkeys(name for name in named if name and name in trial.outcomes)
    return tuple(("passed", name) for name in rows if trial.outcomes[name].stage == "validation")


def _customer_shown(trial: Trial) -> Customer | None:
    """Return the customer whom the answer shows, if the test data lists one with this id."""
    shown = part(trial.reply.data, "customer", "customerId")
    return next((c for c in trial.knowledge.data.customers if c.id is not None and c.id == shown), None)


def _promotion_shown(trial: Trial) -> Promotion | None:
    """Return the promotion that the answer shows, if the test data lists one with this id."""
    shown = part(trial.reply.data, "enrollmentStatus", "promotion", "id")
    return next((p for p in trial.knowledge.data.promotions if p.id == shown), None)


def _judge_enrolment(assessment: Assessment, trial: Trial, candidate: Candidate) -> None:
    reply = trial.reply
    rows = {trial.outcomes[name].message: name for name in WARNINGS}
    named = [rows.get(text) if isinstance(text, str) else None for text in reply.warnings]
    assessment.keep("response.errors.success")
    _judge_warnings(assessment, reply, candidate, rows, next((name for name in named if name), None))
    if "already_enrolled" in named:
        judge_already_enrolled(assessment, trial, candidate)
    elif not any(named) and not candidate.must_succeed and _says_that_nobody_was_enrolled(reply):
        # Without the warning nobody can tell why. If there is another text in its place, that is told already.
        if not assessment.broken:
            is_first = candidate.promotion.engine == "silent" and candidate.may_succeed
            claim = "warning.no_response" if is_first else candidate.full_claim
            assessment.breaks(claim, "the warning", "no such warning", symptoms=(AGAIN,))
    else:
        judge_success(assessment, trial, candidate, {name for name in named if name})


def _says_that_nobody_was_enrolled(reply: Reply) -> bool:
    return not any(ids_shown(reply)) and part(reply.data, "status") not in (None, "SUCCESS")


def _judge_warnings(
    assessment: Assessment, reply: Reply, candidate: Candidate, rows: Mapping[str, str], first: str | None
) -> None:
    """Judge the texts and the shape of the warnings. `first`: the name of the first warning of the page among them."""
    if has_strays(reply, rows):
        claim = candidate.full_claim if reply.decision == "warned" else "response.warnings.none"
        assessment.breaks(claim, "only the warnings of the page", texts(reply.warnings))
    if reply.warning_shape and not reply.malformed:
        claim = f"warning.{first}" if first else "response.warnings.none"
        assessment.imply((reading("warning-shape", reply.warning_shape),), claim)
    for what in reply.malformed:
        assessment.breaks("response.warnings.none", "warnings in one of their shapes", what)
