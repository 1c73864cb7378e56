"""A PostgreSQL for as long as it is measured: the one that DATABASE_URL names, or one of our own in a temporary folder."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

_DEBIAN: Final = Path("/usr/lib/postgresql")
_USER: Final = "postgres"  # whom the server runs as where we are root, which it refuses to be


class Missing(Exception):
    """Raised where there is no such database. The text says what is missing."""


@contextmanager
def postgresql() -> Iterator[str]:
    """Yield the URL of a PostgreSQL. Raises Missing."""
    if given := os.environ.get("DATABASE_URL"):
        yield given
        return
    places = [None, *(str(path) for path in sorted(_DEBIAN.glob("*/bin"), reverse=True))]
    initdb = next((found for place in places if (found := shutil.which("initdb", path=place))), None)
    if initdb is None:
        raise Missing("no PostgreSQL: neither DATABASE_URL nor initdb (Debian: postgresql)")
    pg_ctl = str(Path(initdb).with_name("pg_ctl"))
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        data = Path(folder) / "data"
        as_user: dict[str, Any] = {"check": True, "capture_output": True, "cwd": folder}
        if os.geteuid() == 0:
            shutil.chown(folder, _USER)
            as_user["user"] = _USER
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        subprocess.run([initdb, "--pgdata", str(data), "--username", _USER, "--auth", "trust"], **as_user)
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
        log = str(Path(folder) / "log")
        subprocess.run(
            [pg_ctl, "--pgdata", str(data), "--log", log, "--options", options, "--wait", "start"], **as_user
        )
        try:
            yield f"postgresql://{_USER}@127.0.0.1:{port}/postgres"
        finally:
            subprocess.run([pg_ctl, "--pgdata", str(data), "--mode", "immediate", "stop"], **as_user)
