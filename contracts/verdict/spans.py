"""Spans: when a request was under way, on one clock, so that those are known that can have met at the host."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Span(NamedTuple):
    """From when the first byte of a request may have been sent until its answer had come, in seconds of one clock."""

    begin: float
    end: float

    def meets(self, other: Span) -> bool:
        """Both were under way at some moment."""
        return self.begin <= other.end and other.begin <= self.end


def behind(spans: Sequence[Span]) -> tuple[frozenset[int], ...]:
    """Return for each span the places of those that were over before it began."""
    return tuple(frozenset(place for place, other in enumerate(spans) if other.end < span.begin) for span in spans)
