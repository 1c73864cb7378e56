"""The index of forms: of many texts that may lie in another text, find quickly those that can."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from contracts.host.encodings import Form, decoded

# Letters of a text that are looked up together, and how far apart these places are in a text.
_GRAM: Final = 4
_STRIDE: Final = 4
# Characters of a text that are looked up at a time, so that a long text needs little memory.
_CHUNK: Final = 65_536


class FormIndex:
    """Rules out quickly the forms that a text does not hold, however many there are.

    The core of a form is found by any _GRAM letters of its first few. A text is looked up at every fourth place, one of
    which must lie there.
    """

    def __init__(self, all_forms: Iterable[Form]):
        self._by_gram: dict[str, list[tuple[str, Form]]] = {}
        self._others: list[tuple[str, Form]] = []
        for form in all_forms:
            core = form.core
            entry = core, form
            if len(core) < _GRAM + _STRIDE - 1:
                self._others.append(entry)
                continue
            for place in range(_STRIDE):
                self._by_gram.setdefault(core[place : place + _GRAM], []).append(entry)

    def suspects(self, text: str) -> list[tuple[Form, bool]]:
        """Return the forms that a text may hold, the longest first, each with whether its letters may be encoded."""
        lowered = text.lower()
        plain = decoded(lowered)
        found = dict.fromkeys(self._found(lowered), False)
        if plain is not lowered and plain != lowered:
            found |= {form: True for form in self._found(plain) if form not in found or not form.core}
        return sorted(found.items(), key=lambda item: (-len(item[0].text), item[0].text))

    def _found(self, lowered: str) -> Iterator[Form]:
        for core, form in self._others:
            if core in lowered:
                yield form
        for start in range(0, len(lowered), _CHUNK):
            places = range(start, min(start + _CHUNK, len(lowered)), _STRIDE)
            for gram in self._by_gram.keys() & {lowered[place : place + _GRAM] for place in places}:
                yield from (form for core, form in self._by_gram[gram] if core in lowered)
