"""Reloading: files that change while the mock serves are loaded anew, and what they hold is served from then on."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from mockserver import stores
from mockserver.app import Mock
from mockserver.asgi import Send, application
from mockserver.receiving.doors import Receive, Scope
from mockserver.stores import EnrolmentRecord, Store, Transaction
from mockserver.stores.memory import MemoryStore
from openapi.document import Document
from openapi.questions import Readings
from openapi.world import World

_PAUSE = 0.2  # seconds between two looks at the files

Loaded = tuple[Document, World, Readings]
Make = Callable[[Document, World, Readings, Store], Mock]
_Signature = tuple[tuple[int, int, int] | None, ...]


@dataclass(frozen=True, slots=True)
class Sources:
    """Files, and what loads them. `load` raises SourceError."""

    files: tuple[Path, ...]
    load: Callable[[], Loaded]


class Reloading:
    """Serves one mock until its files change, and then one made from the new files.

    The new mock has the enrolments of those who name no session. Its journal and its other sessions begin anew.
    """

    def __init__(self, sources: Sources, first: Mock, world: World, *, make: Make, tell: Callable[[str], None]) -> None:
        self._sources = sources
        self._mock = first
        self._world = world
        self._make = make
        self._tell = tell
        self._app = application(first)
        self._served = self._signature()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request by the mock of the moment."""
        await self._app(scope, receive, send)

    async def watch(self) -> None:
        """Look at the files again and again. What is wrong with one is told, and the mock before stays."""
        before = self._served
        while True:
            await asyncio.sleep(_PAUSE)
            now = self._signature()
            # An editor may write a file in pieces, so it must stay as it is from one look to the next.
            if now == before and now != self._served:
                self._served = now
                await self._reload()
            before = now

    async def _reload(self) -> None:
        try:
            document, world, readings = await asyncio.to_thread(self._sources.load)
            store = MemoryStore(stores.seed(world), first_id=stores.first_id(world))
            mock = await asyncio.to_thread(self._make, document, world, readings, store)
        except Exception as error:  # whatever a file holds, the mock goes on
            self._tell(f"the files have changed and cannot be served, so the mock goes on with those before: {error}")
            return
        # From here on no request comes between.
        made = _made(self._mock.store.records(), before=self._world)
        kept = list(filter(_is_in(world), made))
        _carry_over(kept, store)
        self._mock, self._world, self._app = mock, world, application(mock)
        self._tell(f"the files were loaded anew; {len(kept)} of {len(made)} enrolments are kept")

    def _signature(self) -> _Signature:
        return tuple(_signature(path) for path in self._sources.files)


def _signature(path: Path) -> tuple[int, int, int] | None:
    """Return what differs when a file was written or replaced, None if there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _made(records: Iterable[EnrolmentRecord], *, before: World) -> list[EnrolmentRecord]:
    """Return the records that requests have made or changed: all but those of the world before."""
    own = set(stores.seed(before))
    return [record for record in records if record not in own]


def _is_in(world: World) -> Callable[[EnrolmentRecord], bool]:
    """Return a function that says whether a world has the customer and the promotion of a record."""
    customers = {customer.id for customer in world.customers}
    promotions = {promotion.id for promotion in world.promotions}
    return lambda record: record.customer in customers and record.promotion in promotions


def _carry_over(records: list[EnrolmentRecord], store: Store) -> None:
    """Put records into a store behind those that it begins with, and use up the ids that they have."""
    counts = Counter((record.customer, record.promotion) for record in store.records())
    ids = [text for record in records for text in (record.enrollment_id, record.optin_id or "")]
    highest = max((int(text) for text in ids if text.isdecimal()), default=0)

    def work(transaction: Transaction) -> None:
        for record in records:
            key = record.customer, record.promotion
            if record.sequence > counts[key]:
                counts[key] += 1
                record = replace(record, sequence=counts[key])
            transaction.put(record)
        while records and int(transaction.new_id()) < highest:
            pass

    store.transact(work)
