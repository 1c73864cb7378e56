"""The roll: the table of the sessions in a database."""

from __future__ import annotations

from typing import Final, NamedTuple

from mockserver.errors import Unavailable
from mockserver.stores import books
from mockserver.stores.database import Database

MOST: Final = 1000  # sessions with a name
IDLE: Final = 3600.0  # seconds without a request, after which a session is forgotten
FORGOTTEN: Final = "The session was forgotten at this moment; ask again."

Mark = tuple[int, int]  # the book and the version of a session


class SessionRow(NamedTuple):
    """A session as it is kept. Whatever is changed but the counts of faults changes the mark."""

    mark: Mark
    content: bytes
    faults: bytes


class Roll:
    """Reads and writes the table. All of it may raise Unavailable."""

    def __init__(self, database: Database, digests: tuple[str, str]) -> None:
        """`digests`: of the sample data and the readings with which the database must go."""
        self._database = database
        self._digests = digests

    def glance(self, name: str) -> tuple[Mark, float] | None:
        """Return the mark of a session and the Unix time of its last use, None if there is no such session."""
        rows = self._database.read(
            "SELECT s.book, s.version, s.used, m.world, m.readings FROM enrol_mock_store m "
            "LEFT JOIN enrol_mock_sessions s ON s.name = ?",
            name,
        )
        if not rows or (rows[0][3], rows[0][4]) != self._digests:
            raise Unavailable(books.OTHER_WORLD)
        book, version, used, *_ = rows[0]
        return None if book is None else ((book, version), float(used))

    def row(self, name: str, *, locked: bool = False) -> SessionRow:
        """Return a session that is there. If it is `locked`, nobody else changes it until the end of the transaction."""
        lock = self._database.kind.lock if locked else ""
        statement = f"SELECT book, version, content, faults FROM enrol_mock_sessions WHERE name = ?{lock}"
        rows = self._database.read(statement, name)
        if not rows:
            raise Unavailable(FORGOTTEN)
        book, version, content, faults = rows[0]
        return SessionRow((book, version), bytes(content), bytes(faults))

    def change(self, name: str, content: bytes) -> None:
        """Write the content of a session, within a transaction."""
        statement = "UPDATE enrol_mock_sessions SET content = ?, version = version + 1 WHERE name = ?"
        self._database.write(statement, content, name)

    def enter(self, name: str, content: bytes, faults: bytes, now: float, *, first_id: int) -> None:
        """Make a session with an empty book, unless another mock has just done so."""
        with self._database.transaction():
            made = self._database.read(
                "INSERT INTO enrol_mock_sessions (name, version, book, used, content, faults) VALUES (?, 1, 0, ?, ?, ?) "
                "ON CONFLICT (name) DO NOTHING RETURNING name",
                *(name, now, content, faults),
            )
            if made:
                books.begun(self._database, name, first_id)

    def used(self, name: str, now: float) -> None:
        """Note when a session was used."""
        with self._database.transaction(light=True):
            statement = "UPDATE enrol_mock_sessions SET used = ? WHERE name = ? AND used < ?"
            self._database.write(statement, now, name, now)

    def named(self) -> list[tuple[str, float]]:
        """Return the names of the sessions that have one, each with its last use, the one that was not used for longest first."""
        rows = self._database.read("SELECT name, used FROM enrol_mock_sessions WHERE name <> '' ORDER BY used, name")
        return [(str(name), float(used)) for name, used in rows]

    def forget(self, now: float) -> None:
        """Forget the sessions that were not used for an hour, and those that are too many."""
        with self._database.transaction():
            rows = self._database.read(
                "SELECT name FROM enrol_mock_sessions WHERE name <> '' AND (used <= ? OR name IN "
                f"(SELECT name FROM enrol_mock_sessions WHERE name <> '' ORDER BY used DESC, name LIMIT 100000 OFFSET {MOST}))"
                f" ORDER BY name{self._database.kind.lock}",
                now - IDLE,
            )
            for (name,) in rows:
                for table, column in (("sessions", "name"), ("journals", "session"), ("exchanges", "session")):
                    self._database.write(f"DELETE FROM enrol_mock_{table} WHERE {column} = ?", name)
                statement = "UPDATE enrol_mock_books SET retired = ? WHERE session = ? AND retired IS NULL"
                self._database.write(statement, now, name)
