"""Others: notice that somebody else enrols customers on the host while a run lasts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from contracts.exchange import Exchange, decode_answer
from contracts.oracle.reply import part

# One enrolment takes at most two numbers: one for itself and one for its opt-in record.
_OWN: Final = 2
# So many enrolments must have followed each other closely, so that a wider step means something.
_CLOSE: Final = 3


def shows_others(exchanges: Iterable[Exchange]) -> Exchange | None:
    """Return the first exchange that shows that somebody else has enrolled customers meanwhile; None if none does.

    A host that numbers enrolments shows it: two that the run made with one request right behind the other have
    numbers between them. A host that always leaves gaps shows nothing.
    """
    steps = list(_steps(exchanges))
    close = sum(0 < step <= _OWN for _, step in steps)
    return next((exchange for exchange, step in steps if step > _OWN and close >= _CLOSE), None)


def _steps(exchanges: Iterable[Exchange]) -> Iterator[tuple[Exchange, int]]:
    """Yield each enrolment that the run made right behind another, and how far apart the numbers of the two are."""
    before: tuple[int, int] | None = None
    for exchange in exchanges:
        if exchange.group:  # several of the run's own were under way at the same time
            before = None
            continue
        sent = exchange.request.body
        if not isinstance(sent, dict) or sent.get("action") != "ENROL" or not 200 <= exchange.answer.status < 300:
            continue
        body = decode_answer(exchange.answer.content)
        shown = part(body, "data", "enrollmentStatus", "promotion", "enrollmentId")
        is_number = isinstance(shown, str) and shown.isascii() and shown.isdigit() and len(shown) < 19
        if not is_number or part(body, "warnings"):
            continue
        if before and exchange.number == before[0] + 1:
            yield exchange, int(shown) - before[1]
        before = exchange.number, int(shown)
