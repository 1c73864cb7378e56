"""Forms of frameworks and gateways: how they refuse what they do not read themselves, and how they write what they do."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.faulty.complaints import own
from tests.faulty.forms.form import Form
from tests.faulty.host import Hook
from tests.faulty.receiving import CALL
from tests.faulty.turn import Problem, Reply, Turn

_JSON = {"Content-Type": "application/json"}
_PAGE = {"Content-Type": "text/html;charset=utf-8"}
_BLOCKED = re.compile(rb"<script|<b>|' OR |\.\./|/etc/passwd|\$\{|<!--", re.IGNORECASE)
_IDENTIFIERS = {"mobile": r"\d{8,15}", "email": r"[\w.+-]+@[\w-]+(\.[\w-]+)+"}
_LONGEST, _LARGEST = 100, 100 * 1024


def _ids(change: Callable[[Turn], None]) -> tuple[Hook, ...]:
    """Change the ids of a new record."""

    def do(turn: Turn) -> None:
        if turn.record and turn.outcome in ("enrol", "opt in", "silent"):
            change(turn)

    return (Hook("after", "enrol", do),)


def _prefixed(turn: Turn) -> None:
    if turn.record and turn.outcome != "opt in":
        turn.record.enrollment_id = f"ENR-{turn.record.enrollment_id}"
    if turn.record and turn.record.optin_id:
        turn.record.optin_id = f"OPT-{turn.record.optin_id}"


def _equal(turn: Turn) -> None:
    if turn.record and turn.outcome != "opt in":
        turn.record.enrollment_id = f"7{turn.record.enrollment_id}"
    if turn.record and turn.record.optin_id:
        made_later = f"-{turn.record.optin_id}" if turn.outcome == "opt in" else ""
        turn.record.optin_id = turn.record.enrollment_id + made_later


def _falling(turn: Turn) -> None:
    if turn.record and turn.outcome != "opt in":
        turn.record.enrollment_id = str(10**9 - int(turn.record.enrollment_id))
    if turn.record and turn.record.optin_id:
        turn.record.optin_id = str(10**9 - int(turn.record.optin_id))


def _errors_backwards(turn: Turn) -> None:
    if isinstance(turn.document.get("errors"), list):
        turn.document["errors"].reverse()


def _safe_in_html(reply: Reply) -> Reply:
    body = reply.body
    if body.lstrip().startswith(b"{"):
        for sign in b"<>&='":
            body = body.replace(bytes([sign]), f"\\u{sign:04x}".encode())
    return replace(reply, body=body)


def _minus_zero(digits: str) -> str:
    return "-0" if digits == "0" else digits


def _small_exponent(digits: str) -> str:
    return re.sub(r"^(-?[1-9])([0-9]*)$", lambda found: f"{found[1]}.{found[2] or 0}e+{len(found[2]):02}", digits)


def _instead(when: Callable[[Turn], bool], reply: Reply, step: str = "admit") -> tuple[Hook, ...]:
    def do(turn: Turn) -> None:
        if turn.reply is None and when(turn):
            turn.reply = reply

    return (Hook("after", step, do),)


def _refused(when: Callable[[Turn], bool], words: str) -> tuple[Hook, ...]:
    """Refuse a request that a row of the page does not speak of, in words of the host's own."""

    def do(turn: Turn) -> None:
        if not turn.unreadable and when(turn):
            turn.unreadable = own(turn, words)

    return (Hook("after", "read", do),)


def _in_own_form(reply: Reply) -> tuple[Hook, ...]:
    """Answer so where no row of the page says what is wrong: a framework refuses what does not fit its types."""

    def do(turn: Turn) -> None:
        if turn.reply is None and turn.problems and turn.complaints and all(one.row is None for one in turn.complaints):
            turn.reply = reply

    return (Hook("after", "settle", do),)


def _in_their_form(turn: Turn) -> None:
    """Look at the form of mobiles and e-mail addresses before anybody is looked for."""
    form, value = _IDENTIFIERS.get(turn.asked.name or ""), turn.asked.value
    if form and value and value.strip() and not re.fullmatch(form, value, re.ASCII):
        turn.problems.append(Problem("identifierValue", "malformed", "identifierValue"))
        turn.asked.value = None


def _all_is_a_source(turn: Turn) -> None:
    if turn.asked.source == "ALL" and turn.customer and turn.customer.source != "ALL":
        turn.customer = None
        turn.misses.append("no customer")


def _ids_in_any_digits(turn: Turn) -> None:
    """Keep a customer id as a number from the first, as a parser reads it that knows all digits of Unicode."""
    if turn.asked.name == "id" and turn.asked.value and turn.asked.value.isdecimal() and len(turn.asked.value) < 100:
        turn.asked.value = str(int(turn.asked.value))


def _request_id(turn: Turn) -> str:
    found = turn.body.get("requestId") if isinstance(turn.body, dict) else None
    return found if isinstance(found, str) else ""


def _numbers(value: Any) -> list[Any]:
    if isinstance(value, dict | list):
        return [one for part in (value.values() if isinstance(value, dict) else value) for one in _numbers(part)]
    return [value] if isinstance(value, int | float) and not isinstance(value, bool) else []


def _any_case(turn: Turn) -> None:
    path, mark, query = turn.path.partition("?")
    turn.path = (path.lower() if path.lower() == CALL else path) + mark + query


def _trimmed(turn: Turn) -> None:
    data = turn.document.get("data")
    value = data["customer"]["identifierValue"] if isinstance(data, dict) else None
    if isinstance(value, str):
        data["customer"]["identifierValue"] = value.strip()


def _envelope(status: int, words: str) -> Reply:
    return Reply(
        status,
        _JSON,
        json.dumps({"data": None, "errors": [{"code": status, "message": words}], "warnings": None}).encode(),
    )


def _described(turn: Turn) -> None:
    if turn.method == "GET" and turn.path == CALL:
        turn.reply = Reply(200, _JSON, _ABOUT)


def _nobody(turn: Turn) -> bool:
    return bool(turn.unauthenticated)


def _malformed(turn: Turn) -> bool:
    return (
        turn.unreadable is not None
        and turn.unreadable.message.startswith("[INVALID_JSON]")
        and not turn.unauthenticated
    )


_LOST = Reply(302, {"Location": "/login", "Content-Length": "0"}, b"")
_TOMCAT = (
    b"<!doctype html><html><head><title>HTTP Status 400</title></head><body><h1>HTTP Status 400</h1></body></html>"
)
_PROBLEM = json.dumps({"type": "about:blank", "title": "Bad Request", "status": 400}).encode()
_MAP = json.dumps(
    {"title": "Bad Request", "status": 400, "errors": {"$": ["The value could not be converted."]}}
).encode()
_BY_TYPES = {"wrong-type": "plain-400", "unknown-value": "plain-400", "unknown-fields": "refused"}
_ABOUT = b'{"service": "promotions", "methods": ["POST"]}'

STACKS = (
    Form("ids-prefixed", "The ids of enrolments and opt-ins have a prefix.", "ids", hooks=_ids(_prefixed)),
    Form("ids-equal", "An enrolment and its opt-in record have the same id.", "ids", hooks=_ids(_equal)),
    Form("ids-falling", "The ids of enrolments and opt-ins fall.", "ids", hooks=_ids(_falling)),
    Form("errors-backwards", "Several errors stand in the opposite order.", "errors", hooks=(Hook("after", "compose", _errors_backwards),)),
    Form("safe-in-html", "Signs that mean something in HTML are escaped.", "escapes", retell=_safe_in_html),
    Form("minus-zero", "Zero is written as -0.", "numbers", {"number": _minus_zero}),
    Form("small-exponents", "Each whole number has an exponent in small letters: 4.00e+02.", "numbers", {"number": _small_exponent}),
    Form("firewall", "A firewall refuses what looks like an attack.", "firewall",
         hooks=_instead(lambda turn: bool(_BLOCKED.search(turn.raw)), Reply(403, _PAGE, b"<html><body>Request blocked</body></html>"))),
    Form("short-request-ids", "A requestId of more than 100 characters is refused.", "strict",
         hooks=_refused(lambda turn: len(_request_id(turn)) > _LONGEST, "requestId is too long")),
    Form("identifiers-in-their-form", "A mobile or an e-mail address that is malformed has the code of the field.", "identifiers",
         hooks=(Hook("after", "check", _in_their_form),)),
    Form("ids-in-any-digits", "A customer id is read as a number, in any digits, and repeated as one.", "identifiers",
         hooks=(Hook("before", "find", _ids_in_any_digits),), under={"leading-zeros": "ignored"}),
    Form("all-is-a-source", "The source ALL finds only customers who registered there.", "all",
         hooks=(Hook("after", "find", _all_is_a_source),), under={"source-selects": "yes"}),
    Form("printable-request-ids", "A requestId with a control character is refused.", "strict",
         hooks=_refused(lambda turn: bool(re.search(r"[\0-\x1f\x7f]", _request_id(turn))), "requestId is not printable")),
    Form("bodies-of-100-kib", "A body of more than 100 KiB is refused.", "largest",
         hooks=_instead(lambda turn: len(turn.raw) > _LARGEST, Reply(413, _PAGE, b"<html><body>Payload Too Large</body></html>"))),
    Form("login-page", "Who has no credentials is sent to a page for logins.", "nobody", hooks=_instead(_nobody, _LOST)),
    Form("401-without-a-body", "Who has no credentials gets HTTP 401 without a body.", "nobody",
         hooks=_instead(_nobody, Reply(401, {"WWW-Authenticate": "Basic"}, b""))),
    Form("401-in-the-envelope", "Who has no credentials gets HTTP 401 in the form of the call.", "nobody",
         hooks=_instead(_nobody, _envelope(401, "Full authentication is required to access this resource"))),
    Form("403-of-a-gateway", "Who has no credentials gets HTTP 403 of a gateway.", "nobody",
         hooks=_instead(_nobody, Reply(403, _JSON, b'{"message":"Missing Authentication Token"}'))),
    Form("400-to-broken-logins", "Who has broken credentials gets HTTP 400.", "nobody",
         hooks=_instead(lambda turn: _nobody(turn) and "%" in turn.headers.get("authorization", ""), Reply(400, _PAGE, b"Bad Request"))),
    Form("numbers-of-64-bits", "A number beyond 64 bits is no number.", "ranges",
         hooks=_refused(lambda turn: any(abs(one) >= 1 << 63 for one in _numbers(turn.body)), "Numeric value out of range")),
    Form("whole-numbers", "A number with a fraction is no number.", "ranges",
         hooks=_refused(lambda turn: any(one % 1 for one in _numbers(turn.body) if abs(one) < 1e15), "not an integer")),
    Form("path-in-any-case", "The path may be written in any case.", "path", hooks=(Hook("before", "route", _any_case),)),
    Form("query-refused", "A query is refused.", "query", hooks=_instead(lambda turn: "?" in turn.path, Reply(400, _JSON, b'{"message":"unknown parameter"}'))),
    Form("describes-itself", "GET is answered with a description.", "methods",
         hooks=(Hook("after", "route", _described),)),
    Form("odd-headers", "Headers are long, or have letters beyond ASCII.", "headers", wiring={"more": (("X-Trace", "\u00e9\u00fc"), ("X-Long", "a" * 8000))}),
    Form("trimmed-echo", "identifierValue is repeated as it was looked up, without outer spaces.", "echo",
         hooks=(Hook("after", "compose", _trimmed),), under={"value-folding": "trimmed"}),
    Form("malformed-as-page", "Malformed JSON is answered with a page.", "malformed", hooks=_instead(_malformed, Reply(400, _PAGE, _TOMCAT), "read")),
    Form("malformed-without-a-body", "What is no JSON, or no object, is answered without a body.", "malformed", hooks=_instead(_malformed, Reply(400, {}, b""), "read")),
    Form("types-as-problem", "What does not fit a type is answered as a problem of RFC 9457, with a map of errors.", "types",
         hooks=_in_own_form(Reply(400, {"Content-Type": "application/problem+json"}, _MAP)), under=_BY_TYPES),
    Form("types-without-a-body", "What does not fit a type is answered without a body.", "types",
         hooks=_in_own_form(Reply(400, {}, b"")), under=_BY_TYPES),
    Form("malformed-as-problem", "Malformed JSON is answered as a problem of RFC 9457.", "malformed",
         hooks=_instead(_malformed, Reply(400, {"Content-Type": "application/problem+json"}, _PROBLEM), "read")),
)  # fmt: skip
