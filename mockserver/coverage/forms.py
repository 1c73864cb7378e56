"""The features of an answer, read off the bytes that go out: so nothing counts as shown that a client could not see."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from msgspec import UNSET, Struct, UnsetType

from mockserver.exchange.handling import Handling
from openapi.document import Outcome
from openapi.shapes import FEATURES

Features = tuple[Any, ...]  # those of a Form, in its order; what is left out at the end is as in a new Form

_ACTIONS: Final = frozenset(FEATURES["action"])


class _Promotion(Struct, rename="camel"):
    enrollment_id: str | None
    optin_id: str | None


class _Milestone(Struct):
    status: str
    milestones: list[msgspec.Raw]


class _Status(Struct):
    promotion: _Promotion
    milestone: _Milestone | UnsetType | None = UNSET


class _Data(Struct, rename="camel"):
    request_id: str | UnsetType | None = UNSET
    action: str | None = None
    enrollment_status: _Status | UnsetType = UNSET
    status: str = ""


class _Error(Struct):
    code: int | str
    message: str


class _Warning(Struct):
    message: str


class _Body(Struct):
    data: _Data | UnsetType | None = UNSET
    errors: list[_Error] | _Error | UnsetType | None = UNSET
    warnings: list[_Warning | str] | _Warning | UnsetType | None = UNSET


_DECODER: Final = msgspec.json.Decoder(_Body)
_NO_ERRORS: Final = ("", "null", "", "", "")
_ABSENT_ERRORS: Final = ("", "absent", "", "", "")


def features_of(handling: Handling, outcomes: tuple[Outcome, ...], status: int, body: bytes) -> Features | None:
    """Return the features of an answer that consists of these outcomes, as a plain tuple, which is made in half the time.

    None if its body has not the fields of the documented one.
    """
    try:
        found = _DECODER.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    names = tuple([outcome.name for outcome in outcomes]) if outcomes else ()
    shown, warnings, data = found.errors, found.warnings, found.data
    errors = _errors(shown, outcomes, handling) if shown else _NO_ERRORS if shown is None else _ABSENT_ERRORS
    said = "null" if warnings is None else _warnings(warnings)
    if not isinstance(data, _Data):
        return (status, names, *errors, said, "null" if data is None else "absent")
    sent, repeated = handling.case.fields.request_id, data.request_id
    if repeated is UNSET or repeated is None:
        request_id = "null" if repeated is None else "absent"
    else:
        request_id = "generated" if sent is None else "echoed" if repeated == sent else ""
    action = data.action if data.action in _ACTIONS else ""
    enrolment = data.enrollment_status
    if enrolment is UNSET:
        return (status, names, *errors, said, "echo", request_id, action)
    promotion, milestone = enrolment.promotion, enrolment.milestone
    if isinstance(milestone, _Milestone):
        list_of, its_status = "list" if milestone.milestones else "empty", milestone.status
    else:
        list_of, its_status = "null" if milestone is None else "absent", ""
    return (
        status,
        names,
        *errors,
        said,
        "result",
        request_id,
        action,
        data.status,
        "null" if promotion.enrollment_id is None else "text",
        "null" if promotion.optin_id is None else "text",
        list_of,
        its_status,
    )


def _errors(errors: list[_Error] | _Error, outcomes: tuple[Outcome, ...], handling: Handling) -> tuple[str, ...]:
    """Return stage, errors, number, code and message of a form."""
    is_list = isinstance(errors, list)
    first = errors[0] if isinstance(errors, list) else errors
    stage = message = ""
    if outcomes:
        stage = outcomes[0].stage
        # The text is that of the document as the readings have it, so it is as long as they say; or any is right.
        extent = handling.readings["message-extent"]
        if outcomes[0].section and (extent == "any-text" or first.message == outcomes[0].message):
            message = extent
    return (
        stage,
        "list" if is_list else "object",
        "several" if isinstance(errors, list) and len(errors) > 1 else "one",
        "string" if isinstance(first.code, str) else "number",
        message,
    )


def _warnings(warnings: list[_Warning | str] | _Warning | UnsetType) -> str:
    if not warnings:
        return "absent" if warnings is UNSET else "null"
    if not isinstance(warnings, list):
        return "object"
    return "strings" if isinstance(warnings[0], str) else "list"
