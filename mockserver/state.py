"""The state: what the callers of a mock see of its data, and what they change."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

from mockserver.control.journal import Entry, Journal
from mockserver.deciding.directory import Directory, refuse_gaps
from mockserver.deciding.enrolments import Pinned, pinned
from mockserver.exchange.handling import Handling
from mockserver.faults.armed import Faults
from mockserver.faults.effects import Abilities
from mockserver.receiving.auth import Keyring
from mockserver.stores import Store
from mockserver.stores.memory import MemoryStore
from openapi.questions import Readings
from openapi.world import World
from openapi.world_changes import joined

_NOTHING = World()


class Exchanges(Protocol):
    """A journal: in memory, or where several mocks see it."""

    def record(self, handling: Handling, *, keep_body: bool, failure: str = "") -> Entry:
        """Record an exchange that has ended, and return what is kept of it.

        `failure` is what went wrong in the mock itself.
        """
        ...

    def entries(self) -> tuple[tuple[Entry, ...], int]:
        """Return what is kept, oldest first, and how many exchanges there were in all."""
        ...

    def seen(self) -> int:
        """Return how many exchanges there were in all."""
        ...

    def find(self, name: str) -> Entry | None:
        """Return the exchange with an id, None if it is not kept."""
        ...

    def recorded(self, name: str) -> Entry | None:
        """Return an exchange that this mock has just recorded, None if it is not kept."""
        ...

    def clear(self) -> None:
        """Forget every exchange."""
        ...

    def fork(self) -> Exchanges:
        """Return an empty journal."""
        ...


@dataclass(frozen=True, slots=True)
class State:
    """One world, the enrolments recorded in it, and the journal of what was asked.

    Only `store`, `journal` and `faults` change. `start` is the world of the start, and `added` holds what was added to
    it since. `directory` finds the entries of both, `pinned` holds the ids that the world keeps for certain enrolments.
    `keyring` holds its credentials; without one everyone may call.
    """

    start: World
    directory: Directory
    pinned: Pinned
    keyring: Keyring | None
    store: Store
    journal: Exchanges
    faults: Faults
    added: World = _NOTHING

    @classmethod
    def of(
        cls,
        world: World,
        readings: Readings,
        *,
        auth: bool = True,
        faults: Faults | None = None,
    ) -> State:
        """Return the state a world starts with; the readings say how identifiers are compared.

        Enrolments are kept in memory. Without faults there are none. Raises MockError for a world that cannot be
        served.
        """
        return cls(
            start=world,
            directory=Directory(world, readings),
            pinned=pinned(world),
            keyring=Keyring(world.credentials) if auth else None,
            store=MemoryStore.of(world),
            journal=Journal(),
            faults=faults or Faults(Abilities({})),
        )

    @property
    def world(self) -> World:
        """The whole world: that of the start, and what was added."""
        return joined(self.start, self.added)

    def fork(self) -> State:
        """Return a state of its own, as this one was at the start. It shares the world and what finds its entries."""
        return replace(self, store=self.store.fork(), journal=self.journal.fork(), faults=self.faults.fork())

    def adding(self, more: World) -> State:
        """Return this state with more programs, promotions and customers, with the same enrolments and journal.

        Raises MockError for entries that lack what an answer shows.
        """
        refuse_gaps(more)
        added = joined(self.added, more)
        return replace(self, added=added, directory=self.directory.extended(added))

    def under(self, readings: Readings) -> State:
        """Return this state with identifiers compared as other readings say. All else is the same."""
        return replace(self, directory=self.directory.under(readings))

    def replacing(self, world: World, readings: Readings) -> State:
        """Return the state that another world starts with, beside the same journal and faults. Raises MockError as `of` does."""
        return replace(self.of_world(world, readings), store=self.store.beginning(world))

    def of_world(self, world: World, readings: Readings) -> State:
        """Return the state of another world with the same store, journal and faults. Raises MockError as `of` does."""
        return State(
            start=world,
            directory=Directory(world, readings),
            pinned=pinned(world),
            keyring=Keyring(world.credentials) if self.keyring else None,
            store=self.store,
            journal=self.journal,
            faults=self.faults,
        )

    def reset(self) -> None:
        """Go back to the world's own enrolments, the faults of the start, and an empty journal."""
        self.store.reset()
        self.faults.reset()
        self.journal.clear()
