"""The steps of a call that its transport carries out: send a request, or pause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

JSON: Final[Mapping[str, str]] = {"Content-Type": "application/json", "Accept": "application/json"}
MOST_BYTES: Final = 1_000_000  # of an answer; what is longer never comes to an end


@dataclass(frozen=True, slots=True)
class Send:
    """Send a POST request, and hand back the reply, or throw NoAnswer."""

    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait."""

    seconds: float
