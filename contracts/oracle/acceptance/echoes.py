"""What an answer repeats of the request, and what it says was found. "Response parameters" rows 1 to 12 and 21."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from contracts.exchange import NOTHING
from contracts.json_value import as_json
from contracts.oracle.assessment import Assessment, one_of
from contracts.oracle.lookups.folding import as_number, trimmed
from contracts.oracle.reasons import reading
from contracts.oracle.reply import is_number, part
from contracts.oracle.trial import Candidate, Trial
from openapi.world import Promotion

# Other names of a kind of identifier, by which a host may say which it used. "Body parameters" rows 7 and 8.
_SAME_KIND: Final = {"externalId": ("external_id",), "external_id": ("externalId",), "userid": ("id",)}
_DATA: Final = "response.data"
_CUSTOMER: Final = f"{_DATA}.customer"
_PROMOTION: Final = f"{_DATA}.enrollmentStatus.promotion"


def judge_data(assessment: Assessment, trial: Trial, candidate: Candidate, *, may_be_empty: bool = False) -> None:
    """Judge the echoes, the customer and the promotion.

    `may_be_empty`: beside this warning the answer may say nothing of the promotion, and have no status.
    """
    data = trial.reply.data
    if not assessment.check(f"{_DATA}.type", isinstance(data, dict), "an object", data):
        return
    _judge_request_id(assessment, trial, data)
    _check_text(assessment, data, "action", f"{_DATA}.action", "echo", trial.asked.action)
    customer = data.get("customer")
    if assessment.check(f"{_CUSTOMER}.type", isinstance(customer, dict), "an object", customer):
        _judge_customer(assessment, trial, candidate, customer)
    enrolment = data.get("enrollmentStatus")
    if not may_be_empty or enrolment is not None:
        _judge_promotion(assessment, trial, candidate.promotion, enrolment, may_be_empty=may_be_empty)
    status = data.get("status")
    typed = (isinstance(status, str) and bool(status)) or (may_be_empty and status is None)
    assessment.check(f"{_DATA}.status.type", typed, "a string", status)


def judge_refused_echo(assessment: Assessment, trial: Trial) -> None:
    """Judge what stands beside errors of the request: what is repeated or resolved is of this request. Rows 2 to 7.

    Where a field has the wrong type, a host may show what it has made of it.
    """
    asked, data = trial.asked, trial.reply.data
    if not any(reason.kind == "type" for reason in trial.fields):
        name, value = part(data, "customer", "identifierName"), part(data, "customer", "identifierValue")
        _check_refused(assessment, f"{_DATA}.action", part(data, "action"), asked.action)
        _check_refused(assessment, f"{_CUSTOMER}.identifierName", name, *_names_used(asked.identifier_name))
        if asked.identifier_value and isinstance(value, str) and _folded(value) != _folded(asked.identifier_value):
            _check_refused(assessment, f"{_CUSTOMER}.identifierValue", value, asked.identifier_value)
        resolved, found = part(data, "customer", "customerId"), trial.scene.customer
        if is_number(resolved) and found is not None:
            _check_number(assessment, data["customer"], "customerId", f"{_CUSTOMER}.customerId", "resolved", found.id)
    _judge_refused_request_id(assessment, trial)


def _check_refused(assessment: Assessment, place: str, got: Any, *allowed: str | None) -> None:
    if isinstance(got, str) and got and None not in allowed:
        assessment.check(f"{place}.echo", got in allowed, one_of(allowed), got, allowed=allowed)


def _judge_refused_request_id(assessment: Assessment, trial: Trial) -> None:
    """A host that turns a request away before it has read its fields, in words of its own, may make a requestId up."""
    sent, got = trial.asked.request_id, part(trial.reply.data, "requestId")
    if not isinstance(sent, str) or not sent.strip() or not isinstance(got, str) or got == sent:
        return
    is_unread = not any(error.says for error in trial.reply.errors)
    is_made_up = got.casefold() != sent.casefold() and got not in trial.history.request_ids
    if not (is_unread and is_made_up):
        assessment.check(f"{_DATA}.requestId.echo", False, as_json(sent), got, allowed=(sent,))


def _judge_request_id(assessment: Assessment, trial: Trial, data: Mapping[str, Any]) -> None:
    """Row 2. What stands there when no requestId was sent is an open question."""
    sent, got = trial.asked.request_id, data.get("requestId", NOTHING)
    claim = f"{_DATA}.requestId"
    if isinstance(sent, str) and sent.strip():
        if got is not None and got is not NOTHING:
            assessment.check(f"{claim}.type", isinstance(got, str), "a string", got)
        assessment.check(f"{claim}.echo", got == sent, as_json(sent), got, allowed=(sent,))
    elif isinstance(sent, str):
        # A host may take a blank text for no requestId, and may then make one up.
        made_up = isinstance(got, str) and bool(got.strip()) and got not in trial.history.request_ids
        holds = made_up or got in (sent, None, NOTHING)
        expected = f"{as_json(sent)}, null, no field, or one that no request had"
        assessment.check(f"{claim}.echo", holds, expected, got)
    elif sent in (NOTHING, None):
        fitting = "omitted" if got is NOTHING else "null" if got is None else "generated"
        if fitting == "generated" and not assessment.check(
            f"{claim}.type", isinstance(got, str), "a string, null, or no field", got
        ):
            return
        assessment.keep("request.requestId.optional")
        assessment.check(f"{claim}.echo", got not in trial.history.request_ids, "none that another request had", got)
        # No reading follows where null was sent: a host may repeat null, and leave out a requestId that was not sent.
        if sent is NOTHING:
            assessment.imply((reading("request-id-absent", fitting),), f"{claim}.echo")
    elif got is not None and got is not NOTHING:
        # A host may make a text of what was sent, and must not repeat it as it was.
        assessment.check(f"{claim}.type", isinstance(got, str), "a string", got)


def _judge_customer(assessment: Assessment, trial: Trial, candidate: Candidate, customer: Mapping[str, Any]) -> None:
    """Rows 4 to 7."""
    names = _names_used(trial.asked.identifier_name)
    _check_text(assessment, customer, "identifierName", f"{_CUSTOMER}.identifierName", "echo", *names)
    values = _values_used(trial, candidate)
    _check_text(assessment, customer, "identifierValue", f"{_CUSTOMER}.identifierValue", "echo", *values)
    _check_number(assessment, customer, "customerId", f"{_CUSTOMER}.customerId", "resolved", candidate.customer.id)


def _judge_promotion(
    assessment: Assessment, trial: Trial, found: Promotion, enrolment: Any, *, may_be_empty: bool
) -> None:
    """Rows 8 to 12. Of a promotion of several programs, the program may be the first or the one that was asked for."""
    place = f"{_DATA}.enrollmentStatus.type"
    if not assessment.check(place, isinstance(enrolment, dict), "an object", enrolment):
        return
    promotion = enrolment.get("promotion")
    if promotion is None and may_be_empty:
        return
    if not assessment.check(f"{_PROMOTION}.type", isinstance(promotion, dict), "an object", promotion):
        return
    _check_text(assessment, promotion, "id", f"{_PROMOTION}.id", "value", found.id)
    _check_text(assessment, promotion, "identifier", f"{_PROMOTION}.identifier", "value", found.identifier)
    asked = trial.asked.program_id
    is_asked = promotion.get("programId") == asked and asked in found.program_ids
    program = int(asked) if asked is not None and is_asked else found.program_id
    _check_number(assessment, promotion, "programId", f"{_PROMOTION}.programId", "value", program)


def _names_used(name: str | None) -> tuple[str | None, ...]:
    """Return the names of identifiers that an answer may show as used. Row 5."""
    return (name, *_SAME_KIND.get(name or "", ()))


def _values_used(trial: Trial, candidate: Candidate) -> tuple[str | None, ...]:
    """Return the identifier values that an answer may show as used. Row 6.

    A host that finds a value only by ignoring spaces, case or zeros, or as a number, may show it as sent, or as it is registered.
    """
    sent, found = trial.asked.identifier_value, candidate.customer
    if sent is None:
        return (None,)
    known = (str(found.id), found.mobile, found.email, found.external_id)
    if sent in known:
        return (sent,)
    return (sent, *(value for value in (trimmed(sent), *known) if value and _folded(value) == _folded(sent)))


def _folded(value: str) -> str:
    return as_number(trimmed(value)) or trimmed(value).lower().lstrip("+0")


def _check_text(
    assessment: Assessment, parent: Mapping[str, Any], name: str, claim: str, kind: str, *allowed: str | None
) -> None:
    """Check that a field is a text, and one of those allowed; None among them allows any."""
    got = parent.get(name, NOTHING)
    if assessment.check(f"{claim}.type", isinstance(got, str), "a string", got) and None not in allowed:
        assessment.check(f"{claim}.{kind}", got in allowed, one_of(allowed), got, allowed=allowed)


def _check_number(
    assessment: Assessment, parent: Mapping[str, Any], name: str, claim: str, kind: str, value: int | None
) -> None:
    """Check that a field is a number, and this one; None allows any."""
    got = parent.get(name, NOTHING)
    if assessment.check(f"{claim}.type", is_number(got), "a number", got) and value is not None:
        assessment.check(f"{claim}.{kind}", got == value, as_json(value), got, allowed=(value,))
