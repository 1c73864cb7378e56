"""The limits of a run: how fast, how much and for how long it asks, how long it waits, and what stops it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Final

from contracts.exchange import Answer
from contracts.verdict.result import Stop

LIVE_PACE: Final = 60.0
# So many unexpected refusals in a row end a run: on a live host, and on any other.
_PATIENCE_LIVE: Final = 3
_PATIENCE: Final = 10
_LONGEST_PAUSE: Final = 60.0
_FIRST_PAUSE: Final = 0.1


@dataclass(frozen=True, slots=True)
class Limits:
    """`pace` in requests a minute, `seconds` for the whole run; None is no limit. `fail_fast`: stop at a finding."""

    pace: float | None = None
    requests: int | None = None
    seconds: float | None = None
    fail_fast: bool = False


class Pacer:
    """Keeps the pace, and says when a run must stop. `clock` counts seconds; `sleep` waits for seconds."""

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

    def reached(self) -> Stop | None:
        """Return the limit that is reached, or None."""
        if self._limits.requests is not None and self._sent >= self._limits.requests:
            return Stop(f"--max-requests {self._limits.requests} reached")
        if self._limits.seconds is not None and self._clock() - self._begin >= self._limits.seconds:
            return Stop(f"--max-time {self._limits.seconds:g} s reached")
        return None

    def wait(self) -> None:
        """Wait until the next request may be sent."""
        self._sent += 1
        if self._limits.pace:
            now = self._clock()
            if now < self._next:
                self._sleep(self._next - now)
            self._next = max(now, self._next) + 60.0 / self._limits.pace

    def pause(self, answer: Answer, attempt: int | None) -> Stop | None:
        """Leave the host alone for as long as its answer asks; stop where it asks for longer than a run can wait.

        `attempt`: how often the request has been sent again already; None where it is settled.
        """
        asked = _asked_pause(answer)
        if asked is None:
            asked = 0.0 if attempt is None else _FIRST_PAUSE * 2**attempt
        if asked > _LONGEST_PAUSE:
            return Stop(f"it asks to wait {asked:.0f} s", gave_up=True)
        if asked > 0:
            self._sleep(asked)
        return None

    def mind(self, status: int, *, expected: bool, live: bool) -> Stop | None:
        """Stop where a host turns away, again and again, what it should answer."""
        unexpected = not expected and (status in (401, 403, 429, 498) or status >= 500 or not status)
        self._refused = self._refused + 1 if unexpected else 0
        patience = _PATIENCE_LIVE if live else _PATIENCE
        if self._refused >= patience:
            return Stop(f"HTTP {status} where there should be an answer, {patience} times in a row", gave_up=True)
        return None


def _asked_pause(answer: Answer) -> float | None:
    """Return the seconds that a host asks to be left alone (Retry-After), by its own clock where it names a time."""
    asked = answer.headers.get("retry-after", "").strip()
    if asked.isdecimal():
        return float(asked)
    try:
        until, now = (parsedate_to_datetime(when) for when in (asked, answer.headers.get("date", "")))
        return max((until - now).total_seconds(), 0.0)
    except (TypeError, ValueError):
        return None
