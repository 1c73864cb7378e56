"""The store in a database: the enrolments of a session, which every mock of that database sees at once."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from mockserver import stores
from mockserver.errors import Unavailable
from mockserver.stores import EnrolmentRecord, Standing, Transaction, rows
from mockserver.stores.database import Database
from mockserver.stores.memory import MemoryStore
from openapi.world import World

T = TypeVar("T")

_KEPT: Final = 60.0  # seconds for which a retired book stays, since requests that came before may still be at work
_SWEPT: Final = 20_000  # enrolments that one reset removes, so that it takes no longer than a moment
OTHER_WORLD: Final = "It follows other sample data or readings than this mock by now; start this mock anew."
_GONE: Final = "the session was reset, or forgotten, more than a minute ago"


@dataclass(frozen=True, slots=True)
class Seed:
    """The enrolments of a world, which each mock keeps in memory: only what requests have made stands in the database."""

    records: Mapping[tuple[int, str], tuple[EnrolmentRecord, ...]]
    taken: Mapping[str, int]
    first_id: int

    @classmethod
    def of(cls, world: World) -> Seed:
        """Return those of a world."""
        records: dict[tuple[int, str], tuple[EnrolmentRecord, ...]] = {}
        for record in stores.seed(world):
            key = record.customer, record.promotion
            records[key] = (*records.get(key, ()), record)
        return cls(records, Counter(entry.promotion for entry in world.enrolments), stores.first_id(world))


class BookStore:
    """Keeps the enrolments of one session in a book of the database. A reset begins a new book."""

    def __init__(self, database: Database, session: str, seed: Seed, book: int, *, world: str) -> None:
        """`world`: the digest of the sample data that the mock has, with which the database must go."""
        self.book = book
        self._world = world
        self._database = database
        self._session = session
        self._seed: Final = seed

    def transact(self, work: Callable[[Transaction], T]) -> T:
        """Call `work` while no other transaction has the book, then record what it put."""
        # Others need not wait until the disk has it, only whoever is told that somebody is enrolled.
        with self._database.transaction(light=True):
            transaction = _Transaction(self._database, self.book, self._seed, self._world)
            result = work(transaction)
            if transaction.record():
                self._database.settle()
            return result

    def records(self) -> tuple[EnrolmentRecord, ...]:
        """Return every record, by promotion, customer and sequence."""
        all_records = {(one.customer, one.promotion, one.sequence): one for one in self._seeded()}
        all_records |= {(one.customer, one.promotion, one.sequence): one for one in self.made()}
        return tuple(sorted(all_records.values(), key=lambda one: (one.promotion, one.customer, one.sequence)))

    def made(self) -> list[EnrolmentRecord]:
        """Return the records that requests have made or changed."""
        statement = f"SELECT {rows.COLUMNS} FROM enrol_mock_enrolments WHERE book = ?"
        return [rows.record(row) for row in self._database.read(statement, self.book)]

    def count(self) -> int:
        """Return how many records there are."""
        statement = "SELECT CAST(COALESCE(SUM(taken), 0) AS BIGINT) FROM enrol_mock_taken WHERE book = ?"
        return sum(self._seed.taken.values()) + int(self._database.read(statement, self.book)[0][0])

    def reset(self) -> None:
        """Go back to the seed, and to the first id."""
        self.book = begun(self._database, self._session, self._seed.first_id)

    def fork(self) -> MemoryStore:
        """Return a store of the same seed that nobody shares."""
        return MemoryStore(self._seeded(), first_id=self._seed.first_id)

    def beginning(self, world: World) -> BookStore:
        """Return the store of the same session that begins with the enrolments of another world."""
        seed = Seed.of(world)
        book = begun(self._database, self._session, seed.first_id)
        return BookStore(self._database, self._session, seed, book, world=self._world)

    def of_book(self, world: World, book: int) -> BookStore:
        """Return the store of the same session whose book is known, and follows another world."""
        return BookStore(self._database, self._session, Seed.of(world), book, world=self._world)

    def following(self, world: World, has: Callable[[int, str], bool]) -> tuple[int, int]:
        """Let the book follow another world. Return how many of the records that requests have made it keeps, and of how many.

        `has` says whether there still are a customer and a promotion. They come behind those that the world has of the
        same customer and promotion.
        """
        seed = Seed.of(world)
        with self._database.transaction():
            _locked(self._database, self.book)
            made = sorted(self.made(), key=lambda one: one.sequence)
            kept = [one for one in made if has(one.customer, one.promotion)]
            for table in ("enrolments", "taken"):
                self._database.write(f"DELETE FROM enrol_mock_{table} WHERE book = ?", self.book)
            counts = Counter({key: len(records) for key, records in seed.records.items()})
            for record in kept:
                key = record.customer, record.promotion
                is_new = record.sequence > counts[key]
                counts[key] += is_new
                sequence = counts[key] if is_new else record.sequence
                rows.put(self._database, self.book, record, sequence=sequence, is_new=is_new)
            statement = "UPDATE enrol_mock_books SET next_id = ? WHERE book = ? AND next_id < ?"
            self._database.write(statement, seed.first_id, self.book, seed.first_id)
        return len(kept), len(made)

    def _seeded(self) -> Iterable[EnrolmentRecord]:
        return (record for records in self._seed.records.values() for record in records)


class _Transaction:
    def __init__(self, database: Database, book: int, seed: Seed, world: str) -> None:
        self._database = database
        self._book = book
        self._seed = seed
        self._world = world
        self._first_id = self._next_id = 0
        self._known: dict[tuple[int, str], set[int]] = {}  # the sequences there are, by customer and promotion
        self._pending: list[EnrolmentRecord] = []

    def standing(self, customer: int, promotion: str) -> Standing:
        if not self._first_id:  # the lock is taken on the way to the rows, which are read after that
            self._database.write(_lock(self._database), self._book)
        found = self._database.read(
            f"SELECT {rows.COLUMNS}, (SELECT taken FROM enrol_mock_taken WHERE book = ? AND promotion = ?), "
            "(SELECT next_id FROM enrol_mock_books WHERE book = ?), (SELECT world FROM enrol_mock_store) "
            "FROM (SELECT 1 AS one) AS always LEFT JOIN enrol_mock_enrolments "
            "ON book = ? AND promotion = ? AND customer = ? ORDER BY sequence",
            *(self._book, rows.text(promotion), self._book, self._book, rows.text(promotion), str(customer)),
        )
        taken, next_id, world = found[0][-3:]
        if world != self._world:  # another mock has loaded its files anew since this request came
            raise Unavailable(OTHER_WORLD)
        self._is_locked_with(next_id)
        by_sequence = {one.sequence: one for one in self._seed.records.get((customer, promotion), ())}
        by_sequence |= {row[2]: rows.record(row[:-3]) for row in found if row[0] is not None}
        self._known[customer, promotion] = set(by_sequence)
        records = [by_sequence[sequence] for sequence in sorted(by_sequence)]
        return Standing(
            enrolments=len(records),
            latest=records[-1] if records else None,
            awaiting=next((record for record in reversed(records) if not record.opted_in), None),
            taken=self._seed.taken.get(promotion, 0) + (taken or 0),
        )

    def new_id(self) -> str:
        if not self._first_id:
            self._is_locked_with(_locked(self._database, self._book))
        number = self._next_id
        self._next_id += 1
        return str(number)

    def put(self, record: EnrolmentRecord) -> None:
        self._pending.append(record)

    def record(self) -> bool:
        """Write what was put, and the ids that were used up. Return whether there was anything."""
        for record in self._pending:
            key = record.customer, record.promotion
            if key not in self._known:
                self.standing(*key)
            is_new = record.sequence not in self._known[key]
            self._known[key].add(record.sequence)
            rows.put(self._database, self._book, record, sequence=record.sequence, is_new=is_new)
        if self._next_id != self._first_id:
            statement = "UPDATE enrol_mock_books SET next_id = ? WHERE book = ?"
            self._database.write(statement, self._next_id, self._book)
        return bool(self._pending)

    def _is_locked_with(self, next_id: int | None) -> None:
        """Note that nobody else reads or changes the book until the end. One lock for each session makes no circle."""
        if next_id is None:
            raise Unavailable(_GONE)
        if not self._first_id:
            self._first_id = self._next_id = int(next_id)


def begun(database: Database, session: str, first_id: int) -> int:
    """Begin a new book of a session in place of the one before. Old ones are removed bit by bit."""
    now = time.time()
    with database.transaction():
        statement = "INSERT INTO enrol_mock_books (session, next_id) VALUES (?, ?) RETURNING book"
        book = int(database.read(statement, session, first_id)[0][0])
        database.write(
            "UPDATE enrol_mock_books SET retired = ? WHERE session = ? AND book < ? AND retired IS NULL",
            *(now, session, book),
        )
        database.write("UPDATE enrol_mock_sessions SET book = ?, version = version + 1 WHERE name = ?", book, session)
        _sweep(database, now)
    return book


def _sweep(database: Database, now: float) -> None:
    """Remove books that were retired a while ago, one at a time and a large one in several goes."""
    statement = f"SELECT book FROM enrol_mock_books WHERE retired < ? ORDER BY book LIMIT 1{database.kind.lock}"
    for (book,) in database.read(statement, now - _KEPT):
        keys = "book, promotion, customer, sequence"
        database.write(
            f"DELETE FROM enrol_mock_enrolments WHERE ({keys}) IN "
            f"(SELECT {keys} FROM enrol_mock_enrolments WHERE book = ? LIMIT {_SWEPT})",
            book,
        )
        rest = database.read("SELECT 1 FROM enrol_mock_enrolments WHERE book = ? LIMIT 1", book)
        if not rest:
            for table in ("taken", "books"):
                database.write(f"DELETE FROM enrol_mock_{table} WHERE book = ?", book)


def _lock(database: Database) -> str:
    """Return the statement that takes a book until the end of the transaction, and tells its next id."""
    return f"SELECT next_id FROM enrol_mock_books WHERE book = ?{database.kind.lock}"


def _locked(database: Database, book: int) -> int:
    """Take a book until the end of the transaction, and return its next id."""
    found = database.read(_lock(database), book)
    if not found:
        raise Unavailable(_GONE)
    return int(found[0][0])
