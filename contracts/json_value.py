"""A JSON value as a message shows it: as JSON writes it, in one line, and short."""

from __future__ import annotations

import json
from typing import Any, Final

from contracts.exchange import NOTHING, shortened

LONGEST: Final = 300


def kind_of(value: Any) -> str:
    """Return in words what a JSON value is."""
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    kinds = (str, "a text"), (dict, "an object"), (list, "a list")
    return next((words for kind, words in kinds if isinstance(value, kind)), "a number")


def as_json(value: Any, most: int = LONGEST) -> str:
    """Return a value as JSON, cut after `most` characters; "absent" for NOTHING, the value of a field that is not there."""
    if value is NOTHING:
        return "absent"
    try:
        return shortened(json.dumps(value, ensure_ascii=False), most)
    except (ValueError, RecursionError):  # a number of more digits than Python writes, or too deep
        return "a value too large to show"
