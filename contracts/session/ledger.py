"""The ledger: a file that lists every request that may enrol a customer, before it is sent."""

from __future__ import annotations

import errno
import json
import os
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from contracts.errors import Misuse
from contracts.exchange import Exchange, Request
from contracts.oracle.reply import part


class Ledger:
    """Writes a line before each request that may enrol a customer, and a line with its result.

    The first line is on disk before the request is sent, so that even a killed run leaves no unlisted enrolment.
    `now` returns the time of day.
    """

    def __init__(self, path: Path, *, host: str, now: Callable[[], datetime] = lambda: datetime.now(UTC)):
        self.path = path
        self._host = host
        self._now = now

    def check(self) -> None:
        """Raise Misuse if nothing can be written. A ledger that is not there is not made."""
        try:
            if self.path.exists() or self.path.is_symlink():
                os.close(_open(self.path))
            else:
                TemporaryFile(dir=self.path.parent).close()
        except OSError as error:
            raise _unwritable(self.path, error, "nothing was sent") from error

    def write_request(self, number: int, request: Request) -> None:
        """Write that a request is about to be sent. Raises Misuse."""
        body = request.body if isinstance(request.body, dict) else {}
        asked = {name: body.get(name) for name in ("requestId", "action", "promotion", "customer", "programId")}
        self._write(
            {"intent": number, "at": self._now().isoformat(), "host": self._host, **asked},
            consequence="nothing was sent",
        )

    def write_result(self, number: int, exchange: Exchange) -> None:
        """Write the status and the ids of the answer to request `number`. Raises Misuse."""
        enrolment = part(exchange.answer.json, "data", "enrollmentStatus", "promotion")
        ids = {name: enrolment.get(name) for name in ("enrollmentId", "optinId")} if isinstance(enrolment, dict) else {}
        self._write(
            {"result": number, "at": self._now().isoformat(), "status": exchange.answer.status, **ids},
            consequence="the request was sent",
        )

    def _write(self, line: dict[str, Any], *, consequence: str) -> None:
        try:
            with os.fdopen(_open(self.path), "a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise _unwritable(self.path, error, consequence) from error


def _unwritable(path: Path, error: OSError, consequence: str) -> Misuse:
    return Misuse(f"the ledger {path} cannot be written: {error.strerror}; {consequence}")


def _open(path: Path) -> int:
    """Open a ledger to write at its end. Only its owner may read it, since it names customers. Raises OSError."""
    # A symbolic link could make the ledger overwrite the rights of another file, or write into it.
    flags = os.O_APPEND | os.O_CREAT | os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    if path.is_symlink():
        raise OSError(errno.ELOOP, "it is a symbolic link")
    descriptor = os.open(path, flags, mode=0o600)
    try:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode):
            raise OSError(errno.EINVAL, "it is not a regular file")
        if mode & 0o077 and hasattr(os, "fchmod"):
            os.fchmod(descriptor, 0o600)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor
