"""Folding: values that a host may take for the same, because it ignores spaces, case or leading zeros."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from contracts.oracle.reasons import Implied, reading

# `trim` of JavaScript cuts off U+FEFF as well, and that of Java and PHP a NUL.
_BLANK: Final = "\ufeff" + "".join(char for char in map(chr, range(0x3001)) if char.isspace() or char < " ")


def foldings(name: str, value: str) -> Iterator[tuple[Implied, str]]:
    """Yield each value that a host may look up in place of one, with the readings under which it does.

    `name`: the kind of identifier.
    """
    # Some databases ignore the spaces behind a text and not those before it, so these are questions apart.
    side = "before" if value != value.lstrip(_BLANK) else "behind"
    spaces = (reading(f"value-folding/spaces {side}:{name}", "trimmed", "both"),)
    case = (reading("value-folding/case:email", "case-folded", "both"),)
    bare = trimmed(value)
    if value != bare:
        yield spaces, bare
    if name == "email" and value != value.lower():
        yield (case, value.lower()) if value == bare else ((*spaces, *case), bare.lower())
    if name in ("id", "userid") and value == bare:
        yield from _as_numbers(value)
    if name == "mobile":
        # Pages of sibling calls write mobiles as digits without a plus, so a host may keep them as numbers. The page
        # asks no question about that: no reading follows.
        yield from (((), number) for _, number in _as_numbers(bare))


def without_folding(value: str, hits: Sequence[Implied]) -> Implied:
    """Return what it implies that a host finds nobody. `hits`: the readings of each folding that finds somebody.

    It implies something only where one question decides whether somebody is found. A host may ignore spaces, and take
    other white space for a part of the value.
    """
    if len(hits) != 1 or len(hits[0]) != 1:
        return ()
    ((key, _),) = hits[0]
    if key.startswith("leading-zeros"):
        return (reading(key, "significant"),)
    if "spaces" in key and value.strip(" ") != trimmed(value):
        return ()
    return (reading(key, "exact", "case-folded" if "spaces" in key else "trimmed"),)


def trimmed(value: str) -> str:
    """Return a value without the outer white space and control characters that some language or database cuts off."""
    return value.strip(_BLANK)


def as_number(value: str) -> str | None:
    """Return an id as a host writes it that keeps ids as numbers; None if no parser takes it for one."""
    try:
        return str(int(value[:-2] if value.endswith(".0") else value))
    except ValueError:
        return None


def _as_numbers(value: str) -> Iterator[tuple[Implied, str]]:
    """Yield an id as a host sees it that keeps ids as numbers, where that changes it."""
    number = as_number(value)
    if number is not None and number != value:
        # Whether signs, fractions, other digits and underscores are taken depends on the parser. Only zeros before
        # plain digits say how the host compares ids.
        is_digits = value.isascii() and value.isdigit()
        yield ((reading("leading-zeros/id", "ignored"),) if is_digits else ()), number
