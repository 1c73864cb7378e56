"""The tap: hand what passes to the judge. Traffic never waits for it: what the judge has no room for, it does not see."""

from __future__ import annotations

from queue import SimpleQueue
from typing import Final, Literal, NamedTuple

# Bytes that may wait for the judge. A piece takes some room beside its bytes.
_ROOM: Final = 32 * 2**20
_PIECE: Final = 400

# What passed: bytes of the client, bytes of the host, or the end of either.
Way = Literal["sent", "came", "sent-end", "came-end"]


class Piece(NamedTuple):
    """Something that passed on a connection, in seconds of the machine's clock.

    `fresh`: pieces before it were lost. If it is one of the client, a request begins with it.
    """

    connection: int
    way: Way
    at: float
    data: bytes = b""
    fresh: bool = False


class Tap:
    """Pieces on their way to the judge. One thread gives them, another one takes them.

    `unseen`: how many exchanges had no room, at least; requests that a client sends without waiting count as one.
    """

    def __init__(self, room: int = _ROOM) -> None:
        self.unseen = 0
        self._room = room
        self._queue: SimpleQueue[Piece | None] = SimpleQueue()
        # Each is written by one thread only, so that nobody needs a lock.
        self._given = 0
        self._taken = 0

    def give(self, piece: Piece, *, always: bool = False) -> bool:
        """Hand on a piece. Return False if there is no room for it, unless it must be handed on `always`."""
        size = len(piece.data) + _PIECE
        if not always and self._given - self._taken + size > self._room:
            return False
        self._given += size
        self._queue.put(piece)
        return True

    def take(self) -> Piece | None:
        """Wait for the next piece, and return it; None if there will be no more."""
        piece = self._queue.get()
        if piece is not None:
            self._taken += len(piece.data) + _PIECE
        return piece

    def end(self) -> None:
        """Say that there will be no more pieces."""
        self._queue.put(None)


class TappedConnection:
    """The pieces of one connection. When some are lost, it goes on with the next request that begins a turn."""

    def __init__(self, tap: Tap, number: int) -> None:
        self._tap = tap
        self._number = number
        self._is_lost = False
        self._last: Way = "came"

    @property
    def awaits_answer(self) -> bool:
        """The client has sent something, and nothing has come back since."""
        return self._last == "sent"

    def passed(self, way: Way, at: float, data: bytes = b"") -> None:
        """Hand on what has passed, if the judge has room. The end of a connection always has."""
        if way in ("sent-end", "came-end"):
            self._tap.give(Piece(self._number, way, at, fresh=self._is_lost), always=True)
            return
        is_turn = way == "sent" and self._last != "sent"
        self._last = way
        if self._is_lost and not is_turn:
            return
        if self._tap.give(Piece(self._number, way, at, data, fresh=self._is_lost)):
            self._is_lost = False
        else:
            self._is_lost = True
            self._tap.unseen += 1
