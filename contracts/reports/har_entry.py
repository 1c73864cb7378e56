"""One entry of an HTTP Archive: what was asked and answered, and why an entry of another program cannot be judged."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from math import isfinite
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

import msgspec

from command_line.printable import printable
from contracts.exchange import DEEPEST, NOTHING, decode, is_deep
from contracts.host.connection import BODY_LIMIT
from contracts.host.framing import decoded
from contracts.host.login import CREDENTIAL_HEADERS
from contracts.masking.spellings import is_lost
from contracts.reports.har_format import ENROL_CONTRACT, EntryFields
from contracts.reports.har_message import Headers, Message, Unfit, answer_of, request_of

_METHOD: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,31}")
_STATUS: Final = re.compile(r"-1|[0-9]{1,3}")
_LONGEST_URL: Final = 2000
_LONGEST_SECONDS: Final = 10.0**9

# What stands for a value that somebody took out, such as <secret>, [Authorization redacted], REDACTED or ***.
_WORDS: Final = r"(?:redacted|removed|masked|hidden|filtered|sanitized|scrubbed|omitted|stripped|secret)"
_TAKEN_OUT: Final = (
    rf"(?:[\[<({{]+[^\[\]<>(){{}}\"]{{0,60}}\b{_WORDS}[^\[\]<>(){{}}\"]{{0,60}}[\])}}>]+|REDACTED|[*•]{{3,}})"
)
_VALUE_TAKEN_OUT: Final = re.compile(_TAKEN_OUT, re.IGNORECASE)
_TEXT_TAKEN_OUT: Final = re.compile(rf"\"{_TAKEN_OUT}\"", re.IGNORECASE)
# A login may also be a bare word, the name of a variable, one letter many times, or next to nothing.
_NO_LOGIN: Final = re.compile(
    rf"{_TAKEN_OUT}|\W*(?:{_WORDS}|null|undefined|basic|bearer)\W*|.*[{{}}<>$%].*|(.)\1*|.{{0,5}}",
    re.IGNORECASE | re.DOTALL,
)
_LONGEST_MARK: Final = 200
# An answer that a client has asked for, as from the kit's mock: it shows what was asked, and not what the host does
# (RFC 7240 §3).
_PREFERRED: Final = re.compile(r"\b(?:outcome|example|code)\s*=", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. `ours`: the fields that a run added; None if another program recorded it.

    `failed`: the program says that the exchange failed. `stand_in`: it says that the answer came from a cache, or from
    a test in place of the host. `started`: None if the archive does not say when.
    """

    url: SplitResult
    method: str
    request: Message
    status: int
    answer: Message
    failed: bool
    stand_in: bool
    seconds: float
    started: float | None
    ours: EntryFields | None


def url_of(raw: Any) -> SplitResult:
    """Return the URL of an entry. Raises Unfit if there is none."""
    url = _part(raw, "request").get("url")
    if not isinstance(url, str):
        raise Unfit("request.url", "is missing")
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  raises ValueError for an invalid port
    except ValueError:
        raise Unfit("request.url", "is no URL") from None  # an error of urllib repeats parts of it
    shown = parts.netloc + parts.path
    if printable(shown) != shown:
        raise Unfit("request.url", "has characters that no URL has")
    if len(shown) > _LONGEST_URL:
        raise Unfit("request.url", f"has more than {_LONGEST_URL} characters before its query")
    return parts


def entry_of(raw: Mapping[str, Any]) -> Entry:
    """Return an entry. Raises Unfit for what is none of HAR 1.2, msgspec.ValidationError for the fields of a run."""
    added = raw.get(ENROL_CONTRACT)
    ours = None if added is None else msgspec.convert(added, EntryFields)
    sent, came = (_part(raw, name) for name in ("request", "response"))
    method = sent.get("method")
    if not isinstance(method, str) or not _METHOD.fullmatch(method):
        raise Unfit("request.method", "is no word")
    method = method.upper()
    status = _status(came.get("status"))
    return Entry(
        url=url_of(raw),
        method=method,
        request=request_of(sent, method, is_base64=bool(ours and ours.base64)),
        status=status,
        answer=_plain(answer_of(came, status)),
        failed=any(isinstance(came.get(name), str) and came[name] for name in ("_error", "_failureText")),
        stand_in=raw.get("_wasFulfilled") is True  # Playwright
        or raw.get("_fromCache") in ("memory", "disk")  # Chrome
        or raw.get("_fetchType") in ("Memory Cache", "Disk Cache"),  # Safari
        seconds=_seconds(raw.get("time")),
        started=_instant(raw.get("startedDateTime")),
        ours=ours,
    )


def _plain(answer: Message) -> Message:
    """Return an answer with its body as text, also where a tool has kept the bytes that travelled."""
    coding = answer.header("content-encoding")
    if not answer.body or not coding or _is_text(answer.body):
        return answer
    plain, flaw = decoded(answer.body, {"content-encoding": coding}, BODY_LIMIT)
    return answer if flaw else replace(answer, body=plain, size=len(plain))


def shows_login(headers: Headers) -> bool:
    """The headers show credentials. Tools leave them out, or put something else in their place."""
    return any(_is_login(value) for name, value in headers if name.lower() in CREDENTIAL_HEADERS)


def why_not_judged(entry: Entry) -> str:
    """Return why an entry cannot be judged, in words that follow a number; "" if it can."""
    reasons = _REASONS_OF_ANY if entry.ours else (*_REASONS_OF_OTHERS, *_REASONS_OF_ANY)
    return next((words for words, holds in reasons if holds(entry)), "")


def is_aborted(entry: Entry) -> bool:
    """There was no answer, or not all of it came."""
    lost = entry.answer.body is None and entry.answer.size < 0
    cut_off = entry.failed and decode(entry.answer.body or b"") is NOTHING
    return entry.status <= 0 or lost or cut_off


def is_cut(message: Message) -> bool:
    """The archive has only the beginning of a body, which was JSON."""
    body = message.body or b""
    return len(body) < message.size and body.lstrip()[:1] in (b"{", b"[") and decode(body) is NOTHING


def is_compressed(entry: Entry) -> bool:
    """The archive has the body of the answer as it travelled, and not as a text."""
    return entry.answer.header("content-encoding") not in ("", "identity") and not _is_text(entry.answer.body)


def has_deep_json(entry: Entry) -> bool:
    """The JSON of a body has more levels than the kit can follow."""
    # Bytes that a run has sent as they are need not be followed.
    sent_raw = entry.ours is not None and entry.ours.raw
    for message in (entry.answer,) if sent_raw else (entry.request, entry.answer):
        try:
            if is_deep(json.loads(message.body or b"")):
                return True
        except RecursionError:
            return True
        except ValueError:
            pass  # no JSON
    return False


def has_values_taken_out(entry: Entry) -> bool:
    """Somebody has taken values out of the request or of the answer, or the whole of one."""
    texts = [(message.body or b"").decode("utf-8", "replace") for message in (entry.request, entry.answer)]
    return any(_TEXT_TAKEN_OUT.search(text) or _is_taken_out(text) for text in texts)


Reason = tuple[str, Callable[[Entry], bool]]

# Why an entry of another program is not judged, the first that holds.
_REASONS_OF_OTHERS: Final[tuple[Reason, ...]] = (
    ("sent ahead by a browser (a CORS preflight)", lambda entry: entry.method == "OPTIONS"),
    ("answered by a cache or a test", lambda entry: entry.stand_in),
    (
        "answered as the request preferred",
        lambda entry: bool(_PREFERRED.search(entry.answer.header("preference-applied"))),
    ),
    ("aborted", is_aborted),
    ("with a status of 1xx or 3xx", lambda entry: entry.status // 100 in (1, 3)),
    ("without the text of its answer", lambda entry: entry.answer.body is None),
    ("with an answer that is still compressed", is_compressed),
    ("without the body of its request", lambda entry: entry.request.body is None),
    ("with values taken out", has_values_taken_out),
)
_REASONS_OF_ANY: Final[tuple[Reason, ...]] = (
    ("with a part of its request only", lambda entry: is_cut(entry.request)),
    ("with a part of its answer only", lambda entry: is_cut(entry.answer)),
    ("with a person in a spelling that is masked", lambda entry: is_lost(entry.request.body or b"")),
    (f"with JSON of more than {DEEPEST} levels", has_deep_json),
)


def _part(raw: Any, name: str) -> Mapping[str, Any]:
    part = raw.get(name) if isinstance(raw, dict) else None
    if not isinstance(part, dict):
        raise Unfit(name, "is missing")
    return part


def _is_login(value: str) -> bool:
    scheme, _, rest = value.strip().rpartition(" ")
    if scheme.lower() != "basic":
        return not _NO_LOGIN.fullmatch(rest)
    try:
        user, colon, password = base64.b64decode(rest + "=" * (-len(rest) % 4)).decode("latin-1").partition(":")
    except ValueError:
        return False
    return bool(colon) and not _is_taken_out(user) and not _is_taken_out(password)


def _is_taken_out(text: str) -> bool:
    return len(text) < _LONGEST_MARK and bool(_VALUE_TAKEN_OUT.fullmatch(text.strip()))


def _is_text(body: bytes | None) -> bool:
    try:
        return body is not None and bool(body.decode("utf-8", "surrogatepass"))
    except UnicodeDecodeError:
        return not body


def _status(value: Any) -> int:
    """Return an HTTP status, also one that is written as a text; 0 or -1 stands for no answer. Raises Unfit."""
    written = str(int(value) if isinstance(value, float) and value.is_integer() else value)
    if value is not None and not _STATUS.fullmatch(written):
        raise Unfit("response.status", "is no status of HTTP")
    return 0 if value is None else int(written)


def _seconds(milliseconds: Any) -> float:
    """Return a time that the archive gives in milliseconds; 0 if it gives none that can be."""
    try:
        seconds = float(milliseconds) / 1000
    except (TypeError, ValueError, OverflowError):
        return 0.0
    return seconds if isfinite(seconds) and 0 < seconds < _LONGEST_SECONDS else 0.0


def _instant(text: Any) -> float | None:
    """Return a date and time of ISO 8601 in seconds; None if it is none. Without a zone it is taken as UTC."""
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (TypeError, ValueError, OverflowError):
        return None
