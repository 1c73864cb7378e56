"""The limits of a run: its pace, its number of requests, its duration, its pauses, and what stops it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Final

from contracts.exchange import Answer
from contracts.verdict.result import Stop

# Requests a minute on a live host, unless --pace says otherwise.
LIVE_PACE: Final = 60.0
# This many unexpected refusals in a row stop a run: on a live host, and on any other.
_MAX_REFUSALS_LIVE: Final = 3
_MAX_REFUSALS: Final = 10
# Seconds: a host that asks for a longer pause stops the run.
_LONGEST_PAUSE: Final = 60.0
# Seconds before the first retry; each further retry doubles them (back-off).
_FIRST_PAUSE: Final = 0.1


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits that a user may set; None is no limit.

    `pace`: requests a minute. `requests`, `seconds`: of the whole run. `fail_fast`: stop at the first broken claim.
    """

    pace: float | None = None
    requests: int | None = None
    seconds: float | None = None
    fail_fast: bool = False


class Pacer:
    """Keeps the pace, and says when a run must stop. `clock` returns seconds; `sleep` waits for seconds."""

    def __init__(
        self,
        limits: Limits,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ):
        self.fail_fast = limits.fail_fast
        self._limits = limits
        self._clock = clock
        self._sleep = sleep
        self._begin = clock()
        self._next = clock()
        self._sent = 0
        self._refused = 0

    def limit_reached(self) -> Stop | None:
        """Return a Stop if the number of requests or the duration has reached its limit."""
        if self._limits.requests is not None and self._sent >= self._limits.requests:
            return Stop(f"--max-requests {self._limits.requests} reached")
        if self._limits.seconds is not None and self._clock() - self._begin >= self._limits.seconds:
            return Stop(f"--max-time {self._limits.seconds:g} s reached")
        return None

    def wait(self) -> None:
        """Wait until the pace allows the next request, and count it."""
        self._sent += 1
        if self._limits.pace:
            now = self._clock()
            if now < self._next:
                self._sleep(self._next - now)
            self._next = max(now, self._next) + 60.0 / self._limits.pace

    def pause(self, answer: Answer, attempt: int | None) -> Stop | None:
        """Pause for as long as an answer asks (Retry-After), or with a growing back-off before a retry.

        `attempt`: the number of retries so far; None if the request is not sent again. Returns a Stop if the host asks
        for more than a minute.
        """
        seconds = _retry_after(answer)
        if seconds is None:
            seconds = 0.0 if attempt is None else _FIRST_PAUSE * 2**attempt
        if seconds > _LONGEST_PAUSE:
            return Stop(f"the host asks to wait {seconds:.0f} s (Retry-After)", host_unusable=True)
        if seconds > 0:
            self._sleep(seconds)
        return None

    def count_refusal(self, status: int, *, expected: bool, live: bool) -> Stop | None:
        """Count unexpected refusals in a row; any other answer resets the count. Return a Stop if there are too many.

        `expected`: the request was meant to be refused. `live`: the host is treated as production.
        """
        unexpected = not expected and (status in (401, 403, 429, 498) or status >= 500 or not status)
        self._refused = self._refused + 1 if unexpected else 0
        limit = _MAX_REFUSALS_LIVE if live else _MAX_REFUSALS
        if self._refused >= limit:
            return Stop(
                f"the host refused {limit} requests in a row that it should answer, the last with HTTP {status}",
                host_unusable=True,
            )
        return None


def _retry_after(answer: Answer) -> float | None:
    """Return the seconds to wait that Retry-After gives; if it gives a time, compare that with the header Date."""
    asked = answer.headers.get("retry-after", "").strip()
    if asked.isdecimal():
        return float(asked)
    try:
        until, now = (parsedate_to_datetime(when) for when in (asked, answer.headers.get("date", "")))
        return max((until - now).total_seconds(), 0.0)
    except (TypeError, ValueError):
        return None
