"""The judge: a thread that follows what passes and has it judged. Whatever fails here, the traffic goes on."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from traceback import extract_tb
from typing import Final

from contracts.archive.exchange import LeftOut
from contracts.exchange import Exchange
from contracts.proxy.follower import Follower, Passing
from contracts.proxy.onlooker import Onlooker
from contracts.proxy.reading import Reader
from contracts.proxy.secrets import LOOKED_AT, TooManySecrets, learn
from contracts.proxy.tap import Piece, Tap
from contracts.verdict.spans import Span

# A record grows with each exchange. Beyond so many, what passes is not judged any more.
MOST: Final = 20_000
# Exchanges that may wait for one that overlaps them; then it is judged no more, so that the others can be.
_MOST_WAITING: Final = 200
_LATE: Final = LeftOut("that took longer than many others")
_FULL: Final = LeftOut(f"after the first {MOST:,}")
# Seconds in which the judge may finish what has passed when the proxy ends; and after which the user is told.
_END: Final = 20.0
_SOON: Final = 1.0


class JudgeThread:
    """Judges what passes. `others`: how many exchanges of other paths passed. `lost`: how many could not be followed, at
    least. `failure`: why the judge has given up; "" if it has not.

    `tell`: called after each exchange that was judged, to tell the user of findings. `say`: tells the user something
    else.
    """

    def __init__(
        self, tap: Tap, reader: Reader, onlooker: Onlooker, tell: Callable[[], None], say: Callable[[str], None]
    ) -> None:
        self.others = 0
        self.lost = 0
        self.failure = ""
        self.left_out: Counter[str] = onlooker.left_out
        self._tap = tap
        self._reader = reader
        self._onlooker = onlooker
        self._tell = tell
        self._say = say
        self._followers: dict[int, Follower] = {}
        self._under_way: dict[int, Passing] = {}
        self._until = float("inf")
        self._thread = threading.Thread(target=self._run, name="judge", daemon=True)

    def start(self) -> None:
        """Begin to judge."""
        self._thread.start()

    def end(self) -> None:
        """Judge what has passed so far, for some seconds at most, and leave the result in the record."""
        self._until = time.monotonic() + _END
        self._tap.end()
        self._thread.join(_SOON)
        if self._thread.is_alive():
            self._say(f"  judging what has passed, which takes {_END:g} seconds at most")
        self._thread.join()

    def _run(self) -> None:
        while piece := self._tap.take():
            if self.failure or time.monotonic() > self._until:
                self._tap.unseen += piece.way == "sent"
            else:
                self._try(partial(self._take, piece))
        self._try(self._onlooker.end)
        self._try(self._tell)

    def _try(self, do: Callable[[], None]) -> None:
        """Do something. A mistake in it ends the judging, and nothing else."""
        try:
            do()
        except TooManySecrets:
            self._give_up("more secrets have passed than can be masked")
        except Exception as bug:  # its message may show a secret
            place = extract_tb(bug.__traceback__)[-1]
            self._give_up(f"it has a bug: {type(bug).__name__} in {Path(place.filename).name}, line {place.lineno}")

    def _give_up(self, why: str) -> None:
        if not self.failure:
            self.failure = f"the judge has given up: {why}; what passes is not judged any more"
            self._say(f"  {self.failure}")
        self._followers.clear()
        self._under_way.clear()

    def _take(self, piece: Piece) -> None:
        follower = self._followers.get(piece.connection)
        if follower is None:
            if piece.way != "sent":
                return
            follower = self._followers[piece.connection] = Follower(self._begin, self._end, self._lose)
        follower.take(piece)
        if piece.way == "came-end":
            del self._followers[piece.connection]

    def _lose(self) -> None:
        self.lost += 1

    def _begin(self, passing: Passing) -> None:
        if self._reader.is_of_the_call(passing):
            self._under_way[id(passing)] = passing
        else:
            passing.room = LOOKED_AT
            self.others += 1

    def _end(self, passing: Passing) -> None:
        is_waited_for = self._under_way.pop(id(passing), None) is not None
        is_full = self._onlooker.taken >= MOST
        if not is_full:  # else nothing that comes is shown
            learn(passing, self._onlooker.record.secrets)
        if not self._reader.is_of_the_call(passing):
            return
        if is_full:
            read: Exchange | LeftOut = _FULL
        else:
            read = self._reader.exchange(passing) if is_waited_for else _LATE
        if isinstance(read, LeftOut):
            self.left_out[read.why] += 1
        else:
            self._onlooker.take(read, Span(passing.start, passing.end))
        self._advance()

    def _advance(self) -> None:
        """Have those judged that nothing can overlap any more."""
        if self._under_way and self._onlooker.waiting > _MOST_WAITING:
            del self._under_way[min(self._under_way, key=lambda one: self._under_way[one].start)]
        if self._under_way:
            self._onlooker.advance(min(passing.start for passing in self._under_way.values()))
        else:
            self._onlooker.finish()
        self._tell()
