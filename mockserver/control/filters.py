"""The query of the journal: which exchanges to show, and for how many of them to wait."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Final
from urllib.parse import parse_qsl

from mockserver.control.journal import Entry
from openapi.source import nearest

SUCCESS: Final = "success"  # the outcome of an exchange without one, if its status is 2xx
_LONGEST: Final = 60.0  # seconds
_MOST: Final = 1000  # exchanges; a journal keeps no more
_PAGE: Final = 8 * 2**20  # bytes of memory that the exchanges of one answer have
_STATUS: Final = re.compile(r"[1-5](?:\d\d|xx)")


@dataclass(frozen=True, slots=True)
class Filter:
    """Which exchanges to show. None of a field means that it does not count.

    `status` is a number or, as in 4xx, a class. `path` is with or without the prefix of the session. `since` is the id
    of the exchange after which to begin; if it is not kept, all that are kept are newer. `limit` shows only the latest.
    `wait` is how many must match before the answer is given, at most `timeout` seconds later. `readings` shows with
    each exchange the readings that mattered, and matches nothing by itself.
    """

    status: str | None = None
    outcome: str | None = None
    path: str | None = None
    customer: str | None = None
    since: str | None = None
    limit: int | None = None
    wait: int | None = None
    timeout: float = 5.0
    readings: bool = False

    def matching(self, entries: Iterable[Entry], session: str) -> list[Entry]:
        """Return the entries of a session that match, oldest first. `limit` is not applied."""
        found = list(entries)
        if self.since is not None:
            at = next((index for index, entry in enumerate(found) if entry.id == self.since), -1)
            found = found[at + 1 :]
        return [entry for entry in found if self._matches(entry, session)]

    def latest(self, matching: list[Entry]) -> list[Entry]:
        """Return those of the entries that `limit` leaves."""
        return matching if self.limit is None else matching[len(matching) - min(self.limit, len(matching)) :]

    @staticmethod
    def page(entries: list[Entry]) -> list[Entry]:
        """Return the first of the entries, as many as go into one answer."""
        sizes = accumulate(entry.size for entry in entries)
        return [
            entry
            for number, (entry, size) in enumerate(zip(entries, sizes, strict=True))
            if not number or size <= _PAGE
        ]

    def _matches(self, entry: Entry, session: str) -> bool:
        outcomes = entry.outcomes or ((SUCCESS,) if 200 <= entry.status < 300 else ())
        return (
            (self.status is None or str(entry.status) == self.status or f"{entry.status // 100}xx" == self.status)
            and (self.outcome is None or self.outcome in outcomes)
            and (self.path is None or entry.path in (self.path, f"/_s/{session}{self.path}"))
            and (self.customer is None or self.customer in entry.customers)
        )


def read(query: str, *, outcomes: Collection[str]) -> Filter | str:
    """Return the filter of a query, or what is wrong with it. `outcomes` are the names there are."""
    values: dict[str, Any] = {}
    for name, text in parse_qsl(query, keep_blank_values=True):
        reader = _READERS.get(name)
        if reader is None:
            return f"The journal has no filter {name[:40]!r}{nearest(name, _READERS)}; it has {', '.join(_READERS)}."
        if name in values:
            return f"The filter {name} is given twice; give it once."
        try:
            values[name] = reader(text)
        except ValueError as error:
            return f"{name}={text[:40]}: {error}."
    known = [SUCCESS, *outcomes]
    if (outcome := values.get("outcome")) is not None and outcome not in known:
        return (
            f"outcome={outcome[:40]}: there is no such outcome{nearest(outcome, known)}; GET /_mock/outcomes lists all."
        )
    return Filter(**values)


def _status(text: str) -> str:
    if not _STATUS.fullmatch(text):
        raise ValueError("must be a status such as 400, or 4xx")
    return text


def _number(least: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) < 5 and least <= int(text) <= _MOST):
            raise ValueError(f"must be a number from {least} to {_MOST}")
        return int(text)

    return read


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds <= _LONGEST:
        raise ValueError(f"must be seconds from 0 to {_LONGEST:g}")
    return seconds


def _yes(text: str) -> bool:
    if text not in ("yes", "no"):
        raise ValueError("must be yes or no")
    return text == "yes"


_READERS: Final[dict[str, Callable[[str], Any]]] = {
    "status": _status,
    "outcome": str,
    "path": str,
    "customer": str,
    "since": str,
    "limit": _number(0),
    "wait": _number(1),
    "timeout": _seconds,
    "readings": _yes,
}
