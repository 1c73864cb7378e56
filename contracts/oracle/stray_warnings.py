"""Warnings that the page does not list: where they may stand. "Response parameters" row 23; "Warning messages"."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches

from contracts.oracle.reply import Reply


def has_strays(reply: Reply, texts: Collection[str]) -> bool:
    """One of the warnings has no text, or none of them is a text of the page where one is needed.

    Others may stand beside one of the page's, and alone beside errors or an enrolment that the answer shows. A text
    that is almost one of the page's, or of the errors, is no other one.
    """
    said = [isinstance(text, str) and bool(text.strip()) for text in reply.warnings]
    if not all(said):
        return True
    if not said or any(text in texts for text in reply.warnings):
        return False
    if reply.decision != "success" and not reply.errors:
        return True
    rows = (*texts, *(error.message for error in reply.errors if isinstance(error.message, str)))
    return any(_is_almost(text, row) for text in reply.warnings for row in rows)


def _is_almost(text: str, row: str) -> bool:
    """A text is another one, or is meant to be, and has other words, letters or signs in places."""
    return bool(get_close_matches(text.lower()[: 2 * len(row)], [row.lower()], n=1))
