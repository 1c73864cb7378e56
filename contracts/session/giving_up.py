"""Giving up: why to end a run whose host refuses or fails again and again."""

from __future__ import annotations

from collections.abc import Callable

from contracts.exchange import UNAUTHENTICATED, VALID_CREDENTIALS, Exchange
from contracts.session.limits import Pacer
from contracts.verdict.record import Record
from contracts.verdict.result import Stop


def reason_to_stop(
    record: Record, pacer: Pacer, exchange: Exchange, *, judged: bool, is_down: Callable[[], bool]
) -> Stop | None:
    """Count a refusal or a failure. Return a Stop after too many in a row.

    Of a live host any refusal counts; of others, what is left unjudged. `is_down`: asks the host once more, and returns
    whether it fails again.
    """
    live, status = record.target.live, exchange.answer.status
    is_expected = exchange.request.credentials not in VALID_CREDENTIALS or not exchange.request.is_plain_call
    is_refusal = not judged or (live and (not status or status in (*UNAUTHENTICATED, 429) or status >= 500))
    refused = pacer.count_refusal(status, unexpected=is_refusal and not is_expected, live=live)
    failed = None if is_expected else pacer.count_failure(status, is_down=is_down)
    engine_down = Stop("the promotion engine of the host is down: no enrolment succeeds", host_unusable=True)
    return refused or failed or (engine_down if record.retries.engine_down else None)
