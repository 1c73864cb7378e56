"""Reads answers in all the forms that the page leaves to a host."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any, NoReturn

from enrol_client.errors import HostError, HostFailed, Refused, Unreadable
from enrol_client.messages import Enrolment, Milestone


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it came. The names of `headers` count in any case. `at`: the clock's time in seconds."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    at: float


def enrolment(reply: Reply) -> Enrolment:
    """Return what an answer says. Raises Refused, HostFailed or Unreadable."""
    body = content(reply)
    data, warnings = _object(body, "data"), tuple(error.message for error in _entries(body.get("warnings")))
    if data is None and not warnings:
        raise Unreadable("the answer has neither data nor errors")
    data = data or {}
    customer, enrolled = _object(data, "customer") or {}, _object(data, "enrollmentStatus") or {}
    promotion, milestone = _object(enrolled, "promotion") or {}, _object(enrolled, "milestone") or {}
    listed = milestone.get("milestones") or []
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise Unreadable("milestones is no list of objects")
    return Enrolment(
        status=_text(data, "status"),
        request_id=_text(data, "requestId"),
        customer_id=_whole(customer, "customerId"),
        enrollment_id=_text(promotion, "enrollmentId"),
        optin_id=_text(promotion, "optinId"),
        milestones=tuple(
            Milestone(_whole(one, "targetGroupId"), _whole(one, "targetRuleId"), _number(one, "initialBalance"))
            for one in listed
        ),
        warnings=warnings,
    )


def content(reply: Reply) -> dict[str, Any]:
    """Return the object of an answer without errors. Raises Refused, HostFailed or Unreadable."""
    try:
        body = json.loads(reply.body, parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError):
        body = None
    errors = _entries(body.get("errors")) if isinstance(body, dict) else ()
    if errors:  # also beside HTTP 200
        raise Refused(reply.status, errors, _retry_after(reply))
    if not 200 <= reply.status < 300:
        raise HostFailed(reply.status, _retry_after(reply))
    if not isinstance(body, dict):
        raise Unreadable("the answer is no JSON object")
    return body


def _entries(value: Any) -> tuple[HostError, ...]:
    """Return the entries of `errors` or `warnings`: a list of objects or of texts, or one of them, or nothing."""
    if not value:  # null, absent, [] or {}
        return ()
    return tuple(_entry(one) for one in (value if isinstance(value, list) else [value]))


def _entry(value: Any) -> HostError:
    if not isinstance(value, dict):
        return HostError(None, str(value))
    code = str(value.get("code", ""))
    number = int(code) if code.isascii() and code.isdigit() and len(code) < 20 else None
    return HostError(number, str(value.get("message") or ""))


def _retry_after(reply: Reply) -> float | None:
    """Return the seconds that Retry-After asks for; it is a number of seconds, or a date."""
    said = next((value for name, value in reply.headers.items() if name.lower() == "retry-after"), "").strip()
    if said.isascii() and said.isdigit():
        return float(said)
    try:
        return max(0.0, parsedate_to_datetime(said).timestamp() - reply.at)
    except ValueError:
        return None


def _object(data: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    value = data.get(name)
    if value is not None and not isinstance(value, dict):
        raise Unreadable(f"{name} is no object")
    return value


def _text(data: Mapping[str, Any], name: str) -> str | None:
    value = data.get(name)
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise Unreadable(f"{name} is no text")


def _whole(data: Mapping[str, Any], name: str) -> int | None:
    """Return an id. Python's integers hold one of any size; a float would lose digits."""
    value = data.get(name)
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value)
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise Unreadable(f"{name} is no whole number")


def _number(data: Mapping[str, Any], name: str) -> int | Decimal | None:
    value = data.get(name)
    if value is None or (isinstance(value, int | Decimal) and not isinstance(value, bool)):
        return value
    raise Unreadable(f"{name} is no number")


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON")
