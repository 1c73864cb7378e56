"""Watches what a process uses while it is loaded, and tells whether that grows."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import linear_regression
from typing import Final

from tests.bench.processes import Usage, usage
from tests.soak.clients import Told

_WARM: Final = 0.4  # of the time: Python's memory finds its size
_ENOUGH: Final = 20  # samples that tell how something grows
TEN_MINUTES: Final = 600


@dataclass(frozen=True, slots=True)
class Sample:
    """What a process used at a time, in seconds, when it had answered so many requests."""

    at: float
    requests: int
    used: Usage


@dataclass(frozen=True, slots=True)
class Filling:
    """What a process keeps up to a bound of its own: full after so many requests, and then of so many MB at most."""

    requests: int = 0
    megabytes: float = 0.0


@dataclass(frozen=True, slots=True)
class Growth:
    """How a straight line through the samples grows: over all the time, in ten minutes, with a million requests."""

    over_all: float
    ten_minutes: float
    million: float


@dataclass(frozen=True, slots=True)
class Watched:
    """A process and its samples. `told` has how many requests it has answered so far, `filling` what it may keep of them."""

    name: str
    pid: int
    told: Told
    samples: list[Sample] = field(default_factory=list)
    filling: Filling = Filling()

    def look(self) -> None:
        """Take one more sample. Raises OSError if the process has ended."""
        self.samples.append(Sample(time.monotonic(), self.told.requests, usage(self.pid)))

    @property
    def is_full(self) -> bool:
        """Whether there are samples enough of the time when all was kept that is kept."""
        return not self.filling.requests or len(self._full) >= _ENOUGH

    @property
    def warm(self) -> list[Sample]:
        """The samples without those of the beginning, and without those of the time when what is kept was filling."""
        return self._full if self.is_full else self._later

    @property
    def _later(self) -> list[Sample]:
        return self.samples[int(len(self.samples) * _WARM) :]

    @property
    def _full(self) -> list[Sample]:
        return [one for one in self._later if one.requests >= self.filling.requests]

    def growth(self, of: Callable[[Usage], float]) -> Growth:
        """Return how something grows, by least squares. Of fewer than two samples nothing grows."""
        warm = self.warm
        if len(warm) < 2:
            return Growth(0, 0, 0)
        values, times = [of(one.used) for one in warm], [one.at for one in warm]
        slope = linear_regression(times, values).slope
        lasted, answered = times[-1] - times[0], warm[-1].requests - warm[0].requests
        return Growth(slope * lasted, slope * TEN_MINUTES, slope * lasted / max(1, answered) * 1_000_000)
