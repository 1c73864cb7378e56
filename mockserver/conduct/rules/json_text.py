"""The JSON of the body: what is none, or is read otherwise by each parser."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from mockserver.conduct.request import Sent
from mockserver.conduct.rule import Rule, Standard, Symptom
from mockserver.conduct.shown import plain

DUPLICATE = Rule(
    "json.duplicate_key",
    "hygiene",
    "A key that stands twice in one object: some hosts take the first value, some the last.",
    Standard("RFC 8259", "4", "The names within an object SHOULD be unique."),
    "Send each field once.",
)
NOT_A_NUMBER = Rule(
    "json.not_a_number",
    "hygiene",
    "NaN, Infinity, or a number beyond all that a double holds.",
    Standard(
        "RFC 8259",
        "6",
        "Numeric values that cannot be represented in the grammar below (such as Infinity and NaN) are not permitted.",
    ),
    "Check numbers before they are sent, and let the JSON writer refuse them (Python: allow_nan=False).",
)
ENCODING = Rule(
    "json.encoding",
    "hygiene",
    "JSON that is not UTF-8, begins with a byte order mark, or has half of a surrogate pair.",
    Standard(
        "RFC 8259",
        "8.1",
        "JSON text exchanged between systems that are not part of a closed ecosystem MUST be encoded using UTF-8",
    ),
    "Encode the text as UTF-8, without a byte order mark.",
)
MALFORMED = Rule(
    "json.malformed",
    "hygiene",
    "A body that is no JSON, or is empty.",
    Standard("RFC 8259", "10", "The resulting text MUST strictly conform to the JSON grammar."),
    "Let a JSON library write the body.",
)
RULES: Final = (DUPLICATE, NOT_A_NUMBER, ENCODING, MALFORMED)

_MARK: Final = b"\xef\xbb\xbf"
_FORM: Final = re.compile(rb"[\w.\[\]%+-]+=[^{}]*")
_SURROGATE: Final = re.compile(rb"\\u[dD][89a-fA-F]")
_MOST: Final = 64 * 1024  # bytes of a body that is looked at
_MOST_NAMES: Final = 20  # that are told of one body


def symptoms(sent: Sent) -> Iterator[Symptom]:
    """Yield what is wrong with the text of the body. One that did not come whole says nothing of the client."""
    request = sent.request
    if request.extent != "whole" or request.size > _MOST:
        return
    if not sent.unreadable:
        if request.body.count(b":") == _keys(sent.payload):  # so each stands there once
            return
        yield from (_twice(name) for name in list(dict.fromkeys(_read(request.body)[0]))[:_MOST_NAMES])
    elif not request.body:
        yield Symptom(MALFORMED, "The request has no body")
    else:
        yield _malformed(request.body)


def _keys(value: Any) -> int:
    """Return how many keys a JSON value has, with those inside."""
    if isinstance(value, dict):
        return len(value) + sum(map(_keys, value.values()))
    return sum(map(_keys, value)) if isinstance(value, list) else 0


def _twice(name: str) -> Symptom:
    return Symptom(DUPLICATE, f"The key {plain(name)} stands twice in one object")


def _malformed(body: bytes) -> Symptom:
    if body.startswith(_MARK):
        return Symptom(ENCODING, "The JSON begins with a byte order mark")
    try:
        body.decode()
    except UnicodeDecodeError:
        return Symptom(ENCODING, "The JSON is not UTF-8")
    if b"\0" in body[:4]:
        return Symptom(ENCODING, "The JSON is not UTF-8")
    try:
        numbers = _read(body)[1]
    except (ValueError, RecursionError):
        return Symptom(MALFORMED, _what(body))
    if numbers:
        return Symptom(NOT_A_NUMBER, f"The JSON has the value {plain(numbers[0], most=20)}")
    if _SURROGATE.search(body):
        return Symptom(ENCODING, "The JSON has half of a surrogate pair")
    return Symptom(MALFORMED, _what(body))


def _what(body: bytes) -> str:
    if _FORM.fullmatch(body):
        return "The body is a form, not JSON"
    return "The body is in the notation of Python, not JSON" if body[:2] in (b"{'", b"['") else "The body is no JSON"


def _read(body: bytes) -> tuple[list[str], list[str]]:
    """Return the keys that stand twice in an object, and the values that are no numbers of JSON. Raises ValueError."""
    twice: list[str] = []
    numbers: list[str] = []

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(found)
        if len(made) < len(found):
            twice.extend(name for name, count in Counter(name for name, _ in found).items() if count > 1)
        return made

    def real(text: str) -> float:
        value = float(text)
        if value in (float("inf"), float("-inf")):
            numbers.append(text)
        return value

    json.loads(body, object_pairs_hook=pairs, parse_constant=numbers.append, parse_float=real)
    return twice, numbers
