"""The messages of errors: mask what they repeat of an answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from contracts.errors import Misuse
from contracts.masking.mask import mask_of
from contracts.verdict.record import Record


@contextmanager
def hidden(record: Record) -> Iterator[None]:
    """Mask secrets and personal data in the message of any Misuse that is raised inside."""
    try:
        yield
    except Misuse as error:
        error.args = (mask_of(record).text(str(error)),)
        # Without its cause, whose message would be shown by --debug.
        raise error from None
