"""Sensitivity: how rare a defect may be that a run still sees, if it strikes answers by chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from contracts.exchange import VALID_CREDENTIALS, Exchange, decode
from contracts.oracle.reply import part

_CONFIDENCE: Final = 0.95
_REFUSED: Final = "requests that are refused"


def rarest_seen(answers: int) -> int:
    """Return the largest N for which a defect in one of N answers strikes one of these answers with 95 % confidence.

    0 if there are no answers. Each answer is struck or not whatever the others are: 1 - (1 - 1/N)^answers ≥ 0.95.
    """
    return int(1 / (1 - (1 - _CONFIDENCE) ** (1 / answers))) if answers else 0


def sensitivity(exchanges: Iterable[Exchange]) -> str:
    """Return in words how rare a defect may be that these answers would have shown; "" if none of them was judged."""
    answers = Counter(filter(None, map(_kind, exchanges)))
    seen = [(kind, rarest_seen(answers[kind])) for kind in ("ENROL", "OPT_IN", _REFUSED)]
    rates = ", ".join(f"1 in {rate} answers to {kind}" for kind, rate in seen if rate > 1)
    return rates and f"a defect that comes and goes would have been seen with 95 % confidence if it spoils {rates}"


def _kind(exchange: Exchange) -> str:
    """Return the action of a request that was carried out, _REFUSED of one that was refused, "" of any other."""
    request, answer = exchange.request, exchange.answer
    if exchange.probe or not request.is_plain_call or request.credentials not in VALID_CREDENTIALS:
        return ""
    body = decode(answer.content)
    if part(body, "errors"):
        return _REFUSED
    action = part(request.body, "action")
    is_done = part(body, "data", "enrollmentStatus", "promotion", "enrollmentId") and not part(body, "warnings")
    return action if is_done and action in ("ENROL", "OPT_IN") else ""
