"""One call as the history of a client keeps it: what makes two calls the same, and how the first was answered."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import Any, Final

import msgspec
from msgspec import Struct

from mockserver.conduct.request import TOKEN, outcomes
from mockserver.conduct.shown import plain
from mockserver.exchange.answers import Result, Undocumented
from mockserver.exchange.handling import Handling
from mockserver.exchange.header_lines import HeaderLines
from mockserver.exchange.manner import AT_ONCE
from mockserver.receiving.parsing import parse
from openapi.document import Outcome

_LOST: Final = frozenset({"reset-before", "reset-in", "truncated", "length-too-long", "endless", "close"})
# Refusals after which the same request is right: too slow, another connection, too early, busy.
_AGAIN: Final = frozenset({408, 421, 425, 429})
_LATE: Final = 0.3  # seconds; some tests let their clients wait no longer
_OF_THE_HOST: Final = range(500, 600)  # codes of errors that are not the fault of the client
# What of the headers makes another request of the same body.
_COUNTING: Final = ("content-type", "content-encoding", "accept", "prefer", "authorization", TOKEN)


class Call(Struct):
    """A call and its answer.

    Numbers stand for what may be long: `key` for the body but for its requestId, `shape` for what else makes two
    requests the same, `request_id`, and `whom` for customer and promotion. `at` and `answered`: Unix times in seconds.
    `refusal`: the row that has refused it, None without one. `lost`: whether the client cannot know what came of it.
    `slow`: whether its answer was delayed; `is_late`: whether the mock itself took so long that the client may have
    given up. `wait_until`: before that time it should not come again, 0 for no time. `turn` counts what was done at the
    control plane, and the calls that were carried out. `tries` counts how often it has failed in a row since `first`.
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


def call_of(handling: Handling, payload: Any, *, key: int, whom: int, turn: tuple[int, int]) -> Call:
    """Return what the history keeps of a request that was answered. `payload` is its JSON, if that can be read.

    `key` and `whom` are those of the request.
    """
    fields = payload if isinstance(payload, dict) else {}
    response, seconds = handling.response, handling.manner.seconds
    status = response.status if response else 0
    errors = [outcome for outcome in outcomes(handling) if outcome.kind == "error"]
    answered = handling.ended + seconds
    request_id, action = fields.get("requestId"), fields.get("action")
    return Call(  # by position: with the names of its fields it would take 2 µs
        handling.id,
        key,
        hash((handling.request.query, handling.request.headers.known(_counting))),
        hash(request_id) if isinstance(request_id, str) and request_id else None,
        plain(action, most=20) if isinstance(action, str) else "",
        whom,
        handling.at,
        answered,
        status,
        errors[0] if errors else None,
        _is_lost(handling, status),
        seconds > 0,
        handling.ended - handling.at > _LATE,
        _wait_until(response.header("Retry-After"), answered) if response and status >= 400 else 0.0,
        turn,
        1,
        answered,
    )


def key_of(handling: Handling, payload: Any) -> int:
    """Return what makes two bodies the same call: all but the requestId. `payload` is the JSON, if it can be read."""
    if not isinstance(payload, dict) or not payload:
        return hash(handling.request.body)
    rest = {name: value for name, value in payload.items() if name != "requestId"}
    try:
        return hash(msgspec.json.encode(rest))
    except OverflowError:  # an integer of more than 64 bits
        return hash(str(rest))


def whom_of(payload: Any) -> int:
    """Return a number for the customer and the promotion that are named."""
    fields = payload if isinstance(payload, dict) else {}
    customer, promotion = fields.get("customer"), fields.get("promotion")
    who = (customer.get("identifierName"), customer.get("identifierValue")) if isinstance(customer, dict) else ()
    return hash((str(who), str(promotion)))


def has_succeeded(handling: Handling) -> bool:
    """Return whether a call was carried out, and its answer has come as usual."""
    response = handling.response
    is_good = isinstance(handling.answer, Result) and response is not None and response.status < 400
    return is_good and handling.manner is AT_ONCE


def _counting(headers: HeaderLines) -> int:
    return hash(tuple(headers.get(name) for name in _COUNTING))


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
