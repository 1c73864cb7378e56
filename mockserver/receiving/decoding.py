"""Decoding: the body of a request as a JSON value, or the reason why it has none."""

from __future__ import annotations

import re
from array import array
from collections.abc import Mapping
from itertools import accumulate
from typing import Any

import msgspec

from mockserver.exchange.answers import Refusal
from mockserver.exchange.handling import Handling
from mockserver.exchange.header_lines import HeaderLines
from mockserver.exchange.header_values import with_parameters
from mockserver.receiving.body import BODY_LIMIT
from openapi.document import Outcome
from openapi.places import MEDIA_TYPE

# Lists and objects inside each other. The parser counts them as calls, of which Python 3.11 allows a thousand in all,
# and other versions of Python allow others. So the mock has a limit of its own, below all of theirs.
_LEVELS = 920
# The document says nothing of what is deeper, and its validator follows 255 levels only.
_LEVELS_KEPT = 32
_TEXTS = re.compile(rb""""(?:[^"\\]++|\\.)*+"?""", re.DOTALL)
# Each bracket as one step down or up, as a signed byte. All other bytes are left out.
_STEPS = bytes.maketrans(b"[{]}", b"\x01\x01\xff\xff")
_NO_BRACKETS = bytes(set(range(256)) - set(b"[{]}"))


def decode(handling: Handling, outcomes: Mapping[str, Outcome]) -> Refusal | None:
    """Set `handling.payload` to the JSON value of the body, or return why the body has none."""
    request = handling.request
    if request.extent == "too large":
        return Refusal((outcomes["body_too_large"],), f"The body is longer than {BODY_LIMIT} bytes.")
    unsupported = request.headers.known(_unsupported)
    if unsupported:
        outcome = outcomes["unsupported_media_type"]
        return Refusal((outcome,), unsupported, text=f"{outcome.message} {unsupported}")
    if request.extent == "cut short":
        end = "its Content-Length" if "Content-Length" in request.headers else "the end of its last chunk"
        return Refusal((outcomes["malformed_json"],), f"The body is shorter than {end}.")
    try:
        handling.payload = parse(request.body)
    except ValueError as error:
        return Refusal((outcomes["malformed_json"],), str(error))
    return None


def parse(body: bytes) -> object:
    """Return the JSON value, without what is deeper than any place of the document. Raises ValueError with the reason.

    Integers are exact up to the length that the interpreter converts (4,300 digits). If a key occurs
    twice, the last one counts. Refused are NaN and Infinity, numbers beyond a double, a byte order mark,
    encodings other than UTF-8, lone surrogates, and nesting deeper than 920 levels.
    """
    depth = _depth(body)
    if depth > _LEVELS:
        raise ValueError(f"The JSON is nested deeper than {_LEVELS} levels.")
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(str(error)) from error
    return _without_depths(value, _LEVELS_KEPT) if depth > _LEVELS_KEPT else value


def _unsupported(headers: HeaderLines) -> str:
    """Return which header says that the body is not JSON in UTF-8, or ''.

    Only application/json is supported: the document names no +json type. Parameters other than charset
    are ignored.
    """
    content_type = headers.get("Content-Type")
    if not content_type:
        return "The request has no Content-Type."
    media_type, parameters = with_parameters(content_type)
    if media_type.lower() != MEDIA_TYPE:
        return f"The media type is {media_type[:80]!r}."
    charset = parameters.get("charset", "utf-8")
    if charset.lower() not in ("utf-8", "utf8"):
        return f"The charset is {charset[:80]!r}."
    encoding = headers.get("Content-Encoding") or "identity"
    return f"The Content-Encoding is {encoding[:80]!r}." if encoding.lower() != "identity" else ""


def _depth(body: bytes) -> int:
    """Return how many lists and objects are at most inside each other, or a number that is not above _LEVELS_KEPT."""
    if body.count(b"[") + body.count(b"{") <= _LEVELS_KEPT:
        return 0
    steps = array("b", _TEXTS.sub(b"", body).translate(_STEPS, _NO_BRACKETS))
    return max(accumulate(steps), default=0)


def _without_depths(value: Any, levels: int) -> Any:
    """Return a JSON value whose lists and objects are empty below so many levels."""
    if isinstance(value, dict):
        return {name: _without_depths(inner, levels - 1) for name, inner in value.items()} if levels else {}
    if isinstance(value, list):
        return [_without_depths(inner, levels - 1) for inner in value] if levels else []
    return value
