"""Judging a refusal, from top to bottom."""

from __future__ import annotations

from typing import Final

from contracts.json_value import as_json
from contracts.oracle.acceptance.echoes import judge_refused_echo
from contracts.oracle.acceptance.ids import ids_shown
from contracts.oracle.assessment import Assessment, texts
from contracts.oracle.attribution import WARNINGS, claim_of_reason
from contracts.oracle.observation import Happened, Symptom
from contracts.oracle.reasons import ANY, PLAIN, Option, Reason, reading
from contracts.oracle.refusal.blame import blame_unexplained
from contracts.oracle.refusal.explanations import NO_ERROR, explain, is_wordless, sole_reasons
from contracts.oracle.refusal.order import note_number, note_precedence
from contracts.oracle.refusal.signs import sign_of
from contracts.oracle.refusal.statuses import judge_status
from contracts.oracle.reply import ErrorItem, is_empty_refusal, is_foreign, part, sentence_ends
from contracts.oracle.stray_warnings import has_strays
from contracts.oracle.trial import Trial

_ERRORS: Final = "response.errors.filled"


def judge_refusal(trial: Trial) -> Assessment:
    """Return what a refusal shows: whether each of its errors answers a reason, and whether it has the right form."""
    assessment, reasons = Assessment(), trial.reasons
    if is_foreign(trial.reply) or not (trial.reply.errors or trial.reply.warnings):
        return _judge_silence(trial)
    errors = trial.reply.errors or (NO_ERROR,)
    explained = [(error, explain(error, reasons, trial.reply.status)) for error in errors]
    # Errors that are wrong in one answer are so for one cause.
    signs = tuple(sign_of(trial.reply, error) for error, explanations in explained if not explanations)
    for error, explanations in explained:
        if not explanations:
            blame_unexplained(assessment, trial, error, signs)
        elif not is_wordless(error, explanations):
            _note_extent(assessment, trial, error, [reason for reason, _ in explanations])
    for reason, options in sole_reasons(explanations for _, explanations in explained).items():
        assessment.take(reason, options, trial.claim)
        _keep_row(assessment, trial, options)
    if not assessment.broken:
        judge_status(assessment, trial, [pair for _, explanations in explained for pair in explanations])
    note_number(assessment, trial)
    _judge_form(assessment, trial)
    note_precedence(assessment, trial)
    judge_refused_echo(assessment, trial)
    return assessment


def _judge_silence(trial: Trial) -> Assessment:
    """Return what a refusal shows that says nothing of why in the form of the call: no answer, an empty one, one in another form."""
    assessment, reply = Assessment(), trial.reply
    # Where the page has no words for a refusal, a framework in front of the host may refuse in its own way, or without a word.
    wordless = [reason for reason in trial.reasons if any(o.outcome in (PLAIN, ANY) for o in reason.options)]
    if wordless and (is_foreign(reply) or is_empty_refusal(reply)):
        assessment.leave_open(trial.claim, *(claim for reason in wordless for claim in reason.claims))
    else:
        blame_unexplained(assessment, trial, NO_ERROR, (sign_of(trial.reply, NO_ERROR),))
        _judge_form(assessment, trial)
    return assessment


def _note_extent(assessment: Assessment, trial: Trial, error: ErrorItem, reasons: list[Reason]) -> None:
    """Record how much of a row's text the host says.

    A host may cut one row behind another sentence than the next. It may word the errors of one stage (the fields, the
    look-ups, the engine) itself, and use the texts of the page in another. `reasons`: what the error may be about.
    """
    outcomes = trial.outcomes
    options = [option for reason in reasons for option in reason.options]
    stages = {outcomes[o.outcome].stage for o in options if o.outcome and o.outcome in outcomes}
    if not error.extent or len(stages) != 1:
        return
    question = f"message-extent/{stages.pop()}"
    assessment.hint((reading(question, "any-text" if error.extent == "cut" else error.extent),))
    if not all(reason.worded for reason in reasons):
        return
    claim, as_on_the_page = claim_of_reason(trial, reasons[0]), ("whole", "first-sentence")
    # Words of the host's own may happen to be the first sentence of a row, but not all of it.
    if error.extent in ("whole", "any-text"):
        fitting = as_on_the_page if error.extent == "whole" else ("any-text",)
        assessment.imply((reading(question, *fitting),), claim)
    # A host that cuts its texts at a length has no longer one that ends where a sentence of the page does.
    rows = (
        row.message for row in outcomes.values() if row.kind == "error" and f"message-extent/{row.stage}" == question
    )
    ends = {end for row in rows for end in sentence_ends(row)}
    if error.extent == "cut":
        longer = tuple(reading(f"{question}>={end}", "any-text") for end in sorted(ends) if end > error.length)
        assessment.imply(longer, claim)
    elif error.extent in as_on_the_page and error.length in ends:
        assessment.imply((reading(f"{question}>={error.length}", *as_on_the_page),), claim)


def _keep_row(assessment: Assessment, trial: Trial, options: list[Option]) -> None:
    """Record that the host keeps the row of a validation error, where no other row may have been meant."""
    if len({option.outcome for option in options}) > 1:
        return
    for option in options:
        outcome = trial.outcomes.get(option.outcome or "")
        if outcome and outcome.stage == "validation":
            assessment.keep(f"error.{outcome.name}")


def _judge_form(assessment: Assessment, trial: Trial) -> None:
    """Judge errors, warnings and data as a whole. "Response parameters" rows 1, 22 and 23."""
    reply = trial.reply
    for what in reply.malformed:
        assessment.breaks_first(
            _ERRORS, "errors and warnings in one of their shapes", what, symptoms=_wrong(assessment)
        )
    if has_strays(reply, [row.message for row in trial.outcomes.values() if row.kind == "warning"]):
        assessment.breaks("response.warnings.none", "no warning but those of the page", texts(reply.warnings))
    elif reply.errors and _contradicts_errors(trial):
        assessment.breaks("response.warnings.none", "no warning of an enrolment beside errors", texts(reply.warnings))
    if reply.error_shapes and not reply.malformed:
        assessment.imply((reading("error-shape", *reply.error_shapes),), _ERRORS)
        assessment.keep(_ERRORS)
    if reply.errors and all(error.names for error in reply.errors):
        if reply.data is None:
            fitting: tuple[str, ...] = ("null", "partial-echo")
        else:
            fitting = ("partial-echo",) if isinstance(reply.data, dict) else ("absent",)
        assessment.imply((reading("data-on-error", *fitting),), _ERRORS)
    enrollment_id, optin_id = ids_shown(reply)
    # An engine that does not answer gives no id.
    is_success = part(reply.data, "status") == "SUCCESS"
    if reply.errors and (enrollment_id or optin_id or is_success):
        made = f"enrollmentId {as_json(enrollment_id)}" if enrollment_id else f"optinId {as_json(optin_id)}"
        got = made if enrollment_id or optin_id else 'the status "SUCCESS"'
        symptoms = _wrong(assessment)
        assessment.breaks_first("response.errors.success", "no enrolment beside errors", got, symptoms=symptoms)
        assessment.happened = Happened(trial.scene.customer, trial.scene.promotion, "unclear")


def _contradicts_errors(trial: Trial) -> bool:
    """A warning beside the errors says that the enrolment was made, or was made before, where it was not. "Warning messages" rows 1 to 3.

    An engine that fails may be said not to have answered.
    """
    said = {name for name in WARNINGS if trial.outcomes[name].message in trial.reply.warnings}
    if all("engine_error" in error.names for error in trial.reply.errors):
        said.discard("no_response")
    promotion, candidate = trial.scene.promotion, trial.candidate
    may_be_full = promotion is not None and promotion.limit_per_promotion is not None
    # An OPT_IN without an enrolment may be refused in any words.
    if trial.past or (not candidate.must_succeed if candidate else may_be_full):
        said.discard("already_enrolled")
    return bool(said)


def _wrong(assessment: Assessment) -> tuple[Symptom, ...]:
    """Return in which ways the answer is wrong so far. What is wrong with the whole of its errors is seen in each."""
    return (("field", "/errors"), *(symptom for broken in assessment.broken for symptom in broken.symptoms))
