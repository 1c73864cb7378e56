"""A table of figures, for a terminal and for a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_WIDTHS: Final = 44, 11


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of words and figures under a title. The first of `columns` says what the rows are, `note` how to read it."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


def as_text(table: Table) -> str:
    """Return the table with a column as wide as another, except for the first."""
    wide = [
        max(_WIDTHS[1], *(len(row[at]) + 2 for row in (table.columns, *table.rows))) for at in range(len(table.columns))
    ]
    lines = [
        row[0].ljust(_WIDTHS[0]) + "".join(each.rjust(wide[at]) for at, each in enumerate(row[1:], 1))
        for row in (table.columns, *table.rows)
    ]
    return "\n".join([table.title, *lines, *([f"({table.note})"] if table.note else [])]) + "\n"


def as_markdown(table: Table) -> str:
    """Return the table as Markdown, with figures at the right."""
    head = [f"| {' | '.join(table.columns)} |", "|---|" + "---:|" * (len(table.columns) - 1)]
    lines = [f"| {' | '.join(row)} |" for row in table.rows]
    return "\n".join([*head, *lines, *([f"\n{table.note}"] if table.note else [])]) + "\n"
