"""JSON text for the reports: readable, in a stable order, and valid JSON."""

from __future__ import annotations

import json
import re
from typing import Any


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
