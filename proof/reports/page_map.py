"""The map of the page: its sections and rows, each with what can be met there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from openapi import document
from proof.records import Met

_PLACE: Final = re.compile(r"(.+), row (\d{1,6})")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the page. `label`: the field that it describes, or the code of its error; '' for neither."""

    number: int
    label: str
    met: tuple[Met, ...]


def sections(met: Iterable[Met]) -> list[tuple[str, list[Row]]]:
    """Return the sections of the page with their rows, in the page's order. What has no place is left out."""
    found: dict[str, dict[int, list[Met]]] = {}
    for one in met:
        if place := _PLACE.fullmatch(one.place):
            found.setdefault(place[1], {}).setdefault(int(place[2]), []).append(one)
    labels = _labels()
    order = list(dict.fromkeys(section for section, _ in labels))
    return [
        (
            section,
            [Row(number, labels.get((section, number), ""), tuple(of_row)) for number, of_row in sorted(rows.items())],
        )
        for section, rows in sorted(
            found.items(), key=lambda one: order.index(one[0]) if one[0] in order else len(order)
        )
    ]


def _labels() -> dict[tuple[str, int], str]:
    """Return what each row is about."""
    known = document.load()
    labels: dict[tuple[str, int], str] = {}
    for claim in known.claims.values():
        side, *path = claim.id.split(".")  # such as response.data.status.type
        labels.setdefault((claim.section, claim.row), path[-2] if side == "response" and len(path) > 1 else "")
    for outcome in known.outcomes.values():
        if outcome.section and outcome.row:
            labels[outcome.section, outcome.row] = "" if outcome.code is None else str(outcome.code)
    return labels
