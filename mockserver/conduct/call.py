"""One call as the history of a client keeps it: what makes two calls the same, and how the first was answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, Final

import msgspec

from mockserver.conduct.request import TOKEN, outcomes
from mockserver.conduct.shown import plain
from mockserver.exchange.answers import Undocumented
from mockserver.exchange.handling import Handling
from mockserver.receiving.parsing import parse
from openapi.document import Outcome

_LOST: Final = frozenset({"reset-before", "reset-in", "truncated", "length-too-long", "endless", "close"})
# Refusals after which the same request is right: too slow, another connection, too early, busy.
_AGAIN: Final = frozenset({408, 421, 425, 429})
_LATE: Final = 0.3  # seconds; some tests let their clients wait no longer
_OF_THE_HOST: Final = range(500, 600)  # codes of errors that are not the fault of the client
# What of the headers makes another request of the same body.
_COUNTING: Final = ("content-type", "content-encoding", "accept", "prefer", "authorization", TOKEN)


@dataclass(slots=True)
class Call:
    """A call and its answer.

    Numbers stand for what may be long: `key` for the body but for its requestId, `shape` for what else makes two requests
    the same, `request_id`, and `whom` for customer and promotion. `at` and `answered`: Unix times in seconds. `refusal`: the row that has refused it, None without
    one. `lost`: whether the client cannot know what came of it. `slow`: whether its answer was delayed; `is_late`: whether
    the mock itself took so long that the client may have given up. `wait_until`: before that time it should not come again,
    0 for no time. `turn` counts what was done at the control plane, and the calls that were carried out. `tries` counts how
    often it has failed in a row since `first`.
    """

    id: str
    key: int
    shape: int
    request_id: int | None
    action: str
    whom: int
    at: float
    answered: float
    status: int
    refusal: Outcome | None
    lost: bool
    slow: bool
    is_late: bool
    wait_until: float
    turn: tuple[int, int]
    tries: int = 1
    first: float = 0.0

    @property
    def is_refused(self) -> bool:
        """Whether the same request would be refused again."""
        is_hosts = self.refusal is not None and self.refusal.code in _OF_THE_HOST  # whatever status it comes with
        if self.lost or is_hosts or self.status in _AGAIN:
            return False
        return self.refusal is not None or 400 <= self.status < 500

    @property
    def has_failed(self) -> bool:
        """Whether there is a reason to try it again."""
        return self.lost or self.refusal is not None or self.status >= 400


def call_of(
    handling: Handling, payload: Any, headers: Mapping[str, str], *, took: float, turn: tuple[int, int]
) -> Call:
    """Return what the history keeps of a request that was answered. `payload` is its JSON, if that can be read.

    `took`: the seconds from the request to its answer.
    """
    fields = payload if isinstance(payload, dict) else {}
    response, seconds = handling.response, handling.manner.seconds
    status = response.status if response else 0
    errors = [outcome for outcome in outcomes(handling) if outcome.kind == "error"]
    answered = handling.at + max(took, seconds)
    request_id, action = fields.get("requestId"), fields.get("action")
    return Call(
        id=handling.id,
        key=_key(fields) if fields else hash(handling.request.body),
        shape=hash((handling.request.query, *(headers.get(name) for name in _COUNTING))),
        request_id=hash(request_id) if isinstance(request_id, str) and request_id else None,
        action=plain(action, most=20) if isinstance(action, str) else "",
        whom=_whom(fields),
        at=handling.at,
        answered=answered,
        status=status,
        refusal=errors[0] if errors else None,
        lost=_is_lost(handling, status),
        slow=seconds > 0,
        is_late=took - seconds > _LATE,
        wait_until=_wait_until(response.header("Retry-After"), answered) if response and status >= 400 else 0.0,
        turn=turn,
        first=answered,
    )


def _key(fields: Mapping[str, Any]) -> int:
    """Return what makes two bodies the same call: all but the requestId."""
    rest = {name: value for name, value in fields.items() if name != "requestId"}
    try:
        return hash(msgspec.json.encode(rest))
    except OverflowError:  # an integer of more than 64 bits
        return hash(str(rest))


def _whom(fields: Mapping[str, Any]) -> int:
    """Return a number for the customer and the promotion that are named."""
    customer, promotion = fields.get("customer"), fields.get("promotion")
    who = (customer.get("identifierName"), customer.get("identifierValue")) if isinstance(customer, dict) else ()
    return hash((str(who), str(promotion)))


def _is_lost(handling: Handling, status: int) -> bool:
    """Return whether the answer did not come whole, or says nothing that can be read."""
    if handling.manner.breakage in _LOST or status == 0:
        return True
    answer = handling.answer
    return isinstance(answer, Undocumented) and status < 300 and not _is_object(answer.body)


def _is_object(body: bytes) -> bool:
    try:
        return isinstance(parse(body), dict)
    except ValueError:
        return False


def _wait_until(retry_after: str | None, answered: float) -> float:
    """Return the time that Retry-After names, 0 if it names none (RFC 9110, section 10.2.3)."""
    if retry_after is None:
        return 0.0
    if retry_after.isdecimal():
        return answered + float(retry_after[:9])
    try:
        return parsedate_to_datetime(retry_after).timestamp()
    except ValueError:
        return 0.0
