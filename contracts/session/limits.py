"""The limits of a run: how fast, how much and for how long it asks, and what stops it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

LIVE_PACE: Final = 60.0
_REFUSALS: Final = 3
_PATIENCE: Final = 10


@dataclass(frozen=True, slots=True)
class Limits:
    """`pace` in requests a minute, `seconds` for the whole run, `latency` in seconds an answer; None is no limit."""

    pace: float | None = None
    requests: int | None = None
    seconds: float | None = None
    latency: float | None = None
    fail_fast: bool = False


class Pacer:
    """Keeps the pace, and says when a limit is reached. `clock` in seconds; `sleep` waits."""

    def __init__(
        self,
        limits: Limits,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ):
        self._limits = limits
        self._clock = clock
        self._sleep = sleep
        self._begin = clock()
        self._next = clock()
        self._sent = 0
        self._refused = 0

    def reached(self) -> str | None:
        """Return which limit is reached, or None."""
        if self._limits.requests is not None and self._sent >= self._limits.requests:
            return f"--max-requests {self._limits.requests} reached"
        if self._limits.seconds is not None and self._clock() - self._begin >= self._limits.seconds:
            return f"--max-time {self._limits.seconds:g} s reached"
        return None

    def wait(self) -> None:
        """Wait for the next request's turn."""
        self._sent += 1
        if self._limits.pace:
            now = self._clock()
            if now < self._next:
                self._sleep(self._next - now)
            self._next = max(now, self._next) + 60.0 / self._limits.pace

    def mind(self, status: int, *, expected: bool, live: bool) -> str | None:
        """Return why to leave a host alone: it turns away what it should answer, again and again."""
        unexpected = not expected and (status in (401, 403, 429, 498) or status >= 500 or not status)
        self._refused = self._refused + 1 if unexpected else 0
        patience = _REFUSALS if live else _PATIENCE
        if self._refused >= patience:
            return f"HTTP {status} where there should be an answer, {patience} times in a row"
        return None
