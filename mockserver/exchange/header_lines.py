"""The header lines of a request, and what follows from them alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, Final, TypeVar

T = TypeVar("T")

_ANSWERS_KEPT: Final = 16  # the questions of one mock are fewer; those of worlds that are gone make room


class HeaderLines:
    """The header lines in their order, each a name and a value with one character for each byte (Latin-1).

    They never change. A client sends the same lines again and again, so the requests of a socket share one object for
    equal lines, and what was found out about them is kept with them.
    """

    def __init__(self, lines: Iterable[tuple[str, str]] = ()) -> None:
        self._lines: Final = tuple(lines)
        self._answers: dict[Callable[[HeaderLines], Any], Any] = {}

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._lines)

    def __contains__(self, name: str) -> bool:
        return name.lower() in self.by_name

    def get(self, name: str) -> str | None:
        """Return the value of a header; that of several lines is a list with commas (RFC 9110, section 5.3)."""
        return self.by_name.get(name.lower())

    def getlist(self, name: str) -> list[str]:
        """Return the value of each line with a name."""
        wanted = name.lower()
        return [value for key, value in self._lines if key.lower() == wanted]

    @cached_property
    def by_name(self) -> Mapping[str, str]:
        """The values, as `get` returns them, by their names in lower case."""
        values: dict[str, str] = {}
        for name, value in self._lines:
            key = name.lower()
            values[key] = f"{values[key]}, {value}" if key in values else value
        return values

    @cached_property
    def size(self) -> int:
        """How many characters they have."""
        return sum(len(name) + len(value) for name, value in self._lines)

    def known(self, question: Callable[[HeaderLines], T]) -> T:
        """Return the answer to a question about these lines, which must follow from them alone. It is asked once."""
        answer: T
        try:
            answer = self._answers[question]
        except KeyError:
            if len(self._answers) >= _ANSWERS_KEPT:
                self._answers.clear()
            answer = self._answers[question] = question(self)
        return answer
