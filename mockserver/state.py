"""The state: what the callers of a mock see of its data, and what they change."""

from __future__ import annotations

from dataclasses import dataclass

from mockserver import stores
from mockserver.control.journal import Journal
from mockserver.deciding.directory import Directory
from mockserver.deciding.enrolments import Pinned, pinned
from mockserver.receiving.auth import Keyring
from mockserver.stores import Store
from mockserver.stores.memory import MemoryStore
from openapi.questions import Readings
from openapi.world import World


@dataclass(frozen=True, slots=True)
class State:
    """One world, the enrolments recorded in it, and the journal of what was asked.

    Only `store` and `journal` change. `directory` finds the world's entries, `pinned` holds the ids it
    keeps for certain enrolments. `keyring` holds its credentials; without one everyone may call.
    """

    world: World
    directory: Directory
    pinned: Pinned
    keyring: Keyring | None
    store: Store
    journal: Journal

    @classmethod
    def of(cls, world: World, readings: Readings, *, auth: bool = True, store: Store | None = None) -> State:
        """Return the state a world starts with; the readings say how identifiers are compared.

        Without a store the enrolments are kept in memory. Raises MockError for a world that cannot be
        served.
        """
        return cls(
            world=world,
            directory=Directory(world, readings),
            pinned=pinned(world),
            keyring=Keyring(world.credentials) if auth else None,
            store=store or MemoryStore(stores.seed(world), first_id=stores.first_id(world)),
            journal=Journal(),
        )

    def reset(self) -> None:
        """Go back to the world's own enrolments and an empty journal."""
        self.store.reset()
        self.journal.clear()
