"""Hygiene: what standards ask of every host, and the page does not mention. Nothing here breaks a claim.

Source: RFC 9110 (404, 405 with Allow, 415, Content-Type), RFC 8259 (JSON), RFC 6839 (+json).
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from typing import Final

from contracts.exchange import NOTHING, VALID_CREDENTIALS, Answer, Request, decode, shortened
from contracts.media_types import is_some_json
from contracts.oracle.observation import Observation
from contracts.oracle.reply import has_envelope

_UNSUPPORTED: Final = 415
# A method that a path does not have is not allowed, unknown, hidden, or for others (RFC 9110 §9.1, §15.5).
_NO_SUCH_METHOD: Final = (401, 403, 404, 405, 501)
_LONGEST_TEXT: Final = 2000
# Signs that an error escaped from the host: stack frames, exception names and database errors.
_LEAKS: Final = re.compile(
    r"Traceback \(most recent call last\)|^\s+at [\w.$]+\([\w.]+:\d+\)|\b(?:java|javax|org\.springframework)\.[\w.]+Exception"
    r"|\bNullPointerException\b|\bSQLSTATE\b|\bORA-\d{5}\b|\bat Object\.<anonymous>|goroutine \d+ \[",
    re.MULTILINE,
)


def bad_manners(request: Request, answer: Answer) -> Iterator[Observation]:
    """Yield what an answer does that standards ask a host not to do."""
    text = answer.content[:20_000].decode("utf-8", "replace")
    leak = _LEAKS.search(text)
    if leak:
        yield _finding("leak", "no internals of the host", leak[0].strip())
    if answer.json is not NOTHING and not is_some_json(answer.headers.get("content-type", "")):
        yield _finding(
            "content_type", "JSON is declared as application/json", answer.headers.get("content-type", "nothing")
        )
    if answer.content.startswith(BOM_UTF8):
        yield _finding("byte_order_mark", "no byte order mark before the JSON (RFC 8259 §8.1)", "a byte order mark")
    if request.credentials not in VALID_CREDENTIALS:
        return
    if not request.is_plain_call:
        yield from _off_the_page(request, answer)
    elif answer.status == _UNSUPPORTED:
        yield _finding("media_type_parameter", "application/json is taken with a charset, in any case", "HTTP 415")


def _off_the_page(request: Request, answer: Answer) -> Iterator[Observation]:
    got = f"HTTP {answer.status}"
    if request.method is not None:
        yield from _to_another_method(request.method, answer)
    elif answer.status >= 500 or not answer.status:
        yield _finding("server_error", "a refusal below 500", got if answer.status else "no answer at all")
    elif request.path is not None:
        # A gateway may hide what does not exist (403), but nobody is served there.
        if answer.status < 400 or (has_envelope(answer.json) and answer.status != 404):
            yield _finding("path_not_found", "HTTP 404 to a path that does not exist", got)
    elif not any(name.lower() == "content-type" and is_some_json(value) for name, value in request.headers):
        # A body without a media type may be looked at (RFC 9110 §8.3). One that is declared as something else is that.
        is_declared = any(name.lower() == "content-type" for name, _ in request.headers)
        if is_declared and answer.status != _UNSUPPORTED:
            yield _finding("unsupported_media_type", "HTTP 415 to a body that is not declared as JSON", got)
    elif request.raw is not None and decode(request.raw) is NOTHING and not 400 <= answer.status < 500:
        yield _finding("malformed_json", "HTTP 400 to a body that is no JSON", got)


def _to_another_method(method: str, answer: Answer) -> Iterator[Observation]:
    """A host may have other methods at the path; only one that it takes for the call itself is bad manners."""
    got = f"HTTP {answer.status}"
    if answer.status in _NO_SUCH_METHOD:
        if answer.status == 405 and not answer.headers.get("allow"):
            yield _finding("allow", "HTTP 405 with an Allow header", "no Allow header")
    elif answer.status >= 500 or not answer.status:
        yield _finding("server_error", "a refusal below 500", got if answer.status else "no answer at all")
    elif answer.status >= 400 or has_envelope(answer.json):
        yield _finding("method_not_allowed", f"HTTP 405 to {method} (RFC 9110 §9.1)", got)


def _finding(name: str, expected: str, got: str) -> Observation:
    return Observation(f"hygiene.{name}", "broken", expected, shortened(got, _LONGEST_TEXT), level="hygiene")
