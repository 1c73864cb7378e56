"""A Unix domain socket at which the mock listens instead of a port."""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from mockserver.errors import MockError

PREFIX = "unix:"
MODE = 0o600  # only the owner of the mock may connect; chmod it for others


@dataclass(frozen=True, slots=True)
class UnixSocket:
    """The path of a socket file, which the server makes when it begins."""

    path: Path

    @classmethod
    def reserve(cls, name: str) -> Self:
        """Return a path that is free. A socket file that a killed server has left is removed.

        Raises MockError if another server listens there, if another file is there, or if no socket can be made.
        """
        if not name:
            raise MockError(f"--host {PREFIX} needs the path of a socket, such as {PREFIX}/tmp/enrol.sock")
        path = Path(name)
        try:
            _remove_stale(path)
            with socket.socket(socket.AF_UNIX) as tried:
                tried.bind(os.fspath(path))
            path.unlink()
        except OSError as error:
            # A path that is too long, or holds a null byte, is refused by Python itself, without a number.
            said = error.strerror or str(error)
            raise MockError(f"cannot listen on {PREFIX}{path}: {said}") from error
        except ValueError as error:
            raise MockError(f"cannot listen on {PREFIX}{path}: {error}") from error
        return cls(path.absolute())

    @property
    def url(self) -> str:
        """What is shown as the address."""
        return f"{PREFIX}{self.path}"

    def release(self) -> None:
        """Remove the socket file, which the server leaves if it has to end in the middle of a request."""
        with contextlib.suppress(OSError):
            self.path.unlink()


def _remove_stale(path: Path) -> None:
    """Remove a socket file at which nobody listens. Raises OSError if something else is there."""
    try:
        kind = path.lstat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(kind):
        raise OSError(errno.EEXIST, "a file that is no socket has this name")
    with socket.socket(socket.AF_UNIX) as asked:
        try:
            asked.connect(os.fspath(path))
        except ConnectionRefusedError:
            path.unlink()
        else:
            raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE))
