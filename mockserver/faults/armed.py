"""The faults that are set: which of them meets a request, and how often each has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from mockserver.errors import MockError, Unavailable
from mockserver.exchange.received import Received
from mockserver.faults.effects import REFUSE_TLS, Abilities, check
from mockserver.faults.fault import Fault
from mockserver.faults.matching import Asked
from mockserver.faults.rack import OwnRack, Rack, Racks, Strike, size_of
from openapi.document import Outcome

_MOST: Final = 100  # faults at once
_LARGEST: Final = 256 * 1024  # bytes of all of them, as JSON
_LARGEST_OF_ALL: Final = 16 * 2**20  # bytes of the faults of all sessions


class Faults:
    """The faults of one session, in their order. Of several that would strike, the first one does."""

    def __init__(self, abilities: Abilities, start: tuple[Fault, ...] = ()) -> None:
        """`start`: the faults there are at the start and after a reset. Raises MockError."""
        for fault in start:
            check(fault, abilities)
        self._abilities = abilities
        self._start = start
        self._racks: Racks = OwnRack()
        self.reset()

    @property
    def abilities(self) -> Abilities:
        """What the mock can do."""
        return self._abilities

    @property
    def ready(self) -> int:
        """How many faults can still strike."""
        return sum(not one.spent for one in self._racks.look().armed)

    def fork(self) -> Faults:
        """Return the faults of a session with a name, as these were at the start. Handshakes belong to no such session."""
        own = tuple(fault for fault in self._start if fault.effect != REFUSE_TLS)
        return Faults(replace(self._abilities, named=True), own)

    def kept_by(self, racks: Racks) -> None:
        """Let somebody else keep the faults that are set from now on."""
        self._racks = racks

    def start(self) -> Rack:
        """Return the faults of the start, none of which has met a request."""
        rack = Rack([])
        rack.arm(self._start)
        return rack

    def reset(self) -> None:
        """Go back to the faults of the start."""
        with self._racks.changing() as rack:
            fresh = self.start()
            rack.armed, rack.last = fresh.armed, fresh.last

    def follow(self, outcomes: Mapping[str, Outcome]) -> list[str]:
        """Go by the outcomes of another document. Remove the faults that it has no outcome for, and return their effects."""
        self._abilities = replace(self._abilities, outcomes=outcomes)
        self._start = tuple(fault for fault in self._start if self.is_possible(fault))
        with self._racks.changing() as rack:
            gone = [one.fault.effect for one in rack.armed if not self.is_possible(one.fault)]
            rack.armed = [one for one in rack.armed if self.is_possible(one.fault)]
        return gone

    def is_possible(self, fault: Fault) -> bool:
        """Return whether the mock can do it."""
        try:
            check(fault, self._abilities)
        except MockError:
            return False
        return True

    @property
    def size(self) -> int:
        """How many bytes the faults have as JSON."""
        return self._racks.look().size

    def add(self, faults: tuple[Fault, ...], *, others: int = 0) -> list[dict[str, Any]]:
        """Set more faults, and return them as they are shown. Raises MockError, and then sets none of them.

        `others`: the bytes of the faults of all other sessions.
        """
        for fault in faults:
            check(fault, self._abilities)
        with self._racks.changing() as rack:
            if len(rack.armed) + len(faults) > _MOST:
                raise MockError(f"there can be {_MOST} faults at once; remove some")
            size = rack.size + sum(map(size_of, faults))
            if size > _LARGEST:
                raise MockError(f"all faults can have {_LARGEST // 1024} KiB; remove some, or give a shorter body")
            if others + size > _LARGEST_OF_ALL:
                raise MockError(
                    f"the faults of all sessions can have {_LARGEST_OF_ALL // 2**20} MiB, which is all; reset a session first"
                )
            return [one.shown() for one in rack.arm(faults)]

    def remove(self, number: int) -> bool:
        """Remove a fault by its id, and return whether there was one."""
        with self._racks.changing() as rack:
            kept = [one for one in rack.armed if one.id != number]
            found = len(kept) < len(rack.armed)
            rack.armed = kept
        return found

    def clear(self) -> None:
        """Remove all faults."""
        with self._racks.changing() as rack:
            rack.armed = []

    def shown(self) -> list[dict[str, Any]]:
        """Return the faults as plain data, each with its id, its seed, and how often it has met and struck a request."""
        return [one.shown() for one in self._racks.look().armed]

    def strike(self, request: Received, *, usual_path: str) -> Strike | None:
        """Return the first fault that strikes a request. `usual_path` is the path of a fault that names none."""
        if self._racks.is_empty:
            return None
        asked = Asked(request)
        with self._racks.changing() as rack:
            met = (one for one in rack.armed if one.fault.effect != REFUSE_TLS)
            struck = (one.strike() for one in met if asked.meets(one.fault, usual_path=usual_path))
            return next((strike for strike in struck if strike), None)

    def refuse_tls(self) -> bool:
        """Return whether a fault strikes a new connection. While nobody can tell, none does."""
        try:
            if all(one.fault.effect != REFUSE_TLS for one in self._racks.look().armed):
                return False
            with self._racks.changing() as rack:
                return any(one.strike() for one in rack.armed if one.fault.effect == REFUSE_TLS)
        except Unavailable:
            return False
