"""The list of all claims: as the page docs/claims.md, and as lines for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Final

from contracts.verdict.needs import need
from openapi.document import Claim, Document

# The longest line of the list, in columns.
_WIDE: Final = 200
_HEAD: Final = """\
# Claims

The statements of the page about the call. A run gives each one of four verdicts: **kept**, **broken**, **undetermined**
(the page is open there; the report lists the host's reading under the questions) or **unreached** (no request tested it).
The last column says what a run needs in order to test the claim. `(enrols)`: only requests that may enrol a customer
test it, so on a live host it needs permission.

Generated from `openapi/enrol.yaml` and `contracts/verdict/needs.py` by `make docs`.
"""


def claims_page(document: Document) -> str:
    """Return the Markdown page: a table for each section of the page, with what a run needs to test each claim."""
    return "\n".join([_HEAD, *_tables(document)])


def claims_list(document: Document, columns: int | None = None) -> str:
    """Return one line for each claim: its name, its place on the page, and its statement.

    `columns`: the width of a terminal. If the lines do not fit, each name gets a line of its own.
    """
    if columns is not None and columns < _WIDE:
        return "\n".join(
            f"{c.id}\n{_wrapped(f'{c.section}, row {c.row}: {c.says}', columns)}" for c in document.claims.values()
        )
    width = max(len(name) for name in document.claims)
    return "\n".join(f"{c.id:<{width}}  {c.section}, row {c.row}: {c.says}" for c in document.claims.values())


def _wrapped(text: str, columns: int) -> str:
    lead = " " * 4
    width = max(columns - 1, 20)
    return textwrap.fill(
        text, width, initial_indent=lead, subsequent_indent=lead, break_long_words=False, break_on_hyphens=False
    )


def _tables(document: Document) -> Iterator[str]:
    sections: dict[str, list[Claim]] = {}
    for claim in document.claims.values():
        sections.setdefault(claim.section, []).append(claim)
    for section, claims in sections.items():
        yield f"## {section}\n"
        yield "| row | claim | the page says | needs |"
        yield "|---|---|---|---|"
        for claim in sorted(claims, key=lambda claim: claim.row):
            needed = need(claim.id)
            needs = f"{needed}{' (enrols)' if needed.enrols else ''}"
            yield f"| {claim.row} | `{claim.id}` | {_cell(claim.says)} | {_cell(needs)} |"
        yield ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
