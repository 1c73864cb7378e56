"""Nesting: how many lists and objects of a JSON text are inside each other. Eight brackets are looked at in one step."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from itertools import accumulate
from operator import add
from typing import Final

_BITS: Final = bytes.maketrans(b"[{]}", b"1100")
_OTHERS: Final = bytes(set(range(256)) - set(b"[{]}"))


def depth(without_texts: bytes) -> int:
    """Return the depth of a JSON text from which the texts between quotes were taken: 0 without a bracket."""
    bits = without_texts.translate(_BITS, _OTHERS)
    if not bits:
        return 0
    eights = int(bits + b"0" * (-len(bits) % 8), 2).to_bytes((len(bits) + 7) // 8, "big")
    # The depth before each eight of brackets, and how much deeper it becomes within them.
    before = accumulate(array("b", eights.translate(_CHANGES)), initial=0)
    peaks: Iterator[int] = map(add, before, eights.translate(_PEAKS))
    return max(peaks)


def _steps(eight: int) -> list[int]:
    """Return how deep it is behind each of eight brackets: a bit is 1 for one that opens, 0 for one that closes."""
    return list(accumulate(1 if eight >> place & 1 else -1 for place in reversed(range(8))))


_CHANGES: Final = bytes(_steps(eight)[-1] % 256 for eight in range(256))
_PEAKS: Final = bytes(max(0, *_steps(eight)) for eight in range(256))
