"""JSON text: written for the reports, readable, in a stable order and valid; and read from files of any origin."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final

from contracts.errors import Misuse
from openapi import source

_LARGEST: Final = 64 * 2**20
# Each value but the first has a mark before it. An empty object of 3 bytes takes up to 200 bytes of memory.
_MARKS: Final = (b",", b"[", b"{")
_MOST_MARKS: Final = 4_000_000


def load(path: Path, what: str) -> Any:
    """Return the JSON value of a file in UTF-8, UTF-16 or UTF-32. `what`: what the file should be. Raises Misuse.

    NaN, infinities and control characters in strings are taken, since many tools write them.
    """
    try:
        content = source.content(path, most=_LARGEST)
        if sum(content.count(mark) for mark in _MARKS) > _MOST_MARKS:
            raise Misuse(f"{path}: has more than {_MOST_MARKS:,} values or commas; no more are read")
        return json.loads(content, strict=False)
    except source.SourceError as error:
        raise Misuse(str(error)) from error
    except RecursionError as error:
        raise Misuse(f"{path}: is not {what}: its values are nested too deeply") from error
    except ValueError as error:
        raise Misuse(f"{path}: is not {what}: {error}") from error


def dump(value: Any, *, indent: int | None = 2) -> str:
    """Return a value as JSON text. Raises ValueError for NaN and infinities."""
    text = json.dumps(value, indent=indent, ensure_ascii=False, allow_nan=False)
    # Escape lone surrogates, which UTF-8 cannot encode, and two characters that end a line in JavaScript.
    return re.sub("[\ud800-\udfff\u2028\u2029]", lambda found: f"\\u{ord(found[0]):04x}", text)


def is_json_value(value: Any) -> bool:
    """The value can be written as JSON: no NaN, no infinity, not too deep."""
    try:
        dump(value, indent=None)
    except (ValueError, RecursionError):
        return False
    return True
