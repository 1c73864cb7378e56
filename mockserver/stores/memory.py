"""The store in memory: guarded by one lock, lost when the process ends."""

from __future__ import annotations

import threading
from collections import ChainMap, Counter
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from mockserver import stores
from mockserver.stores import EnrolmentRecord, Standing, Transaction
from openapi.world import World

T = TypeVar("T")


class MemoryStore:
    """Keeps records in memory, starting from `seed`. New ids count up from `first_id`."""

    def __init__(self, seed: Iterable[EnrolmentRecord] = (), *, first_id: int = 1) -> None:
        self._seed = _Books(first_id)
        for record in seed:
            self._seed.keep(record)
        self._lock = threading.Lock()
        self.reset()

    @classmethod
    def of(cls, world: World) -> MemoryStore:
        """Return a store that begins with the enrolments of a world."""
        return cls(stores.seed(world), first_id=stores.first_id(world))

    def transact(self, work: Callable[[Transaction], T]) -> T:
        """Call `work` while no other transaction runs, then record what it put."""
        with self._lock:
            transaction = _Transaction(self._books)
            result = work(transaction)
            for record in transaction.pending:
                self._books.keep(record)
            return result

    def records(self) -> tuple[EnrolmentRecord, ...]:
        """Return every record, by promotion, customer and sequence."""
        with self._lock:
            kept = [record for records in self._books.records.values() for record in records]
        return tuple(sorted(kept, key=lambda record: (record.promotion, record.customer, record.sequence)))

    def count(self) -> int:
        """Return how many records there are."""
        with self._lock:
            return self._books.taken.total()

    def reset(self) -> None:
        """Go back to the seed, and to the first id. This takes the same time whatever the seed holds."""
        with self._lock:
            self._books = _Books(self._seed.next_id, self._seed)

    def fork(self) -> MemoryStore:
        """Return a store of its own with the same seed."""
        forked = MemoryStore()
        forked._seed = self._seed
        forked.reset()
        return forked

    def beginning(self, world: World) -> MemoryStore:
        """Return a store of the enrolments of another world."""
        return MemoryStore.of(world)


class _Books:
    """The committed state: the records by customer and promotion, the count by promotion, and the next id.

    What the books before it hold stays as it is there: a list of theirs is copied before it is changed.
    """

    def __init__(self, next_id: int, before: _Books | None = None) -> None:
        self._own: dict[tuple[int, str], list[EnrolmentRecord]] = {}
        self.records: ChainMap[tuple[int, str], list[EnrolmentRecord]] = ChainMap(self._own)
        self._before = before
        self.taken: Counter[str] = Counter()
        if before:
            self.records.maps.append(before.records)
            self.taken.update(before.taken)
        self.next_id = next_id

    def of(self, key: tuple[int, str]) -> Sequence[EnrolmentRecord]:
        """Return the records of a customer and a promotion. A ChainMap takes ten times as long."""
        own = self._own.get(key)
        if own is None and self._before:
            return self._before.of(key)
        return own or ()

    def keep(self, record: EnrolmentRecord) -> None:
        key = record.customer, record.promotion
        records = self._own.get(key)
        if records is None:
            records = self._own[key] = [*self.of(key)]
        if record.sequence <= len(records):
            records[record.sequence - 1] = record
        else:
            records.append(record)
            self.taken[record.promotion] += 1


class _Transaction:
    __slots__ = ("_books", "pending")

    def __init__(self, books: _Books) -> None:
        self._books = books
        self.pending: list[EnrolmentRecord] = []

    def standing(self, customer: int, promotion: str) -> Standing:
        records, taken = self._books.of((customer, promotion)), self._books.taken.get(promotion, 0)
        if not records:
            return Standing(0, None, None, taken)
        latest = records[-1]
        awaiting = next((one for one in reversed(records) if not one.opted_in), None) if latest.opted_in else latest
        return Standing(len(records), latest, awaiting, taken)

    def new_id(self) -> str:
        number = self._books.next_id
        self._books.next_id += 1
        return str(number)

    def put(self, record: EnrolmentRecord) -> None:
        self.pending.append(record)
