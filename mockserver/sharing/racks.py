"""The faults of a session in the database, so that each strikes as often as it should, whichever mock a request meets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from mockserver.errors import Unavailable
from mockserver.faults.fault import Fault
from mockserver.faults.rack import Rack
from mockserver.sharing.content import rack_of, read_rack
from mockserver.stores.database import Database


class SharedRacks:
    """Keeps them there. `is_empty` is as of the latest look at the session."""

    def __init__(self, database: Database, session: str, is_possible: Callable[[Fault], bool]) -> None:
        self.is_empty = True
        self._database = database
        self._session = session
        self._is_possible = is_possible

    def look(self) -> Rack:
        """Return the faults as they are now."""
        return self._read("")

    @contextmanager
    def changing(self) -> Iterator[Rack]:
        """Give the faults while no other mock changes them."""
        with self._database.transaction():
            rack = self._read(self._database.kind.lock)
            before, ids = rack_of(rack), [one.id for one in rack.armed]
            yield rack
            after = rack_of(rack)
            if after != before:
                # Counts change with every request that meets a fault, and nobody has to hear of that.
                news = int([one.id for one in rack.armed] != ids)
                self._database.write(
                    "UPDATE enrol_mock_sessions SET faults = ?, version = version + ? WHERE name = ?",
                    *(after, news, self._session),
                )
                self.is_empty = not rack.armed

    def _read(self, lock: str) -> Rack:
        rows = self._database.read(f"SELECT faults FROM enrol_mock_sessions WHERE name = ?{lock}", self._session)
        if not rows:
            raise Unavailable("the session was forgotten at this moment")
        return read_rack(bytes(rows[0][0]), self._is_possible)
