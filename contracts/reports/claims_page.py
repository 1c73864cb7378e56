"""The page of the documentation that lists the claims, and the same list for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.verdict.needs import need
from openapi.document import Claim, Document

_HEAD = """\
# Claims

What the page says of the call, statement by statement. A run leaves each **kept**, **broken**, **undetermined**
(the page leaves it open, and the host does what stands with the questions) or **unreached**, with what would
reach it. `enrols` in the last column: only by enrolling somebody, so it needs permission on a live host.

Generated from `openapi/enrol.yaml` and `contracts/verdict/needs.py` by `make docs`.
"""


def claims_page(document: Document) -> str:
    """Return the page: a table for each section, with what reaches each claim."""
    return "\n".join([_HEAD, *_tables(document)])


def claims_list(document: Document) -> str:
    """Return one line for each claim: its name, its place, what it says."""
    width = max(len(name) for name in document.claims)
    return "\n".join(f"{c.id:<{width}}  {c.section}, row {c.row}: {c.says}" for c in document.claims.values())


def _tables(document: Document) -> Iterator[str]:
    sections: dict[str, list[Claim]] = {}
    for claim in document.claims.values():
        sections.setdefault(claim.section, []).append(claim)
    for section, claims in sections.items():
        yield f"## {section}\n"
        yield "| row | claim | the page says | reached by |"
        yield "|---|---|---|---|"
        for claim in sorted(claims, key=lambda claim: claim.row):
            wanted = need(claim.id)
            reached = f"{wanted.data}{' (enrols)' if wanted.enrols else ''}"
            yield f"| {claim.row} | `{claim.id}` | {_cell(claim.says)} | {_cell(reached)} |"
        yield ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
