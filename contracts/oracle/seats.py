"""Seats and ids: which enrolments of a promotion are known to have been made, and whose each id is."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import MutableMapping
from copy import copy
from dataclasses import dataclass, field

# Names a membership: the place of the customer in the test data, and the promotion's string id.
Key = tuple[int, str]


@dataclass(slots=True)
class Seats:
    """The enrolments of one promotion.

    `taken`: how many are known. `takers`: the numbers of the exchanges that made them, 0 where none did. `certain`: no
    others can have been made.
    """

    taken: int = 0
    takers: list[int] = field(default_factory=list)
    certain: bool = True

    def fork(self) -> Seats:
        """Return a copy that changes by itself."""
        return Seats(self.taken, list(self.takers), self.certain)


class Ids:
    """Remembers whose each id is, and which exchange showed it first. The kinds are enrollmentId and optinId."""

    def __init__(self) -> None:
        self._owners: MutableMapping[tuple[str, str], Key] = {}
        self._shown: MutableMapping[tuple[str, str], int] = {}

    def add(self, kind: str, value: str | None, owner: Key, exchange: int = 0) -> None:
        """Remember an id, if there is one. Its first owner counts. `exchange`: the number of that which shows it."""
        if value:
            self._owners.setdefault((kind, value), owner)
        if value and exchange:
            self._shown.setdefault((kind, value), exchange)

    def owner(self, kind: str, value: str) -> Key | None:
        """Return the key of the membership that an id was first seen with."""
        return self._owners.get((kind, value))

    def first_shown(self, kind: str, value: str) -> tuple[int, ...]:
        """Return the number of the exchange that showed an id first; nothing if none did."""
        number = self._shown.get((kind, value))
        return () if number is None else (number,)

    def fork(self) -> Ids:
        """Return a copy that changes by itself."""
        branch = copy(self)
        branch._owners, branch._shown = ChainMap({}, self._owners), ChainMap({}, self._shown)
        return branch
