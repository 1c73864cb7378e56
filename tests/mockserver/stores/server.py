"""A PostgreSQL server of the tests: of the programs of this machine, in a new folder."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

_PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
_SECONDS = 60.0


@dataclass(slots=True)
class Server:
    """A server that listens on a port of this machine, for the user postgres without a password."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        program = [str(_PROGRAMS[-1] / "postgres"), "-D", str(self.folder), "-p", str(self.port)]
        options = [
            f"unix_socket_directories={self.folder}",
            "listen_addresses=127.0.0.1",
            "max_connections=200",
            "fsync=off",
        ]
        with (self.folder.parent / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [*_as_somebody(), *program, *(word for one in options for word in ("-c", one))], stdout=log, stderr=log
            )
        deadline = time.monotonic() + _SECONDS
        while True:
            try:
                psycopg.connect(self.url, connect_timeout=2).close()
                return
            except psycopg.OperationalError:
                assert time.monotonic() < deadline, (self.folder.parent / "log").read_text(errors="replace")
                time.sleep(0.05)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it. SIGINT ends its connections at once."""
        assert self.process is not None
        self.process.send_signal(how)
        self.process.wait(_SECONDS)

    def store(self) -> str:
        """Return the URL of a store of its own: an empty schema."""
        return made_store(self.url)


def made_store(url: str) -> str:
    """Return the URL of a new empty schema of a server."""
    with psycopg.connect(url, autocommit=True) as connection:
        name = f"store_{time.monotonic_ns()}_{os.getpid()}"
        connection.execute(f"CREATE SCHEMA {name}".encode())
    return f"{url}{'&' if '?' in url else '?'}options=-csearch_path%3D{name}"


@contextmanager
def new_server() -> Iterator[Server]:
    """Give a server in a new folder, which is stopped and removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="postgresql-"))
    try:
        if _as_somebody():
            shutil.chown(folder, "postgres")
        data = folder / "data"
        made = [str(_PROGRAMS[-1] / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "--no-sync"]
        subprocess.run([*_as_somebody(), *made], check=True, capture_output=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        server = Server(data, port)
        server.start()
        yield server
        if server.process and server.process.poll() is None:
            server.stop(signal.SIGQUIT)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _as_somebody() -> list[str]:
    """Return the command that runs another one as a user whom PostgreSQL serves: it refuses to run as root."""
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
