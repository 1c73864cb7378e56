"""The ledger: a file that holds every request that may enrol somebody, written before it is sent."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from contracts.errors import Misuse
from contracts.exchange import Exchange, Request
from contracts.oracle.reply import part


class Ledger:
    """A file with a line before each request that may enrol somebody, and a line after it.

    A line is on the disk before the request leaves, so that a run that is killed leaves no
    enrolment nobody knows of. `now` is the wall clock.
    """

    def __init__(self, path: Path, *, host: str, now: Callable[[], datetime] = lambda: datetime.now(UTC)):
        self.path = path
        self._host = host
        self._now = now

    def intend(self, number: int, request: Request) -> None:
        """Write that a request is about to be sent."""
        body = request.body if isinstance(request.body, dict) else {}
        asked = {name: body.get(name) for name in ("requestId", "action", "promotion", "customer", "programId")}
        self._write(
            {"intent": number, "at": self._now().isoformat(), "host": self._host, **asked},
            consequence="nothing was sent",
        )

    def settle(self, number: int, exchange: Exchange) -> None:
        """Write what came of it."""
        made = part(exchange.answer.json, "data", "enrollmentStatus", "promotion")
        ids = {name: made.get(name) for name in ("enrollmentId", "optinId")} if isinstance(made, dict) else {}
        self._write(
            {"result": number, "at": self._now().isoformat(), "status": exchange.answer.status, **ids},
            consequence="the request was sent",
        )

    def _write(self, line: dict[str, Any], *, consequence: str) -> None:
        try:
            # It names customers, so it is for nobody else to read.
            descriptor = os.open(self.path, os.O_APPEND | os.O_CREAT | os.O_WRONLY, mode=0o600)
            with os.fdopen(descriptor, "a", encoding="utf-8") as file:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise Misuse(f"the ledger {self.path} cannot be written: {error.strerror}; {consequence}") from error
