"""The journal of a session in the database, where every mock writes and all of them read."""

from __future__ import annotations

import contextlib
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from mockserver.control.journal import Entry, Journal
from mockserver.control.shelf import Shelf
from mockserver.errors import Unavailable
from mockserver.exchange.handling import GROUNDLESS, Handling
from mockserver.exchange.header_lines import HeaderLines
from mockserver.stores.database import Database

_KEPT: Final = 1000  # exchanges of one session
_ALL_KEPT: Final = 64 * 2**20  # bytes of the exchanges of all sessions together, about
_COUNTED: Final = 256  # exchanges of one mock after which all bytes are counted again
_RECENT: Final = 2**20  # bytes of the latest exchanges of this mock, which it finds without asking


class SharedJournal:
    """Keeps the latest thousand exchanges of a session. What cannot be written, since the database is away, is lost."""

    def __init__(self, database: Database, session: str, room: Room) -> None:
        self._database = database
        self._session = session
        self._room = room
        self._recent = Journal(Shelf(_RECENT))
        self._last_seen: tuple[Any, tuple[Entry, ...]] = (None, ())

    def record(self, handling: Handling, *, keep_body: bool, failure: str = "") -> Entry:
        """Record an exchange, as Journal does."""
        entry = self._recent.record(handling, keep_body=keep_body, failure=failure)
        if self._recent.recorded(entry.id):  # it is not larger than all that is kept together
            with contextlib.suppress(Unavailable):
                self._write(entry)
        return entry

    def entries(self) -> tuple[tuple[Entry, ...], int]:
        """Return what is kept, oldest first, and how many exchanges there were in all."""
        rows = self._database.read(
            "SELECT j.seen, e.id FROM enrol_mock_journals j LEFT JOIN enrol_mock_exchanges e "
            "ON e.session = j.session AND e.number = j.seen WHERE j.session = ?",
            self._session,
        )
        seen = int(rows[0][0]) if rows else 0
        if not seen:
            return (), 0
        mark, entries = self._last_seen
        if mark != rows:
            kept = self._database.read(
                "SELECT entry FROM enrol_mock_exchanges WHERE session = ? AND number <= ? ORDER BY number",
                *(self._session, seen),
            )
            entries = tuple(_read(bytes(entry)) for (entry,) in kept)
            self._last_seen = rows, entries
        return entries, seen

    def seen(self) -> int:
        """Return how many exchanges there were in all."""
        rows = self._database.read("SELECT seen FROM enrol_mock_journals WHERE session = ?", self._session)
        return int(rows[0][0]) if rows else 0

    def find(self, name: str) -> Entry | None:
        """Return the exchange with an id, None if it is not kept."""
        statement = "SELECT entry FROM enrol_mock_exchanges WHERE session = ? AND id = ?"
        rows = self._database.read(statement, self._session, name)
        return _read(bytes(rows[0][0])) if rows else None

    def recorded(self, name: str) -> Entry | None:
        """Return an exchange that this mock has just recorded, without asking the database."""
        return self._recent.find(name)

    def clear(self) -> None:
        """Forget every exchange."""
        self._recent.clear()
        with self._database.transaction():
            self._database.write("UPDATE enrol_mock_journals SET seen = 0 WHERE session = ?", self._session)
            self._database.write("DELETE FROM enrol_mock_exchanges WHERE session = ?", self._session)

    def fork(self) -> Journal:
        """Return an empty journal that nobody shares."""
        return Journal()

    def _write(self, entry: Entry) -> None:
        kept = _written(entry)
        with self._database.transaction(light=True):
            self._database.write(
                "INSERT INTO enrol_mock_journals (session, seen) VALUES (?, 1) "
                "ON CONFLICT (session) DO UPDATE SET seen = enrol_mock_journals.seen + 1",
                self._session,
            )
            # Whoever counts up has the journal until the end, so that the numbers follow each other.
            self._database.write(
                "INSERT INTO enrol_mock_exchanges (session, number, id, size, entry) "
                "SELECT session, seen, ?, ?, ? FROM enrol_mock_journals WHERE session = ?",
                *(entry.id, entry.size, kept, self._session),
            )
            self._database.write(
                "DELETE FROM enrol_mock_exchanges WHERE session = ? AND number = "
                f"(SELECT seen - {_KEPT} FROM enrol_mock_journals WHERE session = ?)",
                *(self._session, self._session),
            )
        self._room.count()


class Room:
    """The room that the journals of all sessions have together."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._written = 0

    def count(self) -> None:
        """Count an exchange of this mock. Now and then all there are are counted."""
        self._written += 1
        if self._written % _COUNTED == 0:
            self._make()

    def _make(self) -> None:
        """Forget the older half of the longest journals until the rest fits."""
        sizes = self._database.read(
            "SELECT session, CAST(SUM(size) AS BIGINT), MIN(number), MAX(number) FROM enrol_mock_exchanges "
            "GROUP BY session ORDER BY 2 DESC"
        )
        excess = sum(int(size) for _, size, _, _ in sizes) - _ALL_KEPT
        for session, size, first, last in sizes:
            if excess <= 0:
                break
            with self._database.transaction(light=True):
                self._database.write("UPDATE enrol_mock_journals SET seen = seen WHERE session = ?", session)
                self._database.write(
                    "DELETE FROM enrol_mock_exchanges WHERE session = ? AND number <= ?",
                    *(session, (first + last) // 2),
                )
            excess -= int(size) // 2


def _written(entry: Entry) -> bytes:
    """Return an entry as it is kept: what may be a secret is left out before."""
    masked = replace(
        entry,
        _query=entry.query,
        _headers=HeaderLines(entry.request_headers),
        _request=entry.request_body.encode(),
        _response=entry.response_body.encode(),
    )
    return msgspec.json.encode(masked, enc_hook=list)


def _read(kept: bytes) -> Entry:
    entry = msgspec.json.decode(kept, type=Entry, dec_hook=_lines)
    return replace(entry, grounds=GROUNDLESS) if entry.grounds == GROUNDLESS else entry  # others look for this object


def _lines(_: type, lines: list[tuple[str, str]]) -> HeaderLines:
    return HeaderLines((name, value) for name, value in lines)
