"""Reads JSON text as plain data."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any, Final, NoReturn

from openapi.parsing import positions, scalars
from openapi.parsing.problem import DEEPEST, MOST_VALUES, TOO_DEEP, TOO_MANY, Problem, place_of

_ESCAPE: Final = re.compile(r"\\(?:u([0-9a-fA-F]{4})|.)", re.DOTALL)
_CLOSING: Final = re.compile(r"\s*,?\s*([\]}])")
_COMMENT: Final = re.compile(r"#|//|/\*")


class NoJSON(Problem):
    """Raised for a text that is no JSON, or is nested so deeply that the YAML parser had better say where."""


def load(text: str) -> Any:
    """Return the plain data of a JSON text.

    Raises NoJSON for a text that does not follow the syntax, another Problem for a key that is given twice, half a
    character (a lone surrogate), a number that cannot be kept, and what is beyond the bounds.
    """
    decoder = json.JSONDecoder(
        object_pairs_hook=_Objects(text).of,
        parse_int=lambda written: _number(text, written, scalars.integer),
        parse_float=lambda written: _number(text, written, scalars.decimal),
        parse_constant=lambda written: _refuse(f"JSON has no {written}", text, written),
    )
    try:
        data = decoder.decode(text)
    except json.JSONDecodeError as error:
        says, offset = _syntax(error)
        raise NoJSON(says, *place_of(text, offset)) from error
    except RecursionError as error:
        raise NoJSON(TOO_DEEP) from error
    _check_bounds(data)
    _check_characters(text)
    return data


class _Objects:
    """Makes objects of their keys and values."""

    def __init__(self, text: str) -> None:
        self._text = text

    def of(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        """Return an object. Raises Problem for a key that is given twice."""
        found = dict(pairs)
        if len(found) < len(pairs):
            counts = Counter(key for key, _ in pairs)
            twice = next(key for key, count in counts.items() if count > 1)
            raise Problem(f"the key {twice!r:.100} is given twice", *positions.of_second_key(self._text))
        return found


def _number(text: str, written: str, read: Any) -> Any:
    try:
        return read(written)
    except Problem as problem:
        _refuse(problem.says.replace("'", '"'), text, written)


def _refuse(problem: str, text: str, written: str) -> NoReturn:
    raise Problem(problem, *positions.of_plain(text, written))


def _syntax(error: json.JSONDecodeError) -> tuple[str, int]:
    """Return what is wrong with the syntax, in the user's terms where these are known, and at which offset."""
    before, behind = error.doc[: error.pos].rstrip(), error.doc[error.pos :].lstrip()
    closing = _CLOSING.match(error.doc, error.pos)
    if closing and (before.endswith(",") or "," in closing[0]):  # Python 3.13 points at the comma, older ones behind it
        return f"a comma before the {closing[1]}; remove the comma", closing.start(1)
    if _COMMENT.match(behind):
        says = "JSON has no comments"
    elif behind.startswith("'"):
        says = "JSON has double quotes only"
    elif (behind[:1].isdigit() and before[-1:] in ("0", "-")) or behind.startswith("+"):
        says = "a number has no plus and no zeros before it; if it is a text, put it in double quotes"
    elif error.msg.startswith("Invalid control character"):
        says = "a tab or the end of a line within a text; write \\t or \\n"
    else:
        says = f"this is not JSON: {error.msg[0].lower()}{error.msg[1:]}"
    return says, error.pos


def _check_bounds(data: Any) -> None:
    """Raise Problem for more values or levels than are read. Keys count as values, as in YAML."""
    values, level = 1, [data] if isinstance(data, dict | list) else []
    for _ in range(DEEPEST):
        below: list[Any] = []
        for holder in level:
            values += len(holder) * (2 if isinstance(holder, dict) else 1)
            inside = holder.values() if isinstance(holder, dict) else holder
            below += [one for one in inside if isinstance(one, (dict, list))]
        if values > MOST_VALUES:
            raise Problem(TOO_MANY)
        level = below
    if level:
        raise NoJSON(TOO_DEEP)


def _check_characters(text: str) -> None:
    """Raise Problem for an escape that stands for half a character. Python's decoder lets it pass."""
    if not re.search(r"\\u[dD][89a-fA-F]", text):
        return
    high: re.Match[str] | None = None  # the first half of a pair
    for escape in _ESCAPE.finditer(text):
        code = int(escape[1], 16) if escape[1] else 0
        if high and not (0xDC00 <= code <= 0xDFFF and high.end() == escape.start()):
            break
        if not high and 0xDC00 <= code <= 0xDFFF:
            high = escape
            break
        high = escape if 0xD800 <= code <= 0xDBFF else None
    if high:
        says = f"{high[0]} is half a character: a surrogate without its other half"
        raise Problem(says, *place_of(text, high.start()))
