"""The personal data of a target: the mobile numbers and e-mail addresses of its customers, and where a text has them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from contracts.masking import spellings
from openapi.world import Customer


@dataclass(frozen=True, slots=True)
class _Datum:
    """One value in one form. `name`: such as "mobile of customer 3". `written`: the value, or a shortened form of it."""

    name: str
    value: str
    written: str


class PersonalData:
    """Finds the data of all customers in texts, however a text spells them.

    A target may list many thousands of customers. So the data are looked up by how they begin.
    """

    def __init__(self, customers: tuple[Customer, ...]):
        self._data = tuple(_data(customers))
        self._cores = tuple(spellings.core(datum.written) for datum in self._data)
        self._length = min(map(len, self._cores), default=0)
        self._places: dict[str, list[int]] = {}
        for place, core in enumerate(self._cores):
            self._places.setdefault(core[: self._length], []).append(place)

    def mask(self, text: str) -> str:
        """Return a text with a placeholder in the place of each value, such as <mobile of customer 3>."""
        suspects = tuple(self._suspects(spellings.normalise(text)))
        if not suspects:
            return text

        def placeholder(found: re.Match[str]) -> str:
            datum = suspects[(found.lastindex or 1) - 1]
            return f"<{datum.name}{spellings.describe(found[0], datum.value)}>"

        return _any_of(suspects).sub(placeholder, text)

    def _suspects(self, normalised: str) -> Iterator[_Datum]:
        """Yield the data whose core is in a normalised text, in their order."""
        if self._data:
            starts = {normalised[place : place + self._length] for place in range(len(normalised) - self._length + 1)}
            for place in sorted(place for start in starts for place in self._places.get(start, ())):
                if self._cores[place] in normalised:
                    yield self._data[place]


def _data(customers: tuple[Customer, ...]) -> list[_Datum]:
    named = (
        (f"{kind} of customer {position}", getattr(customer, kind))
        for position, customer in enumerate(customers, 1)
        for kind in ("mobile", "email")
    )
    data = [_Datum(name, value, value) for name, value in sorted(named, key=lambda pair: -len(pair[1] or "")) if value]
    # Shortened values come after all whole ones: a shortened value may be the beginning of another customer's.
    for datum in tuple(data):
        if short := spellings.shortened(datum.value):
            data.append(_Datum(datum.name, datum.value, short))
    return data


@lru_cache(maxsize=256)
def _any_of(data: tuple[_Datum, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"({spellings.pattern(datum.written)})" for datum in data), re.IGNORECASE)
