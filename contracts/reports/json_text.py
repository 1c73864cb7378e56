"""JSON as the reports write it: readable, in a stable order, and never more than JSON can hold."""

from __future__ import annotations

import json
import re
from typing import Any


def dump(value: Any, *, indent: int | None = 2) -> str:
    """Return a value as JSON text. Raises ValueError for a number that JSON has no word for."""
    text = json.dumps(value, indent=indent, ensure_ascii=False, allow_nan=False)
    # Lone surrogates, which no encoding carries, and two line ends that end lines in JavaScript.
    return re.sub("[\ud800-\udfff\u2028\u2029]", lambda found: f"\\u{ord(found[0]):04x}", text)


def is_json_value(value: Any) -> bool:
    """The value can be written as JSON: no NaN, no infinity, not too deep."""
    try:
        dump(value, indent=None)
    except (ValueError, RecursionError):
        return False
    return True
