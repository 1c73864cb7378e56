"""Unmasking: replace the placeholders of a mask by the personal data of the target."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from contracts.host.target import Target
from contracts.masking import spellings

_PLACEHOLDER: Final = re.compile(r"<(mobile|email) of customer (\d+)([^<>]*)>")
_NUMBER: Final = re.compile(r"<the number (.*)>")


def unmask(value: Any, target: Target) -> Any:
    """Return a masked text or JSON value with the target's personal data in place of the placeholders.

    The spelling is that of the request that was masked. Secrets stay masked.
    """
    if isinstance(value, str):
        number = _NUMBER.fullmatch(value)
        if number and _PLACEHOLDER.search(number[1]):
            return json.loads(_restore(number[1], target))
        return _restore(value, target)
    if isinstance(value, dict):
        return {unmask(key, target): unmask(inner, target) for key, inner in value.items()}
    if isinstance(value, list):
        return [unmask(inner, target) for inner in value]
    return value


def _restore(text: str, target: Target) -> str:
    def datum(found: re.Match[str]) -> str:
        position = int(found[2])
        customers = target.data.customers
        known = getattr(customers[position - 1], found[1]) if 0 < position <= len(customers) else None
        return found[0] if known is None else spellings.spell(known, found[3])

    return _PLACEHOLDER.sub(datum, text)
