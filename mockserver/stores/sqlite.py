"""The door to SQLite: a file that several mocks on one machine share."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

from mockserver.errors import Unavailable
from mockserver.stores.database import Kind, Row, Step

_PATIENCE: Final = 3.0  # seconds to wait for a file that another process has locked
_IMPATIENT: Final = 0.5  # seconds after that in which nobody waits again


def kind(path: Path) -> Kind:
    """Return what there is to know of a file. Its writers take turns, so a process needs one connection only."""
    return Kind(
        place=f"sqlite:{path}",
        threads=1,
        connect=partial(_Link, path),
        begin=("BEGIN IMMEDIATE",),
        begin_light=("BEGIN IMMEDIATE",),
        settle="",
        lock="",
        guard="SELECT 1",
        types={"bytes": "BLOB", "number": "INTEGER", "real": "REAL", "counted": "INTEGER PRIMARY KEY AUTOINCREMENT"},
        tables="SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite|_%' ESCAPE '|'",
    )


class _Link:
    is_lost = False

    def __init__(self, path: Path) -> None:
        self._impatient_until = 0.0
        try:
            self._connection = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
            # With a log beside the file readers do not wait for writers. A commit outlives the process at once, and the
            # machine from the next checkpoint on.
            self._connection.execute("PRAGMA journal_mode = WAL").fetchall()
            self._connection.execute("PRAGMA synchronous = NORMAL")
        except sqlite3.Error as error:
            raise Unavailable(_said(error)) from error

    def run(self, steps: Sequence[Step]) -> list[Row]:
        hurried = time.monotonic() < self._impatient_until
        try:
            if hurried:
                self._connection.execute("PRAGMA busy_timeout = 0")
            rows: list[Row] = []
            for statement, values in steps:
                rows = self._connection.execute(statement, values).fetchall()
            return rows
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY:
                self._impatient_until = time.monotonic() + _IMPATIENT if not hurried else self._impatient_until
            raise Unavailable(_said(error)) from error
        finally:
            if hurried:
                with contextlib.suppress(sqlite3.Error):
                    self._connection.execute(f"PRAGMA busy_timeout = {_PATIENCE * 1000:.0f}")

    def roll_back(self) -> None:
        if self._connection.in_transaction:
            try:
                self._connection.execute("ROLLBACK")
            except sqlite3.Error as error:
                raise Unavailable(_said(error)) from error

    def close(self) -> None:
        with contextlib.suppress(sqlite3.Error):
            self._connection.close()

    def __del__(self) -> None:
        """Close it when the thread that has it ends."""
        if hasattr(self, "_connection"):  # it was opened
            self.close()


def _said(error: sqlite3.Error) -> str:
    return f"SQLite: {error}"
