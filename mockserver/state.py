"""The state: what the callers of a mock see of its data, and what they change."""

from __future__ import annotations

from dataclasses import dataclass

from mockserver import stores
from mockserver.control.journal import Journal
from mockserver.deciding.directory import Directory
from mockserver.deciding.enrolments import Pinned, pinned
from mockserver.faults.armed import Faults
from mockserver.faults.effects import Abilities
from mockserver.receiving.auth import Keyring
from mockserver.stores import Store
from mockserver.stores.memory import MemoryStore
from openapi.questions import Readings
from openapi.world import World


@dataclass(frozen=True, slots=True)
class State:
    """One world, the enrolments recorded in it, and the journal of what was asked.

    Only `store`, `journal` and `faults` change. `directory` finds the world's entries, `pinned` holds the ids it
    keeps for certain enrolments. `keyring` holds its credentials; without one everyone may call.
    """

    world: World
    directory: Directory
    pinned: Pinned
    keyring: Keyring | None
    store: Store
    journal: Journal
    faults: Faults

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

        Without a store the enrolments are kept in memory, without faults there are none. Raises MockError for a world that cannot be
        served.
        """
        return cls(
            world=world,
            directory=Directory(world, readings),
            pinned=pinned(world),
            keyring=Keyring(world.credentials) if auth else None,
            store=store or MemoryStore(stores.seed(world), first_id=stores.first_id(world)),
            journal=Journal(),
            faults=faults or Faults(Abilities({})),
        )

    def reset(self) -> None:
        """Go back to the world's own enrolments, the faults of the start, and an empty journal."""
        self.store.reset()
        self.faults.reset()
        self.journal.clear()
