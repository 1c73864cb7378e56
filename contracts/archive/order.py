"""The exchanges of an archive in the order in which a host may have carried them out, each once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from contracts.archive.entry import Entry, shows_login
from contracts.archive.exchange import LeftOut
from contracts.archive.habits import HostHabits
from contracts.exchange import Exchange

_TWICE: Final = LeftOut("listed a second time")


@dataclass(frozen=True, slots=True)
class Found:
    """An exchange of the call, made of an entry. `host`: its URL; "" if the path is not that of the call. `warned`: the answer only warns, and nobody was enrolled."""

    exchange: Exchange
    entry: Entry
    host: str
    warned: bool

    @property
    def ours(self) -> bool:
        """A run recorded it."""
        return self.entry.ours is not None

    def doubt(self, shown: HostHabits) -> LeftOut | None:
        """Return why the exchange is not judged beside what its host has shown."""
        if self.ours:
            return None
        return shown.doubt(self.entry, self.exchange, sees_login=shows_login(self.entry.request.headers))


def each_once(taken: Sequence[Found | LeftOut | None]) -> list[Found | LeftOut | None]:
    """Return what was taken, with a reason in place of an exchange that is in the archive already.

    Archives that were merged, and tools that listen in two places, list an exchange twice. Two exchanges that began in
    the same instant, took as long and are alike to the last header are one.
    """
    seen = set()
    once: list[Found | LeftOut | None] = []
    for one in taken:
        if isinstance(one, Found) and not one.ours and one.entry.started is not None:
            entry = one.entry
            key = (entry.started, entry.seconds, entry.url, entry.method, entry.request, entry.status, entry.answer)
            once.append(_TWICE if key in seen else one)
            seen.add(key)
        else:
            once.append(one)
    return once


def in_order(found: Sequence[Found]) -> list[Found]:
    """Return exchanges in the order in which they began, as HAR 1.2 asks for; a run writes its own in order.

    One that does not say when it began stays behind the one before it. Of exchanges that overlap, nobody knows which
    the host carried out first; so a warning, that the customer is already enrolled, comes after what may have enrolled
    them.
    """
    if any(one.ours for one in found):
        return list(found)
    began: list[float] = []
    for one in found:
        last = began[-1] if began else float("-inf")
        began.append(last if one.entry.started is None else one.entry.started)
    vague = _vagueness(found)
    overlapping: list[list[Found]] = []
    end = float("-inf")
    for place in sorted(range(len(found)), key=began.__getitem__):
        one, start = found[place], began[place]
        if one.entry.started is not None and start < end:
            overlapping[-1].append(one)
        else:
            overlapping.append([one])
            end = start
        if one.entry.started is not None:
            end = max(end, start + one.exchange.answer.seconds + vague)
    return [one for group in overlapping for one in sorted(group, key=lambda one: one.warned)]


def _vagueness(found: Sequence[Found]) -> float:
    """Return by how many seconds a beginning may be later than an archive says. Some tools write whole seconds only."""
    known = {one.entry.started for one in found if one.entry.started is not None}
    return 1.0 if len(known) > 1 and all(started.is_integer() for started in known) else 0.0
