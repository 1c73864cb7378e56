"""The limits of a run: its pace, its number of requests, its duration, its pauses, and what stops it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from contracts.exchange import Answer, parse_date
from contracts.verdict.result import Stop

# Requests a minute on a live host, unless --pace says otherwise.
LIVE_PACE: Final = 60.0
# This many unexpected refusals in a row stop a run: on a live host, and on any other.
_MAX_REFUSALS_LIVE: Final = 3
_MAX_REFUSALS: Final = 10
# This many failures in a row stop a run: of a host that has answered nothing else so far, and of one that has. The
# second is asked once more before.
_MAX_FAILURES: Final = 10
_MAX_FAILURES_LATER: Final = 30
# Seconds: a host that asks for a longer pause, or for longer pauses in a row, stops the run.
_LONGEST_PAUSE: Final = 60.0
_LONGEST_PAUSES: Final = 120.0
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
    """Keeps the pace, and says when a run must stop.

    `clock` returns seconds; `sleep` waits for seconds; `now` returns the time of day.
    """

    def __init__(
        self,
        limits: Limits,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ):
        self.fail_fast = limits.fail_fast
        self._limits = limits
        self._clock = clock
        self._sleep = sleep
        self._now = now
        self._begin = clock()
        self._next = clock()
        self._sent = 0
        self._refused = 0
        self._failed = 0
        self._has_answered = False
        self._paused = 0.0

    def limit_reached(self) -> Stop | None:
        """Return a Stop if the number of requests or the duration has reached its limit."""
        if self._limits.requests is not None and self._sent >= self._limits.requests:
            return Stop(f"--max-requests {self._limits.requests} reached")
        if self._limits.seconds is not None and self.left() <= 0:
            return Stop(f"--max-time {self._limits.seconds:g} s reached")
        return None

    def may_overlap(self, number: int) -> bool:
        """So many requests may be sent without a pause between them: there is no pace, and no limit comes first."""
        most = self._limits.requests
        return not self._limits.pace and (most is None or self._sent + number <= most)

    def left(self) -> float:
        """Return the seconds that the run may still last."""
        if self._limits.seconds is None:
            return float("inf")
        return self._limits.seconds - (self._clock() - self._begin)

    def wait(self) -> None:
        """Wait until the pace allows the next request, and count it."""
        self._sent += 1
        if self._limits.pace:
            now = self._clock()
            if now < self._next:
                self.rest(self._next - now)
            self._next = max(now, self._next) + 60.0 / self._limits.pace

    def pause(self, answer: Answer, attempt: int | None) -> Stop | None:
        """Pause for as long as an answer asks (Retry-After), or with a growing back-off before a retry.

        `attempt`: the number of retries so far; None if the request is not sent again. Returns a Stop if the host asks
        for too long a pause.
        """
        asked = self._retry_after(answer)
        if asked is not None and (asked > _LONGEST_PAUSE or self._paused + asked > _LONGEST_PAUSES):
            return Stop(f"the host asks to wait {asked:.0f} s (Retry-After); try again then", host_unusable=True)
        self._paused = 0.0 if asked is None and attempt is None else self._paused + (asked or 0.0)
        seconds = max(asked or 0.0, 0.0 if attempt is None else _FIRST_PAUSE * 2**attempt)
        if seconds > 0:
            self.rest(seconds)
        return None

    def count_refusal(self, status: int, *, unexpected: bool, live: bool) -> Stop | None:
        """Count unexpected refusals in a row; any other answer resets the count. Return a Stop if there are too many.

        `live`: the host is treated as production.
        """
        self._refused = self._refused + 1 if unexpected else 0
        limit = _MAX_REFUSALS_LIVE if live else _MAX_REFUSALS
        if self._refused < limit:
            return None
        return _unusable(f"{limit} requests in a row were turned away", status, "answers")

    def count_failure(self, status: int, *, is_down: Callable[[], bool]) -> Stop | None:
        """Count answers in a row that are none, or of 5xx. Return a Stop if there are too many.

        `is_down`: asks the host once more, and returns whether it fails again.
        """
        fails = status >= 500 or not status
        self._failed = self._failed + 1 if fails else 0
        self._has_answered |= not fails
        if self._has_answered and (self._failed < _MAX_FAILURES_LATER or not is_down()):
            self._failed %= _MAX_FAILURES_LATER
            return None
        if self._failed < _MAX_FAILURES:
            return None
        return _unusable(f"{self._failed} requests in a row failed", status, "works")

    def rest(self, seconds: float) -> None:
        """Wait, but not beyond the end of the run."""
        self._sleep(max(min(seconds, self.left()), 0.0))

    def _retry_after(self, answer: Answer) -> float | None:
        """Return the seconds to wait that Retry-After gives. A time is compared with the host's Date, or with our clock."""
        asked = answer.headers.get("retry-after", "").strip()
        if asked.isdecimal():
            return float(asked[:10])
        until = parse_date(asked)
        if until is None:
            return None
        now = parse_date(answer.headers.get("date", "")) or self._now()
        return max((until - now).total_seconds(), 0.0)


def _unusable(what: str, status: int, again: str) -> Stop:
    """Return a Stop: what happened, the last answer, and when to try again. `status`: 0 for no answer."""
    last = f"HTTP {status}" if status else "no answer"
    return Stop(f"{what}, the last with {last}; try again when the host {again}", host_unusable=True)
