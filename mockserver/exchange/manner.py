"""The manner in which an answer is sent: at once and whole, or otherwise."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Breakage = Literal[
    "",
    "reset-before",
    "reset-in",
    "reset-after",
    "truncated",
    "length-too-long",
    "length-too-short",
    "endless",
    "close",
]


class Manner(Struct, frozen=True):
    """How an answer is sent.

    After `delay` seconds, its body in `pieces` over `over` seconds. `breakage` says how the connection breaks, '' for
    not at all.
    """

    delay: float = 0.0
    pieces: int = 1
    over: float = 0.0
    breakage: Breakage = ""

    @property
    def seconds(self) -> float:
        """How much longer the answer takes than one that is sent at once."""
        return self.delay + self.over


AT_ONCE = Manner()
