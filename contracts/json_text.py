"""JSON text: written for the reports, readable, in a stable order and valid; and read from files of any origin."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final

from command_line.printable import INVISIBLE
from contracts.errors import Misuse
from openapi import source
from openapi.parsing import plain_words

_LARGEST: Final = 64 * 2**20
# Each value but the first has one of these before it. An object of 7 bytes takes 200 bytes of memory. The archive of a
# run has 54 values for each request.
_MARKS: Final = ",[{"
_MOST_VALUES: Final = 2_000_000
_STRING: Final = re.compile(r'"(?:[^"\\]++|\\.)*+(?:"|\Z)', re.DOTALL)


class NotJson(Misuse):
    """Raised where a file is no JSON. `content`: what it holds instead."""

    def __init__(self, message: str, content: bytes):
        super().__init__(message)
        self.content = content


def load(path: Path, what: str) -> Any:
    """Return the JSON value of a file in UTF-8, UTF-16 or UTF-32. `what`: what the file should be.

    NaN, infinities and control characters in strings are taken, since many tools write them. Raises Misuse; NotJson for
    text that is none.
    """
    content = b""
    try:
        content = source.content(path, most=_LARGEST)
        text = content.decode(json.detect_encoding(content), "surrogatepass")
        if _has_too_many_values(text):
            raise Misuse(f"{path}: has more than {_MOST_VALUES:,} values; no more are read")
        return json.loads(text, strict=False)
    except source.SourceError as error:
        raise Misuse(str(error)) from error
    except RecursionError as error:
        raise Misuse(f"{path}: is not {what}: its values are nested too deeply") from error
    except ValueError as error:
        raise NotJson(f"{path}: is not {what}: {plain_words.of_text(error)}", content) from error


def _has_too_many_values(text: str) -> bool:
    if sum(map(text.count, _MARKS)) <= _MOST_VALUES:
        return False
    values = end = 0
    for string in _STRING.finditer(text):  # the marks within strings do not count
        values += sum(text.count(mark, end, string.start()) for mark in _MARKS)
        end = string.end()
        if values > _MOST_VALUES:
            return True
    return values + sum(text.count(mark, end) for mark in _MARKS) > _MOST_VALUES


def dump(value: Any, *, indent: int | None = 2) -> str:
    """Return a value as JSON text. Raises ValueError for NaN and infinities."""
    text = json.dumps(value, indent=indent, ensure_ascii=False, allow_nan=False)
    # Escape lone surrogates, which UTF-8 cannot encode, two characters that end a line in JavaScript, and those that
    # control a terminal that shows the file.
    return INVISIBLE.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    if found[0] == "\n":
        return "\n"
    return json.dumps(found[0])[1:-1] if found[0] != "\x7f" else "\\u007f"


def is_json_value(value: Any) -> bool:
    """The value can be written as JSON: no NaN, no infinity, not too deep."""
    try:
        dump(value, indent=None)
    except (ValueError, RecursionError):
        return False
    return True
