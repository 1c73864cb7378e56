"""The ledger: a file that lists every request that may enrol a customer, before it is sent."""

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
    """Writes a line before each request that may enrol a customer, and a line with its result.

    The first line is on disk before the request is sent, so that even a killed run leaves no unlisted enrolment.
    `now` returns the time of day.
    """

    def __init__(self, path: Path, *, host: str, now: Callable[[], datetime] = lambda: datetime.now(UTC)):
        self.path = path
        self._host = host
        self._now = now

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
            # 0600: the file names customers.
            descriptor = os.open(self.path, os.O_APPEND | os.O_CREAT | os.O_WRONLY, mode=0o600)
            with os.fdopen(descriptor, "a", encoding="utf-8") as file:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise Misuse(f"the ledger {self.path} cannot be written: {error.strerror}; {consequence}") from error
