"""The permission: which requests may be sent to a host.

Nothing is enrolled on a host that is not this machine but with the host named and within a budget.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, Final

from contracts.errors import Misuse
from contracts.exchange import REQUEST_ID, Exchange, Request
from contracts.session.ledger import Ledger
from openapi.world import Absent


class NotPermitted(Misuse):
    """Raised when a request could enrol somebody and nobody permitted it, or the budget is spent."""


class Permission:
    """Decides on each request before it is sent. `budget` counts intents; None is no limit."""

    def __init__(self, *, absent: Absent | None = None, budget: int | None = None, ledger: Ledger | None = None):
        self._absent = absent
        self.budget = budget
        self._ledger = ledger
        self.intents = 0

    def check(self, request: Request, *, is_listed: Callable[[Request], bool]) -> bool:
        """Permit a request, or raise NotPermitted. True: it is an intent, written before it is sent.

        `is_listed`: the request names a customer and a promotion of the test data.
        """
        if self.budget is None or (self._absent and names_nobody(request, self._absent)):
            return False
        if not self.budget:
            raise NotPermitted("nobody permitted enrolments on this host; only refusals that name nobody are sent")
        if not is_listed(request):
            raise NotPermitted("enrolments are permitted for customers and promotions of the test data only")
        if self.intents >= self.budget:
            raise NotPermitted(f"the budget of {self.budget} enrolments is spent")
        self.intents += 1
        if self._ledger:
            self._ledger.intend(self.intents, request)
        return True

    def settle(self, exchange: Exchange) -> None:
        """Note what came of the last intent."""
        if self._ledger:
            self._ledger.settle(self.intents, exchange)


def names_nobody(request: Request, absent: Absent) -> bool:
    """The request can name nobody, however a host reads it: each part is empty, or what exists nowhere.

    So even a host that overlooks every defect, or takes a field for another, enrols nobody. What is
    not listed here is not sent: no other field or value, no path, method or header of one's own.
    """
    if request.path is not None or request.method not in _METHODS or not _HEADERS.issuperset(request.headers):
        return False
    payload = request.payload()
    try:
        body = json.loads(payload.decode("utf-8"), object_pairs_hook=_without_twins)
    except (ValueError, RecursionError):
        # No JSON, or not JSON only: a host may read it otherwise, so it must hold no word and no number.
        return not any(chr(byte).isalnum() or byte > 0x7F for byte in payload)
    return _fits(body, _nobody(absent))


# None is the method of the call.
_METHODS: Final = (None, "GET")
# What a request may bring beside the headers of the target.
_HEADERS: Final = frozenset({("Content-Type", "application/json"), ("Content-Type", "text/plain")})
_EMPTY: Final[tuple[Any, ...]] = (None, "", [], {})
_REQUEST_IDS: Final = re.compile(rf"{REQUEST_ID}(-\d+){{0,2}}", re.ASCII)


def _nobody(absent: Absent) -> dict[str, Any]:
    """Return what a body may hold: by field, the values or the fields within it."""
    promotion, customer = absent.promotion, absent.customer
    identifiers = {str(value) for value in (customer.id, customer.mobile, customer.email) if value is not None}
    ids, numbers = (promotion.id,), (promotion.promotion_id,)
    return {
        "requestId": _REQUEST_IDS,
        "action": ("ENROL", "OPT_IN"),
        "promotion": {"id": ids, "promotionId": numbers, "promoHexId": ids, "promoIntId": numbers},
        "customer": {
            "identifierName": ("id", "mobile", "email"),
            "identifierValue": tuple(identifiers),
            "source": ("INSTORE",),
        },
        "programId": (absent.program_id,),
    }


def _fits(value: Any, allowed: dict[str, Any] | tuple[Any, ...] | re.Pattern[str]) -> bool:
    """The value is empty, one of those allowed, or an object of such fields."""
    if value in _EMPTY or (isinstance(value, str) and value.isspace()):
        return True
    if isinstance(allowed, re.Pattern):
        return isinstance(value, str) and allowed.fullmatch(value) is not None
    if isinstance(allowed, tuple):
        return any(value == each and type(value) is type(each) for each in allowed)
    return isinstance(value, dict) and all(
        name in allowed and _fits(inner, allowed[name]) for name, inner in value.items()
    )


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse an object with a name given twice: hosts differ in which of the two they read."""
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise ValueError("a name is given twice")
    return fields
