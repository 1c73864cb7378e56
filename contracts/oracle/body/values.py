"""Reading one text or one number: its value, as a host may convert it, and the reasons it gives to refuse a request."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from contracts.exchange import NOTHING
from contracts.oracle.body.described import Described, Path
from contracts.oracle.body.value_reasons import missing, odd_text, wrong_type
from contracts.oracle.reasons import PLAIN, Option, Reason, reading

Reasons = tuple[Reason, ...]


def read_text(
    described: Described, parent: Mapping[str, Any], path: Path, not_found: str | None = None
) -> tuple[str | None, Reasons]:
    """Return the text at a path and the reasons it gives; None where there is none.

    A value of another type is returned as the text that a host may make of it. `not_found`: the outcome of a host
    that looks a blank value up and finds nothing.
    """
    value = parent.get(path[-1], NOTHING)
    outcome = described.outcomes[path]
    if value is NOTHING or value is None:
        return None, (missing(path, value, outcome),)
    if not isinstance(value, str):
        converted = as_text(value)
        convertible = converted is not None and converted in described.listed.get(path, (converted,))
        reason = wrong_type(path, value, outcome, convertible=convertible)
        return converted if convertible else None, (reason,)
    if not value.strip():
        return None, (_blank(described, path, value, not_found),)
    return value, odd_text(path, value, outcome)


def read_number(described: Described, parent: Mapping[str, Any] | None, path: Path) -> tuple[float | None, Reasons]:
    """Return the number at a path and the reasons it gives; None where there is none.

    A value of another type is returned as the number that a host may make of it.
    """
    if parent is None:
        return None, ()
    value = parent.get(path[-1], NOTHING)
    outcome = described.outcomes[path]
    if value is NOTHING or value is None:
        # Whether the promotion needs both of its ids is an open question, which the look-ups deal with.
        return None, () if path == ("promotion", "promotionId") else (missing(path, value, outcome),)
    if isinstance(value, bool) or not isinstance(value, int | float):
        converted = as_number(value)
        return converted, (wrong_type(path, value, outcome, convertible=converted is not None),)
    if isinstance(value, float) or not 0 < value < 2**31:
        # The page says Number. It excludes no fraction and gives no width, so a host may find such a number malformed,
        # or may look it up in vain. It may also read 3334.0 as 3334.
        options = (Option(None), Option(outcome), Option(PLAIN))
        return value, (Reason(f"{'.'.join(path)} is {value}", (), options),)
    return value, ()


def as_text(value: Any) -> str | None:
    """Return the text that a host may make of a number or a boolean; None for any other value."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else None


def as_number(value: Any) -> int | None:
    """Return the whole number that a host may make of a boolean, or of a text of digits; None for any other value."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, str) and re.fullmatch(r"\s*[+-]?\d{1,400}(\.0+)?\s*", value, re.ASCII):
        return int(value.strip().partition(".")[0])
    return None


def _blank(described: Described, path: Path, value: str, not_found: str | None) -> Reason:
    name = ".".join(path)
    key = f"blank-value/{name}:{'blank' if value else 'empty'}"
    options = [Option(described.outcomes[path], (reading(key, "field-code"),))]
    if not_found:
        options.append(Option(not_found, (reading(key, "not-found"),)))
    if path in described.listed:
        options.append(Option(PLAIN))
    if path == ("promotion", "id"):
        # A blank id is no defect where the other id is enough, or wins.
        options.append(Option(None, decides=False))
    claim = f"request.{name}.{'values' if path in described.listed else 'required'}"
    return Reason(f"{name} is blank", (claim,), tuple(options), kind="blank")
