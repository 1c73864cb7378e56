"""What callers are to ask: requests, and the waves in which they are sent."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.exchange import Request
from contracts.verdict.figures import Kind


@dataclass(frozen=True, slots=True)
class LoadRequest:
    """A request of a load, what kind it is, and the claims that it tests."""

    kind: Kind
    request: Request
    about: tuple[str, ...] = ()


Wave = tuple[LoadRequest, ...]
