"""The ids of the gauntlet that not every type of number holds, and what becomes of them in a program that uses such a type."""

from __future__ import annotations

from typing import Final

LARGE: Final = 3_000_000_007  # more than 32 bits hold
HUGE: Final = 9_123_456_789_012_345  # more than a double holds exactly
_WORD: Final = 2**32


def spellings_of_loss(number: int) -> tuple[str, ...]:
    """Return how programs print an id that they took for a double, or for a number of 32 bits with or without a sign."""
    double = float(number)
    digits, power = repr(int(double)).rstrip("0"), len(str(int(double))) - 1
    decimal = f"{digits[0]}.{digits[1:] or '0'}"
    found = (
        repr(double),  # Python, Rust
        str(int(double)),  # JavaScript, C#
        f"{decimal}E{power}",  # Java
        f"{decimal}e+{power:02}",  # Go
        str((number + _WORD // 2) % _WORD - _WORD // 2),
        str(number % _WORD),
    )
    return tuple(dict.fromkeys(one for one in found if one != str(number)))
