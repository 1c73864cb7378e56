"""A value of every kind in every field of the documented call."""

from __future__ import annotations

import copy
import json
from typing import Any

from tests import page
from tests.hostile.case import Case, bodies

VALUES: dict[str, Any] = {
    "null": None,
    "true": True,
    "zero": 0,
    "a fraction": 0.1,
    "an empty text": "",
    "a list": [[], [{}], None],
    "an object": {"a": {"b": []}},
    "a text of 100,000 letters": "9" * 100_000,
    "a huge number": 10**400,
}


def _bodies() -> dict[str, str]:
    found = {}
    for field in (row.path for row in page.BODY_PARAMETERS):
        for name, value in VALUES.items():
            body = copy.deepcopy(page.ENROL_REQUEST)
            holder: dict[str, Any] = body
            *parents, last = field.split(".")
            for parent in parents:
                holder = holder[parent]
            holder[last] = value
            found[f"{field} is {name}"] = json.dumps(body)
    whole: dict[str, Any] = {name: value for name, value in VALUES.items() if name != "an object"}
    return found | {f"the body is {name}": json.dumps(value) for name, value in whole.items()}


CASES: tuple[Case, ...] = bodies("field", _bodies(), 200, 400)
