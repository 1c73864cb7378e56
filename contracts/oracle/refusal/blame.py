"""The blame: which claim an error breaks that answers no reason of the request, and what is wrong with the answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from contracts.exchange import NOTHING
from contracts.json_value import as_json
from contracts.oracle.assessment import Assessment, place_of
from contracts.oracle.attribution import (
    WARNINGS,
    claim_of_doubt,
    claim_of_good_request,
    claim_of_reason,
    culprit,
    doubted,
    is_not_the_call,
)
from contracts.oracle.observation import Difference, Symptom
from contracts.oracle.reasons import PLAIN, Reason
from contracts.oracle.refusal.explanations import NO_ERROR
from contracts.oracle.refusal.signs import SHARED
from contracts.oracle.reply import ErrorItem, Reply
from contracts.oracle.trial import Trial
from contracts.oracle.usual import usual_options

_ERRORS: Final = "response.errors.filled"
_NO_MESSAGE: Final = ("no message",)


def blame_unexplained(assessment: Assessment, trial: Trial, error: ErrorItem, signs: tuple[Symptom, ...]) -> None:
    """Record which claim an error breaks that answers no reason of the request.

    A reason that must be answered with a refusal comes first. Whether it must is told by the readings that the host has
    shown elsewhere, then by the defaults. `signs`: those of all errors of the answer that answer no reason.
    """
    got = _described(trial.reply, error)
    answered = [reason for reason in trial.reasons if any(option.outcome for option in reason.options)]
    refusing = [r for r in answered if r.kind == "type" or all(o.outcome for o in usual_options(r, trial.usual))]
    if is_not_the_call(trial.reply, error is NO_ERROR, refusing, trial.outcomes):
        assessment.breaks("call.path", "an answer of the call", got, symptoms=signs)
        return
    says_nothing = error is NO_ERROR and 400 <= trial.reply.status < 500
    if error.says in WARNINGS or not answered or (not refusing and _is_of_another(trial, error)):
        claim, guessed = claim_of_good_request(trial, error)
        signs = (*signs, *_garbled(trial))
        difference = Difference("/errors", (None,), _part(trial.reply.body, "errors"))
        assessment.breaks(
            claim, "an answer without an error", got, symptoms=signs, guessed=guessed, difference=difference
        )
        return
    field = doubted(trial, error)
    reason = field or culprit(refusing or answered)
    if field or refusing:
        claim, guessed = claim_of_reason(trial, reason, error.says), False
    else:
        claim, guessed = claim_of_doubt(trial, answered)
    if says_nothing:
        # The host refuses, as it should, and does not say why. That is one defect, whatever the request was.
        assessment.leave_open(claim, *reason.claims)
        claim, guessed = _ERRORS, False
    options = dict.fromkeys(option.outcome for option in reason.options)
    if _lacks_its_message(trial, error, options):
        # If several rows lack it, the form of all errors is wrong, and no row by itself.
        signs = (_NO_MESSAGE, *signs)
        assessment.breaks(_ERRORS, "an error with a message", got, symptoms=(_NO_MESSAGE,), guessed=True)
    assessment.breaks(
        claim,
        " or ".join(_expected(trial, outcome) for outcome in options),
        got,
        occasion=reason.what,
        symptoms=(*signs, *_passed(trial, error, reason), *_swapped(error, reason)),
        guessed=guessed,
        difference=_difference(trial, error, [*options]),
    )


def _lacks_its_message(trial: Trial, error: ErrorItem, outcomes: Iterable[str | None]) -> bool:
    """An error has the right code and no message at all, whatever it is about."""
    codes = {str(trial.outcomes[name].code) for name in outcomes if name and name in trial.outcomes}
    return error.message is None and str(error.code) in {*codes, str(SHARED)}


def _garbled(trial: Trial) -> tuple[Symptom, ...]:
    """Return the symptom that the field which the request tests may have made the answer unreadable."""
    is_tested = trial.aimed and trial.claim.startswith("response.")
    return (
        (("field", place_of(trial.claim)),) if is_tested and trial.reply.status and trial.reply.body is NOTHING else ()
    )


def _is_of_another(trial: Trial, error: ErrorItem) -> bool:
    """The refusal is not about a field that may be refused: it names what was looked up, or is none."""
    row = error.says or ("".join(error.names) if len(error.names) == 1 else "")
    looked_up = row in trial.outcomes and trial.outcomes[row].stage != "validation"
    return looked_up or 200 <= trial.reply.status < 300


def _passed(trial: Trial, error: ErrorItem, reason: Reason) -> tuple[Symptom, ...]:
    """Return the symptom that the host has let a wrong field pass: it goes on to look up what the request names."""
    outcome = next((option.outcome for option in reason.options if option.outcome in trial.outcomes), None)
    stages = {trial.outcomes[name].stage for name in error.names}
    if outcome and trial.outcomes[outcome].stage == "validation" and stages and "validation" not in stages:
        return (("passed", outcome),)
    return ()


def _swapped(error: ErrorItem, reason: Reason) -> tuple[Symptom, ...]:
    """Return the symptom that the error of one mistake stands for another: two may stand for each other."""
    rows = {option.outcome for option in reason.options if option.outcome not in (None, PLAIN)}
    if len(rows) != 1 or len(error.names) != 1:
        return ()
    return (("instead", *sorted({*map(str, rows), *error.names})),)


def _expected(trial: Trial, outcome: str | None) -> str:
    if outcome is None:
        return "an answer without an error"
    if outcome in trial.outcomes:
        row = trial.outcomes[outcome]
        return f"code {row.code} ({row.message.partition('. ')[0]})"
    return "an error without a documented code" if outcome == PLAIN else outcome


def _described(reply: Reply, error: ErrorItem) -> str:
    if not reply.status:
        return "no answer"
    if error is not NO_ERROR:
        code = "no code" if error.code is None else f"code {as_json(error.code)}"
        message = "no message" if error.message is None else f"message {as_json(error.message)}"
        return f"HTTP {reply.status}, {code}, {message}"
    return f"HTTP {reply.status} " + ("without errors" if reply.body is not NOTHING else "and a body that is no JSON")


def _difference(trial: Trial, error: ErrorItem, outcomes: list[str | None]) -> Difference | None:
    """Return the field of an error that is wrong: its code, or its message if the code is right."""
    if not trial.reply.status:
        return None
    rows = [trial.outcomes[name] for name in outcomes if name and name in trial.outcomes]
    errors = _part(trial.reply.body, "errors")
    if error is NO_ERROR:
        return Difference("/errors", (), errors) if trial.reply.body is not NOTHING else None
    place = f"/errors/{trial.reply.errors.index(error)}" if isinstance(errors, list) else "/errors"
    sent = errors[trial.reply.errors.index(error)] if isinstance(errors, list) else errors
    codes = tuple(dict.fromkeys(row.code for row in rows))
    if str(error.code) in map(str, codes):
        texts = tuple(row.message for row in rows if str(row.code) == str(error.code))
        return Difference(f"{place}/message", texts, _part(sent, "message"))
    return Difference(f"{place}/code", codes, _part(sent, "code"))


def _part(value: Any, name: str) -> Any:
    """Return a field of an object; NOTHING if there is none."""
    return value.get(name, NOTHING) if isinstance(value, dict) else NOTHING
