"""The tables of a shared store, in versions: an older store is brought up to date, a newer one is refused."""

from __future__ import annotations

from typing import Final

from mockserver.errors import MockError
from mockserver.stores.database import Database

PREFIX: Final = "enrol_mock_"

# The steps from each version to the next. What stands here was run somewhere, so it never changes; a new version is a
# new entry.
_VERSIONS: Final = (
    (
        # `world` and `readings` are digests of what the mocks were started with.
        "CREATE TABLE enrol_mock_store (version {number} NOT NULL, world TEXT NOT NULL, readings TEXT NOT NULL)",
        # `content` is JSON: what the session has of its own. `faults` too: those that are set, with their counts.
        "CREATE TABLE enrol_mock_sessions (name TEXT PRIMARY KEY, version {number} NOT NULL, book {number} NOT NULL, "
        "used {real} NOT NULL, content {bytes} NOT NULL, faults {bytes} NOT NULL)",
        # A book holds the enrolments between two resets of a session. `retired`: the Unix time of the second one.
        "CREATE TABLE enrol_mock_books (book {counted}, session TEXT NOT NULL, next_id {number} NOT NULL, retired {real})",
        "CREATE TABLE enrol_mock_enrolments (book {number} NOT NULL, promotion TEXT NOT NULL, customer TEXT NOT NULL, "
        "sequence {number} NOT NULL, enrollment_id TEXT NOT NULL, optin_id TEXT, opted_in {number} NOT NULL, "
        "PRIMARY KEY (book, promotion, customer, sequence))",
        # How many enrolments of a promotion there are in a book beside those of the world.
        "CREATE TABLE enrol_mock_taken (book {number} NOT NULL, promotion TEXT NOT NULL, taken {number} NOT NULL, "
        "PRIMARY KEY (book, promotion))",
        "CREATE TABLE enrol_mock_journals (session TEXT PRIMARY KEY, seen {number} NOT NULL)",
        "CREATE TABLE enrol_mock_exchanges (session TEXT NOT NULL, number {number} NOT NULL, id TEXT NOT NULL, "
        "size {number} NOT NULL, entry {bytes} NOT NULL, PRIMARY KEY (session, number))",
    ),
)


def prepare(database: Database, *, world: str, readings: str) -> None:
    """Make the tables, or bring them up to date. A new store gets these digests.

    Raises MockError for a store of a newer kit, and for a file of something else. Raises Unavailable.
    """
    kind = database.kind
    with database.transaction():
        database.read(kind.guard)  # others may begin at the same moment
        found = {str(name) for (name,) in database.read(kind.tables)}
        version = _version(database, found)
        if not version and kind.threads == 1 and found:
            raise MockError(f"--store {kind.place}: the file holds tables of something else; give a new file")
        for steps in _VERSIONS[version:]:
            for statement in steps:
                database.write(statement.format_map(kind.types))
        if not version:
            database.write(
                "INSERT INTO enrol_mock_store (version, world, readings) VALUES (?, ?, ?)",
                len(_VERSIONS),
                world,
                readings,
            )
        elif version < len(_VERSIONS):
            database.write("UPDATE enrol_mock_store SET version = ?", len(_VERSIONS))
        else:  # whether the store can be written is found out now, and not with the first request
            database.write("UPDATE enrol_mock_store SET version = version")


def _version(database: Database, tables: set[str]) -> int:
    """Return the version of the tables that are there, 0 where there are none."""
    if not any(name.startswith(PREFIX) for name in tables):
        return 0
    place = f"--store {database.kind.place}"
    if "enrol_mock_store" not in tables:
        raise MockError(f"{place}: it has no table enrol_mock_store but others of that kind; give another store")
    rows = database.read("SELECT version FROM enrol_mock_store")
    version = rows[0][0] if len(rows) == 1 else None
    if not isinstance(version, int) or not 1 <= version <= len(_VERSIONS):
        raise MockError(
            f"{place}: it has version {version} of the tables, and this kit knows 1 to {len(_VERSIONS)}; "
            "update the kit, or give another store"
        )
    return version
