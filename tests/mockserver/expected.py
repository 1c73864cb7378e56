"""What the mock should find wrong with a body under the default readings.

Worked out from tests/page.py alone, without the document, a schema or the mock's own parser.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tests import page

LISTED = {parameter.path: parameter.lists for parameter in page.BODY_PARAMETERS}


def malformed(body: bytes) -> bool:
    """Whether the bytes are not one JSON value in UTF-8, with finite numbers and without lone surrogates."""
    try:
        value = json.loads(body.decode("utf-8"), parse_constant=_refuse, parse_float=_finite)
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError):
        return True
    return False


def codes(value: Any) -> list[int]:
    """Return the codes of everything wrong with the fields of a JSON value, in the order of the page."""
    return sorted(_codes(value)) if isinstance(value, dict) else [400]


def _codes(body: dict[str, Any]) -> Iterator[int]:
    promotion, customer = body.get("promotion"), body.get("customer")
    if not isinstance(body.get("requestId"), str | None):
        yield 400
    if not _is_listed(body.get("action"), "action"):
        yield 310002
    if (
        not isinstance(promotion, dict)
        or not _is_text(promotion.get("id"))
        or not _is_int(promotion.get("promotionId"))
    ):
        yield 310003
    if not isinstance(customer, dict):
        yield 310004
    if not _is_int(body.get("programId")):
        yield 310005
    if isinstance(customer, dict):
        if not _is_listed(customer.get("identifierName"), "customer.identifierName"):
            yield 310006
        if not _is_text(customer.get("identifierValue")):
            yield 310007
        if customer.get("source") is not None and not _is_listed(customer["source"], "customer.source"):
            yield 310008


def _is_listed(value: Any, path: str) -> bool:
    return isinstance(value, str) and value in LISTED[path]


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value.strip() != ""


def _is_int(value: Any) -> bool:
    """Whether it is a whole number; JSON does not tell 3334.0 from 3334."""
    return (isinstance(value, int) and not isinstance(value, bool)) or (isinstance(value, float) and value.is_integer())


def _refuse(constant: str) -> float:
    raise ValueError(constant)


def _finite(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise ValueError(digits)
    return number
