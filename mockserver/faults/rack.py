"""The rack: the faults of one session with their counts, and who keeps them."""

from __future__ import annotations

import math
import random
import secrets
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any, Final, Protocol

import msgspec

from mockserver.faults.fault import Fault

_LATEST: Final = 30.0  # seconds, where a lognormal delay has no bound of its own


@dataclass(frozen=True, slots=True)
class Strike:
    """A fault that meets a request, and the delay that was drawn, in seconds."""

    id: int
    fault: Fault
    delay: float


class Armed:
    """A fault with its number and its seed, and how often it has met and struck a request.

    The numbers that are drawn for a request follow from the seed and from how many came before, so that mocks that
    share the fault go on where the others are.
    """

    def __init__(self, number: int, fault: Fault, *, seed: int | None = None, met: int = 0, struck: int = 0) -> None:
        self.id: Final = number
        self.fault: Final = fault
        self.size: Final = size_of(fault)
        # Without a seed one is drawn, so that it can be shown and given again.
        given = fault.seed if seed is None else seed
        self.seed: Final = given if given is not None else secrets.randbelow(2**32)
        self.met = met
        self.struck = struck

    @property
    def spent(self) -> bool:
        """Whether it strikes no more."""
        return self.fault.count is not None and self.struck >= self.fault.count

    def strike(self) -> Strike | None:
        """Count a request that the fault meets, and say whether it strikes."""
        self.met += 1
        if self.met <= self.fault.after or self.spent:
            return None
        drawn = random.Random(f"{self.seed} {self.met}")
        if self.fault.probability < 1 and drawn.random() >= self.fault.probability:
            return None
        self.struck += 1
        return Strike(self.id, self.fault, self._delay(drawn))

    def _delay(self, drawn: random.Random) -> float:
        fault = self.fault
        if fault.delay is None:
            return 0.0
        if fault.sigma is not None:
            most = _LATEST if fault.delay_most is None else fault.delay_most
            return min(drawn.lognormvariate(math.log(fault.delay), fault.sigma), most)
        return fault.delay if fault.delay_most is None else drawn.uniform(fault.delay, fault.delay_most)

    def shown(self) -> dict[str, Any]:
        """Return it as plain data."""
        written: dict[str, Any] = msgspec.to_builtins(self.fault)
        return {"id": self.id, **written, "seed": self.seed, "met": self.met, "struck": self.struck}


@dataclass(slots=True)
class Rack:
    """The faults that are set, in their order, and the number of the one that was set last."""

    armed: list[Armed]
    last: int = 0

    @property
    def size(self) -> int:
        """How many bytes the faults have as JSON."""
        return sum(one.size for one in self.armed)

    def arm(self, faults: Iterable[Fault]) -> list[Armed]:
        """Set more faults, and return them."""
        more = [Armed(self.last + number, fault) for number, fault in enumerate(faults, 1)]
        self.last += len(more)
        self.armed = [*self.armed, *more]
        return more


class Racks(Protocol):
    """Keeps the rack of one session."""

    @property
    def is_empty(self) -> bool:
        """Whether there are no faults, as far as is known without a look."""
        ...

    def look(self) -> Rack:
        """Return the rack, to read it."""
        ...

    def changing(self) -> AbstractContextManager[Rack]:
        """Give the rack, which nobody else reads or changes until the end. Then what was changed is kept."""
        ...


class OwnRack:
    """Keeps it in memory, for one mock."""

    def __init__(self) -> None:
        self._rack = Rack([])

    @property
    def is_empty(self) -> bool:
        """Whether there are no faults."""
        return not self._rack.armed

    def look(self) -> Rack:
        """Return the rack."""
        return self._rack

    @contextmanager
    def changing(self) -> Iterator[Rack]:
        """Give the rack."""
        yield self._rack


def size_of(fault: Fault) -> int:
    """Return how many bytes a fault has as JSON."""
    return len(msgspec.json.encode(fault))
