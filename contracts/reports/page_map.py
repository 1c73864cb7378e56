"""The map of the page: its sections and rows, each with the claims that the page makes there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from contracts.verdict.claims import Standing
from contracts.verdict.result import Result


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the page. `claims`: its claims, each with the part of its name that differs from the others.

    `name`: the field that the row describes, or the code of an error. `above`: the path of the object with that field.
    """

    number: int
    above: str
    name: str
    claims: tuple[tuple[str, Standing], ...]


def sections(result: Result) -> Iterator[tuple[str, list[Row]]]:
    """Yield the sections of the page with their rows, in the page's order."""
    sections: dict[str, dict[int, list[Standing]]] = {}
    for standing in result.standings:
        rows = sections.setdefault(standing.claim.section, {})
        rows.setdefault(standing.claim.row, []).append(standing)
    for section, rows in sections.items():
        yield section, [_row(number, standings, result) for number, standings in sorted(rows.items())]


def _row(number: int, standings: list[Standing], result: Result) -> Row:
    """Return a row, named after its field or code. Each claim gets the rest of its name."""
    names = [standing.claim.id.split(".") for standing in standings]
    shared = 0
    if all(name[0] in ("request", "response") for name in names):
        shared = min(len(name) for name in names) - 1
        while len({tuple(name[:shared]) for name in names}) > 1:
            shared -= 1
    claim = standings[0].claim
    codes = {o.code for o in result.document.outcomes.values() if (o.section, o.row) == (claim.section, claim.row)}
    field = ".".join(names[0][1:shared]).removeprefix("data.enrollmentStatus.").removeprefix("data.")
    above, dot, name = field.rpartition(".")
    return Row(
        number=number,
        above=above + dot,
        name=name or ", ".join(str(code) for code in codes if code is not None),
        claims=tuple(
            (".".join(name[shared or 1 :]).replace("_", " "), standing)
            for name, standing in zip(names, standings, strict=True)
        ),
    )
