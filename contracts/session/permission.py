"""The permission: decide for each request whether it may be sent.

On a live host, a request that could enrol a customer needs --permit-enrolments and is counted against a budget.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, Final

from contracts.credentials import ELSEWHERE
from contracts.errors import Misuse
from contracts.exchange import REQUEST_ID, Exchange, Request
from contracts.session.ledger import Ledger
from openapi.world import Absent

# How many requests that can enrol nobody a live host gets at most: those of the safe list, to connect, for access
# tokens, and all that are sent again.
MOST_HARMLESS: Final = 60


class NotPermitted(Misuse):
    """Raised when a request could enrol a customer without permission, or beyond the budget."""


class Permission:
    """Checks each request before it is sent.

    `absent`: ids that do not exist on the host. `budget`: how many requests may enrol a customer; None is no limit.
    `intents`: how many such requests were permitted so far; `harmless`: how many others. With a budget, a host gets at
    most MOST_HARMLESS of these, whatever it answers.
    """

    def __init__(self, *, absent: Absent | None = None, budget: int | None = None, ledger: Ledger | None = None):
        self._absent = absent
        self.budget = budget
        self._ledger = ledger
        self.intents = 0
        self.harmless = 0

    def check(self, request: Request, *, names_test_data: Callable[[Request], bool]) -> bool:
        """Permit a request, or raise NotPermitted. Return whether it counts against the budget and is in the ledger.

        `names_test_data`: tells whether a request names a customer and a promotion of the test data.
        """
        if self.budget is None or (self._absent and can_enrol_nobody(request, self._absent)):
            self.count_harmless()
            return False
        if not self.budget:
            raise NotPermitted(
                "enrolments on this host are not permitted (--permit-enrolments); only requests that can enrol nobody are sent"
            )
        if not names_test_data(request):
            raise NotPermitted("enrolments are permitted only for customers and promotions of the target file")
        if self.intents >= self.budget:
            raise NotPermitted(f"the budget of {self.budget} enrolments is used up (--budget)")
        self.intents += 1
        if self._ledger:
            self._ledger.write_request(self.intents, request)
        return True

    def count_harmless(self) -> None:
        """Count a request that can enrol nobody, such as one for an access token. Raises NotPermitted."""
        if self.budget is not None and self.harmless >= MOST_HARMLESS:
            raise NotPermitted(f"the {MOST_HARMLESS} requests that a live host gets at most are sent")
        self.harmless += 1

    def record_result(self, exchange: Exchange, intent: int | None = None) -> None:
        """Write the result of a permitted request to the ledger: by its number, or that of the last one."""
        if self._ledger:
            self._ledger.write_result(self.intents if intent is None else intent, exchange)


def can_enrol_nobody(request: Request, absent: Absent) -> bool:
    """The request can enrol nobody: each value is empty or an id that does not exist on the host.

    So even a host that ignores every defect, or takes one field for another, has no customer to enrol. The check is a
    list of what is allowed. Any other field, value, path, method or header makes it False.
    """
    if request.credentials in ELSEWHERE:
        return False
    if request.path is not None or request.method not in _METHODS or not _HEADERS.issuperset(request.headers):
        return False
    payload = request.payload()
    try:
        body = json.loads(payload.decode("utf-8"), object_pairs_hook=_refuse_duplicate_names)
    except (ValueError, RecursionError):
        # A host may read more from invalid JSON than this parser, so the bytes must hold no letter, digit or non-ASCII
        # byte.
        return not any(chr(byte).isalnum() or byte > 0x7F for byte in payload)
    return _is_allowed(body, _allowed_fields(absent))


# None stands for the method of the call, POST.
_METHODS: Final = (None, "GET")
# Headers that a request may have in addition to those of the target.
_HEADERS: Final = frozenset({("Content-Type", "application/json"), ("Content-Type", "text/plain")})
_EMPTY: Final[tuple[Any, ...]] = (None, "", [], {})
_REQUEST_IDS: Final = re.compile(rf"{REQUEST_ID}(-\d+){{0,2}}", re.ASCII)


def _allowed_fields(absent: Absent) -> dict[str, Any]:
    """Return what a body may hold: for each field, the allowed values or the fields inside it."""
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


def _is_allowed(value: Any, allowed: dict[str, Any] | tuple[Any, ...] | re.Pattern[str]) -> bool:
    """The value is empty, or an allowed value, or an object with allowed fields only."""
    if value in _EMPTY or (isinstance(value, str) and value.isspace()):
        return True
    if isinstance(allowed, re.Pattern):
        return isinstance(value, str) and allowed.fullmatch(value) is not None
    if isinstance(allowed, tuple):
        return any(value == listed and type(value) is type(listed) for listed in allowed)
    return isinstance(value, dict) and all(
        name in allowed and _is_allowed(inner, allowed[name]) for name, inner in value.items()
    )


def _refuse_duplicate_names(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object's fields. Raises ValueError for a duplicate name: hosts differ in which one they read."""
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise ValueError("an object has a duplicate name")
    return fields
