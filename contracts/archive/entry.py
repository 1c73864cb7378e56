"""One entry of an HTTP Archive: what was asked and answered, and why an entry of another program cannot be judged."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

import msgspec

from command_line.printable import printable
from contracts.archive.format import ENROL_CONTRACT, EntryFields
from contracts.archive.lost import (
    as_sent,
    has_lost_characters,
    is_compressed,
    is_cut,
    is_cut_by_a_tool,
    is_text_of_a_text,
)
from contracts.archive.message import Headers, Message, Unfit, answer_of, request_of
from contracts.archive.taken_out import has_values_masked, has_values_taken_out, is_login
from contracts.exchange import DEEPEST, NOTHING, decode, is_deep
from contracts.host.login import CREDENTIAL_HEADERS
from contracts.masking.spellings import is_lost

_METHOD: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,31}")
_STATUS: Final = re.compile(r"-1|[0-9]{1,3}")
_LONGEST_URL: Final = 2000
_LONGEST_SECONDS: Final = 10.0**9

# An answer that a client has asked for, as from the kit's mock: it shows what was asked, and not what the host does
# (RFC 7240 §3).
_PREFERRED: Final = re.compile(r"\b(?:outcome|example|code)\s*=", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. `ours`: the fields that a run added; None if another program recorded it.

    `failed`: the program says that the exchange failed. `stand_in`: it says that the answer came from a cache, or from
    a test in place of the host. `through_worker`: it says that a service worker has answered a page.
    `is_passed`: no program recorded it; the proxy has seen its bytes. `started`: None if the archive does not say when.
    """

    url: SplitResult
    method: str
    request: Message
    status: int
    answer: Message
    failed: bool
    stand_in: bool
    through_worker: bool
    is_passed: bool
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
    url = url_of(raw)
    if not (ours or (url.scheme and url.hostname)):
        raise Unfit("request.url", "has no scheme or no host")
    sent, came = (_part(raw, name) for name in ("request", "response"))
    method = sent.get("method")
    if not isinstance(method, str) or not _METHOD.fullmatch(method):
        raise Unfit("request.method", "is no word")
    method = method.upper()
    status = _status(came.get("status"))
    request = request_of(sent, method, is_base64=bool(ours and ours.base64))
    return Entry(
        url=url,
        method=method,
        request=request if ours else as_sent(request),
        status=status,
        answer=as_sent(answer_of(came, status)),
        failed=any(isinstance(came.get(name), str) and came[name] for name in ("_error", "_failureText")),
        stand_in=raw.get("_wasFulfilled") is True  # Playwright
        or raw.get("_fromCache") in ("memory", "disk")  # Chrome
        or raw.get("_fetchType") in ("Memory Cache", "Disk Cache"),  # Safari
        through_worker=came.get("_fetchedViaServiceWorker") is True,  # Chrome
        is_passed=False,
        seconds=_seconds(raw.get("time")),
        started=_instant(raw.get("startedDateTime")),
        ours=ours,
    )


def shows_login(headers: Headers) -> bool:
    """The headers show credentials. Tools leave them out, or put something else in their place."""
    return any(is_login(value) for name, value in headers if name.lower() in CREDENTIAL_HEADERS)


def why_not_judged(entry: Entry) -> str:
    """Return why an entry cannot be judged, in words that follow a number; "" if it can."""
    of_others = _REASONS_OF_PASSED if entry.is_passed else _REASONS_OF_RECORDED
    reasons = _REASONS_OF_ANY if entry.ours else of_others
    return next((words for words, holds in reasons if holds(entry)), "")


def is_aborted(entry: Entry) -> bool:
    """There was no answer, or not all of it came."""
    return entry.status <= 0 or (entry.failed and decode(entry.answer.body or b"") is NOTHING)


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


Reason = tuple[str, Callable[[Entry], bool]]


def _of_either(holds: Callable[[Message], bool]) -> Callable[[Entry], bool]:
    return lambda entry: holds(entry.request) or holds(entry.answer)


# Why an entry of another program is not judged, the first that holds.
_REASONS_OF_OTHERS: Final[tuple[Reason, ...]] = (
    ("sent ahead by a browser (a CORS preflight)", lambda entry: entry.method == "OPTIONS"),
    ("answered by a cache or a test", lambda entry: entry.stand_in),
    ("answered through a service worker, which sends a request of its own", lambda entry: entry.through_worker),
    (
        "answered as the request preferred",
        lambda entry: bool(_PREFERRED.search(entry.answer.header("preference-applied"))),
    ),
    ("aborted", is_aborted),
    ("with a status of 1xx or 3xx", lambda entry: entry.status // 100 in (1, 3)),
    (
        "with a body in another file (record it with the content embedded)",
        _of_either(lambda message: message.body is None and message.is_elsewhere),
    ),
    ("without the text of its answer", lambda entry: entry.answer.body is None),
    ("with an answer that is still compressed", lambda entry: is_compressed(entry.answer)),
    ("without the body of its request", lambda entry: entry.request.body is None),
    ("with a request that is still compressed", lambda entry: is_compressed(entry.request)),
    ("with values taken out", _of_either(lambda message: has_values_taken_out(message.body or b""))),
)
# The same, where not the kit has seen the bytes, but a tool that may have lost some of them.
_REASONS_OF_TOOLS: Final[tuple[Reason, ...]] = (
    ("with values taken out", _of_either(lambda message: has_values_masked(message.body or b""))),
    ("with a request that a tool has encoded twice", lambda entry: is_text_of_a_text(entry.request)),
    ("with characters lost", _of_either(has_lost_characters)),
    ("with a part of its request only", lambda entry: is_cut_by_a_tool(entry.request)),
    ("with a part of its answer only", lambda entry: is_cut_by_a_tool(entry.answer)),
)
_REASONS_OF_ANY: Final[tuple[Reason, ...]] = (
    ("with a part of its request only", lambda entry: is_cut(entry.request)),
    ("with a part of its answer only", lambda entry: is_cut(entry.answer)),
    ("with a person in a spelling that is masked", lambda entry: is_lost(entry.request.body or b"")),
    (f"with JSON of more than {DEEPEST} levels", has_deep_json),
)
_REASONS_OF_PASSED: Final = (*_REASONS_OF_OTHERS, *_REASONS_OF_ANY)
_REASONS_OF_RECORDED: Final = (*_REASONS_OF_OTHERS, *_REASONS_OF_TOOLS, *_REASONS_OF_ANY)


def _part(raw: Any, name: str) -> Mapping[str, Any]:
    part = raw.get(name) if isinstance(raw, dict) else None
    if not isinstance(part, dict):
        raise Unfit(name, "is missing")
    return part


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
