"""Opening the store that `--store` names."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from mockserver.errors import MockError
from mockserver.stores.database import Database, Kind

_FORMS: Final = "it is sqlite:FILE or postgresql://USER@HOST:PORT/DATABASE"
_POSTGRESQL: Final = ("postgresql://", "postgres://")
_DRIVER: Final = "pip install '.[postgresql]' in the folder of the kit"


def opened(value: str) -> Database:
    """Return the database that a value of --store names, without asking it anything. Raises MockError."""
    if value.lower().startswith(_POSTGRESQL):
        return Database(_postgresql(value))
    scheme, mark, path = value.partition(":")
    if scheme.lower() == "sqlite" and mark:
        return Database(_sqlite(path))
    # What follows the scheme is not repeated, since it may have a password.
    shown = f"{scheme[:20]}:…" if mark else value[:80]
    raise MockError(f"--store {shown}: there is no such store; {_FORMS}")


def _sqlite(path: str) -> Kind:
    from mockserver.stores import sqlite

    if not path or path.startswith(":memory:"):
        raise MockError(f"--store sqlite:{path}: it names no file, which the mocks could share; {_FORMS}")
    file = Path(path)
    if file.is_dir():
        raise MockError(f"--store sqlite:{path}: it is a directory; name a file in it")
    if not file.parent.is_dir():
        raise MockError(f"--store sqlite:{path}: there is no directory {file.parent}; make it first")
    return sqlite.kind(file)


def _postgresql(url: str) -> Kind:
    try:
        from mockserver.stores import postgresql
    except ImportError as error:  # libpq may be what is missing
        raise MockError(f"--store postgresql:…: psycopg is missing ({error}); {_DRIVER}") from error
    return postgresql.kind(url)
