"""Asking ahead: at a slow host, requests wait until several can be sent side by side.

Only requests whose order cannot matter are sent side by side. What must come behind one of them waits for its answer.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from statistics import median
from typing import Final

from contracts.credentials import UNISSUED
from contracts.exchange import Answer, Exchange, Request
from contracts.host.dialect import Dialect
from contracts.inputs.profiles import PROFILES, Profile
from contracts.plural import plural
from contracts.session.overlapping import ask_side_by_side
from contracts.session.session import Session
from contracts.verdict.overlaps import concerns

# Seconds that even the fastest answer takes at a slow host. A machine that is busy now and then is no slow host.
_SLOW: Final = 0.1
# How many requests are sent side by side, and how many may wait. On average, so many are under way: some wait for
# others.
_LANES: Final = 20
_MOST_WAITING: Final = 200
_USUALLY_UNDER_WAY: Final = 10
# Answers that tell how slow a host is, and runs that take longer than so many seconds are announced.
_ENOUGH: Final = 5
_LONG: Final = 60.0
# Requests that were sent side by side must take at most this part of the time that they take one by one.
_GAIN: Final = 0.5
# So many requests tell whether that is so, and so many times in a row are enough.
_TELLING: Final = 8
_ENOUGH_IN_VAIN: Final = 3


class Ahead:
    """Collects requests of a run at a slow host, in waves: those of one wave do not concern each other.

    `say`: tells the user how long the run will take.
    """

    def __init__(self, session: Session, profile: Profile, say: Callable[[str], None] = lambda text: None):
        self._session = session
        self._profile = profile
        self._say = say
        self._waves: list[list[Exchange]] = []
        self._number = 0
        # For each thing that requests may concern, the last wave with one that may change it, or depends on it.
        self._changed: dict[object, int] = {}
        self._touched: dict[object, int] = {}
        self._is_on: bool | None = None
        self._in_vain = 0

    def take(self, request: Request, about: tuple[str, ...]) -> bool:
        """Let a request wait, to be sent side by side with others. Return False if it must be sent by itself."""
        if self._is_on is None:
            self._is_on = self._measure()
        if not self._is_on:
            return False
        if self._number >= _MOST_WAITING:
            self.flush()
        changes, touches = concerns(self._session.record, request)
        # Behind whatever may change what it depends on, and behind whatever depends on what it may change.
        behind = [self._changed.get(key, -1) for key in touches] + [self._touched.get(key, -1) for key in changes]
        wave = 1 + max(behind, default=-1)
        self._waves += [[] for _ in range(wave + 1 - len(self._waves))]
        self._waves[wave].append(self._session.draft(request, about, behind=self._number))
        self._number += 1
        self._changed |= {key: max(wave, self._changed.get(key, wave)) for key in changes}
        self._touched |= {key: max(wave, self._touched.get(key, wave)) for key in touches}
        return True

    @property
    def is_on(self) -> bool:
        """Requests are sent side by side, over connections that stay open."""
        return bool(self._is_on)

    def flush(self) -> None:
        """Send all requests that wait. Raises Misuse."""
        waves, self._waves, self._number = self._waves, [], 0
        self._changed, self._touched = {}, {}
        for wave in waves:
            # Where there is no token there is nothing to send, and that must not hold up the others.
            self._send_wave([draft for draft in wave if draft.request.credentials not in UNISSUED])
            for draft in wave:
                if draft.request.credentials in UNISSUED:
                    self._session.follow(draft)

    def _send_wave(self, waiting: Sequence[Exchange]) -> None:
        """Send requests that do not concern each other, and notice whether the host answers them side by side."""
        if not waiting:
            return
        place, begin = len(self._session.record.exchanges), time.monotonic()
        is_answered = ask_side_by_side(self._session, waiting, self._send)
        taken = time.monotonic() - begin
        alone = sum(exchange.answer.seconds for exchange in self._session.record.exchanges[place:])
        # A host that takes one request at a time, or that lets only so many in, gains nothing.
        if is_answered and (len(waiting) < _TELLING or taken < _GAIN * alone):
            self._in_vain = 0 if len(waiting) >= _TELLING else self._in_vain
            return
        self._in_vain += 1
        if self._in_vain >= _ENOUGH_IN_VAIN:
            self._is_on = False
            self._announce(taken / len(waiting), lanes=1)

    def _send(self, requests: Sequence[Request], dialect: Dialect) -> list[Answer]:
        session = self._session
        return session.wire.send_in_lanes(requests, dialect, _LANES, within=session.pacer.left())

    def _measure(self) -> bool:
        """Return whether the host is slow and may be asked several requests at once, and say how long the run will take."""
        session = self._session
        seconds = [exchange.answer.seconds for exchange in session.record.exchanges if exchange.answer.status]
        if session.record.target.live or not session.pacer.may_overlap(0) or len(seconds) < _ENOUGH:
            return False
        if min(seconds) < _SLOW:
            return False
        self._announce(median(seconds), lanes=_USUALLY_UNDER_WAY)
        return True

    def _announce(self, seconds: float, *, lanes: int) -> None:
        """Say how long the run will take, and which profile takes less time. `lanes`: how many answers come at a time."""
        needed = {name: profile.requests * seconds / lanes for name, profile in PROFILES.items()}
        own = self._profile.requests * seconds / lanes
        if own < _LONG:
            return
        at_once = f"asked up to {_LANES} requests at a time" if lanes > 1 else "asked one request at a time"
        shorter = [f"{name} takes {_minutes(s)} (--profile {name})" for name, s in needed.items() if s < own / 1.5]
        less = f"; profile {shorter[0]}" if shorter else ""
        self._say(f"  the host takes {seconds:.2g} s an answer: {at_once}, this run takes {_minutes(own)}{less}")


def _minutes(seconds: float) -> str:
    return f"about {plural(math.ceil(seconds / 60), 'minute')}"
