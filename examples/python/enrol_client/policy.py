"""How long a call may take, and how often it is sent."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Policy:
    """Times in seconds. `deadline`: for the whole call, with all that is sent again. `patience`: for one answer, to its end.

    `attempts`: how often the request is sent at most. `backoff`: the first pause is up to so long, each next one up to
    twice as long.
    """

    deadline: float = 30.0
    patience: float = 10.0
    attempts: int = 4
    backoff: float = 0.2

    def pause(self, attempt: int, retry_after: float | None) -> float:
        """Return how long to wait after an attempt; the first is 1. Chance keeps many clients from coming back together."""
        drawn = random.uniform(0.5, 1) * self.backoff * 2.0 ** (attempt - 1)
        return drawn if retry_after is None else retry_after + drawn
