"""A witness of one answer that is late, comes in pieces, or breaks its connection: it sees how much of it reaches the client."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from mockserver.coverage.coverage import Coverage
from mockserver.coverage.faults import DRIBBLE
from mockserver.exchange.handling import Handling


@dataclass(frozen=True, slots=True)
class Witness:
    """Counts what reaches the client. `gone` is done when the client has left."""

    coverage: Coverage
    handling: Handling
    gone: asyncio.Future[Any]

    def paused(self) -> None:
        """The body pauses behind its first piece."""
        if not self.gone.done():
            self.coverage.struck(DRIBBLE)

    def ending(self) -> None:
        """The last piece is about to go out. An answer that breaks shows nothing but that."""
        if not self.gone.done() and not self.handling.manner.breakage:
            self.coverage.shown(self.handling)

    def broken(self, breakage: str) -> None:
        """The connection has broken."""
        self.coverage.struck(breakage)
