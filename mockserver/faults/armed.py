"""The faults that are set: which of them meets a request, and how often each has."""

from __future__ import annotations

import math
import random
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import msgspec

from mockserver.errors import MockError
from mockserver.exchange.received import Received
from mockserver.faults.effects import REFUSE_TLS, Abilities, check
from mockserver.faults.fault import Fault
from mockserver.faults.matching import Asked
from openapi.document import Outcome

_MOST: Final = 100  # faults at once
_LARGEST: Final = 256 * 1024  # bytes of all of them, as JSON
_LARGEST_OF_ALL: Final = 16 * 2**20  # bytes of the faults of all sessions
_LATEST: Final = 30.0  # seconds, where a lognormal delay has no bound of its own


@dataclass(frozen=True, slots=True)
class Strike:
    """A fault that meets a request, and the delay that was drawn, in seconds."""

    id: int
    fault: Fault
    delay: float


class _Armed:
    """A fault with its number, its random numbers, and how often it has met and struck a request."""

    def __init__(self, number: int, fault: Fault) -> None:
        self.id: Final = number
        self.fault: Final = fault
        self.size: Final = _size(fault)
        # Without a seed one is drawn, so that it can be shown and given again.
        self.seed: Final = fault.seed if fault.seed is not None else secrets.randbelow(2**32)
        self.met = 0
        self.struck = 0
        self._random = random.Random(self.seed)

    @property
    def spent(self) -> bool:
        return self.fault.count is not None and self.struck >= self.fault.count

    def strike(self) -> Strike | None:
        """Count a request that the fault meets, and say whether it strikes."""
        self.met += 1
        if self.met <= self.fault.after or self.spent or self._random.random() >= self.fault.probability:
            return None
        self.struck += 1
        return Strike(self.id, self.fault, self._delay())

    def _delay(self) -> float:
        fault = self.fault
        if fault.delay is None:
            return 0.0
        if fault.sigma is not None:
            most = _LATEST if fault.delay_most is None else fault.delay_most
            return min(self._random.lognormvariate(math.log(fault.delay), fault.sigma), most)
        return fault.delay if fault.delay_most is None else self._random.uniform(fault.delay, fault.delay_most)

    def shown(self) -> dict[str, Any]:
        written: dict[str, Any] = msgspec.to_builtins(self.fault)
        return {"id": self.id, **written, "seed": self.seed, "met": self.met, "struck": self.struck}


class Faults:
    """The faults of one session, in their order. Of several that would strike, the first one does."""

    def __init__(self, abilities: Abilities, start: tuple[Fault, ...] = ()) -> None:
        """`start`: the faults there are at the start and after a reset. Raises MockError."""
        for fault in start:
            check(fault, abilities)
        self._abilities = abilities
        self._start = start
        self.reset()

    @property
    def abilities(self) -> Abilities:
        """What the mock can do."""
        return self._abilities

    @property
    def ready(self) -> int:
        """How many faults can still strike."""
        return sum(not one.spent for one in self._armed)

    def fork(self) -> Faults:
        """Return the faults of a session with a name, as these were at the start. Handshakes belong to no such session."""
        own = tuple(fault for fault in self._start if fault.effect != REFUSE_TLS)
        return Faults(replace(self._abilities, named=True), own)

    def reset(self) -> None:
        """Go back to the faults of the start, none of which has met a request."""
        self._last = 0
        self._armed: list[_Armed] = []
        self._arm(self._start)

    def follow(self, outcomes: Mapping[str, Outcome]) -> list[str]:
        """Go by the outcomes of another document. Remove the faults that it has no outcome for, and return their effects."""
        self._abilities = replace(self._abilities, outcomes=outcomes)
        self._start = tuple(fault for fault in self._start if self._is_possible(fault))
        gone = [one.fault.effect for one in self._armed if not self._is_possible(one.fault)]
        self._armed = [one for one in self._armed if self._is_possible(one.fault)]
        return gone

    def _is_possible(self, fault: Fault) -> bool:
        try:
            check(fault, self._abilities)
        except MockError:
            return False
        return True

    @property
    def size(self) -> int:
        """How many bytes the faults have as JSON."""
        return sum(one.size for one in self._armed)

    def add(self, faults: tuple[Fault, ...], *, others: int = 0) -> list[dict[str, Any]]:
        """Set more faults, and return them as they are shown. Raises MockError, and then sets none of them.

        `others`: the bytes of the faults of all other sessions.
        """
        for fault in faults:
            check(fault, self._abilities)
        if len(self._armed) + len(faults) > _MOST:
            raise MockError(f"there can be {_MOST} faults at once; remove some")
        size = self.size + sum(map(_size, faults))
        if size > _LARGEST:
            raise MockError(f"all faults can have {_LARGEST // 1024} KiB; remove some, or give a shorter body")
        if others + size > _LARGEST_OF_ALL:
            raise MockError(
                f"the faults of all sessions can have {_LARGEST_OF_ALL // 2**20} MiB, which is all; reset a session first"
            )
        return [one.shown() for one in self._arm(faults)]

    def remove(self, number: int) -> bool:
        """Remove a fault by its id, and return whether there was one."""
        kept = [one for one in self._armed if one.id != number]
        found = len(kept) < len(self._armed)
        self._armed = kept
        return found

    def clear(self) -> None:
        """Remove all faults."""
        self._armed = []

    def shown(self) -> list[dict[str, Any]]:
        """Return the faults as plain data, each with its id, its seed, and how often it has met and struck a request."""
        return [one.shown() for one in self._armed]

    def strike(self, request: Received, *, usual_path: str) -> Strike | None:
        """Return the first fault that strikes a request. `usual_path` is the path of a fault that names none."""
        if not self._armed:
            return None
        asked = Asked(request)
        met = (one for one in self._armed if one.fault.effect != REFUSE_TLS)
        struck = (one.strike() for one in met if asked.meets(one.fault, usual_path=usual_path))
        return next((strike for strike in struck if strike), None)

    def refuse_tls(self) -> bool:
        """Return whether a fault strikes a new connection."""
        return any(one.strike() for one in self._armed if one.fault.effect == REFUSE_TLS)

    def _arm(self, faults: tuple[Fault, ...]) -> list[_Armed]:
        armed = [_Armed(self._last + number, fault) for number, fault in enumerate(faults, 1)]
        self._last += len(faults)
        self._armed = [*self._armed, *armed]
        return armed


def _size(fault: Fault) -> int:
    """Return how many bytes a fault has as JSON."""
    return len(msgspec.json.encode(fault))
