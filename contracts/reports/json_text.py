"""JSON text for the reports: readable, in a stable order, and valid JSON."""

from __future__ import annotations

import json
import re
from typing import Any

from contracts.printable import INVISIBLE


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
