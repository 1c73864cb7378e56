"""The story of a finding: the earlier requests for the same customer and promotion, which may have caused it."""

from __future__ import annotations

import re
from typing import Any, Final

from contracts.exchange import Request
from contracts.host.target import Target
from contracts.verdict.findings import Finding
from contracts.verdict.result import Result

_LAST: Final = 5
# Claims that a request shows by itself, whatever was sent before.
_BY_ITSELF: Final = re.compile(r"request\..*|auth\..*|hygiene\..*|response\..*\.echo")
_PLACEHOLDER: Final = re.compile(r"<(?:mobile|email) of customer (\d+)")


def earlier_requests(finding: Finding, result: Result) -> tuple[int, ...]:
    """Return the numbers of the last five requests before a finding that name its customer and its promotion.

    There are none where what was sent before makes no difference.
    """
    if _BY_ITSELF.fullmatch(finding.claim):
        return ()
    subject = _subject(finding.exchange.request, result.target)
    if subject is None:
        return ()
    numbers = [
        exchange.number
        for exchange in result.exchanges
        if exchange.number < finding.exchange.number and _subject(exchange.request, result.target) == subject
    ]
    return tuple(numbers[-_LAST:])


def _subject(request: Request, target: Target) -> tuple[int, str] | None:
    """Return the position of the customer in the test data and the promotion's id; None if a request lacks one."""
    body = request.body if isinstance(request.body, dict) else {}
    promotion, customer = body.get("promotion"), body.get("customer")
    if not isinstance(promotion, dict) or not isinstance(customer, dict):
        return None
    place = _place(customer.get("identifierValue"), target)
    name = promotion.get("id")
    return (place, name) if place and isinstance(name, str) else None


def _place(value: Any, target: Target) -> int | None:
    if not isinstance(value, str):
        return None
    masked = _PLACEHOLDER.match(value)
    if masked:
        return int(masked[1])
    known = ((place, customer) for place, customer in enumerate(target.data.customers, 1))
    return next((place for place, c in known if value in (str(c.id), c.external_id)), None)
