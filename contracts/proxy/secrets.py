"""The secrets of what passes: learn them from every request and answer, so that they can be masked wherever they appear."""

from __future__ import annotations

from typing import Any, Final

from contracts.masking import strangers
from contracts.masking.learning import secrets_of
from contracts.proxy.follower import Half, Passing

# When so many are known, only what a name declares a secret is learnt: other headers may hold a new value each time.
_MANY: Final = 5_000
# More than these nobody could mask in time.
_MOST: Final = 50_000
# Of a body, so many bytes are looked at; tokens come in short answers.
LOOKED_AT: Final = 64 * 1024


class TooManySecrets(Exception):
    """Raised when more secrets have passed than can be masked."""


def learn(passing: Passing, known: set[str]) -> None:
    """Add the secrets of an exchange to those that are known. Raises TooManySecrets."""
    only_named = len(known) >= _MANY
    entries = [
        {"url": passing.target, **_shown(passing.request, only_named=only_named)},
        _shown(passing.answer, only_named=only_named),
    ]
    known |= secrets_of(entries)
    if len(known) > _MOST:
        raise TooManySecrets


def _shown(half: Half, *, only_named: bool) -> dict[str, Any]:
    """Return a request or an answer in the form of an archive."""
    headers = [
        {"name": name, "value": value}
        for name, value in half.headers
        if not only_named or strangers.is_secret_name(name)
    ]
    return {"headers": headers, "text": bytes(half.body[:LOOKED_AT]).decode("utf-8", "replace")}
