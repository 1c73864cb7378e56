"""The state: what the callers of a mock see of its data, and what they change."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mockserver import stores
from mockserver.control.journal import Journal
from mockserver.deciding.directory import Directory, refuse_gaps
from mockserver.deciding.enrolments import Pinned, pinned
from mockserver.faults.armed import Faults
from mockserver.faults.effects import Abilities
from mockserver.receiving.auth import Keyring
from mockserver.stores import Store
from mockserver.stores.memory import MemoryStore
from openapi.questions import Readings
from openapi.world import World
from openapi.world_changes import joined

_NOTHING = World()


@dataclass(frozen=True, slots=True)
class State:
    """One world, the enrolments recorded in it, and the journal of what was asked.

    Only `store`, `journal` and `faults` change. `start` is the world of the start, and `added` holds what was added to it
    since. `directory` finds the entries of both, `pinned` holds the ids that the world keeps for certain enrolments.
    `keyring` holds its credentials; without one everyone may call.
    """

    start: World
    directory: Directory
    pinned: Pinned
    keyring: Keyring | None
    store: Store
    journal: Journal
    faults: Faults
    added: World = _NOTHING

    @classmethod
    def of(
        cls,
        world: World,
        readings: Readings,
        *,
        auth: bool = True,
        store: Store | None = None,
        faults: Faults | None = None,
    ) -> State:
        """Return the state a world starts with; the readings say how identifiers are compared.

        Without a store the enrolments are kept in memory, without faults there are none. Raises MockError for a world
        that cannot be served.
        """
        return cls(
            start=world,
            directory=Directory(world, readings),
            pinned=pinned(world),
            keyring=Keyring(world.credentials) if auth else None,
            store=store or MemoryStore(stores.seed(world), first_id=stores.first_id(world)),
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
        fresh = State.of(world, readings, auth=self.keyring is not None, faults=self.faults)
        return replace(fresh, journal=self.journal)

    def reset(self) -> None:
        """Go back to the world's own enrolments, the faults of the start, and an empty journal."""
        self.store.reset()
        self.faults.reset()
        self.journal.clear()
