"""Covering arrays: few combinations of values in which each two of them, or each three, meet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from covertable import make  # type: ignore[import-untyped]  # the library has no types


def covering(factors: Mapping[str, Sequence[Any]], *, strength: int) -> list[dict[str, Any]]:
    """Return combinations of one value for each factor, in which any `strength` values of different factors meet.

    The same factors give the same combinations. Nothing is returned where a factor has no value.
    """
    if not all(factors.values()):
        return []
    places = {name: range(len(values)) for name, values in factors.items()}
    rows: list[dict[str, int]] = make(
        {name: list(of) for name, of in places.items()}, strength=min(strength, len(factors))
    )
    return [{name: factors[name][place] for name, place in row.items()} for row in rows]
