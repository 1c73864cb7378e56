"""A database that several mocks share: a connection for each thread, transactions, and what to do when it goes away."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, Final, Protocol

from mockserver.errors import Unavailable

Value = str | int | float | bytes | None
Row = tuple[Any, ...]
Step = tuple[str, Sequence[Value]]

# Seconds after a failed connection in which no other is tried, so that nobody waits in a queue of them.
_PAUSE: Final = 0.3
_COMMIT: Final[Step] = ("COMMIT", ())


class Link(Protocol):
    """One connection. Whatever fails raises Unavailable."""

    @property
    def is_lost(self) -> bool:
        """Whether nothing can be asked over it any more."""
        ...

    def run(self, steps: Sequence[Step]) -> list[Row]:
        """Run statements one after the other, and return the rows of the last one."""
        ...

    def roll_back(self) -> None:
        """End the transaction, if there is one, as if it had never begun."""
        ...

    def close(self) -> None:
        """Close it."""
        ...


@dataclass(frozen=True, slots=True)
class Kind:
    """What one kind of database has of its own.

    `place` names the database for people, without a password. `threads`: how many connections it is worth. `begin` are
    the statements that begin a transaction, `begin_light` those of one that may be lost if the machine of the database
    fails.
    `settle` waits until none can be lost, '' where that costs nothing.
    `lock` stands behind a SELECT whose rows nobody else may change until the transaction ends. `types` are the names of
    its types. `tables` tells the names of the tables there are.
    """

    place: str
    threads: int
    connect: Callable[[], Link]
    begin: tuple[str, ...]
    begin_light: tuple[str, ...]
    settle: str
    lock: str
    guard: str
    types: dict[str, str]
    tables: str


class _Own(threading.local):
    """What a thread has: its connection, the steps of its open transaction that were not sent yet, what has failed in it."""

    link: Link | None = None
    steps: list[Step] | None = None
    is_begun = False
    settles = False
    failed: Unavailable | None = None


class Database:
    """Runs statements, in which `?` stands for a value. All that fails raises Unavailable.

    `waiting` is around everything that waits for the database, so that others can work meanwhile.
    """

    def __init__(self, kind: Kind) -> None:
        self.kind: Final = kind
        self.waiting: Callable[[], AbstractContextManager[None]] = nullcontext
        self._own = _Own()
        self._refused = (0.0, "")

    def read(self, statement: str, *values: Value) -> list[Row]:
        """Return the rows of a statement. Outside a transaction it may be run twice, so it must change nothing."""
        return self._run([(statement, values)])

    def write(self, statement: str, *values: Value) -> None:
        """Run a statement within a transaction. It is sent with the next one that is read, or with the end."""
        assert self._own.steps is not None
        self._own.steps.append((statement, values))

    def settle(self) -> None:
        """Let the light transaction that is open end only when it cannot be lost any more. Nobody else waits for that."""
        self._own.settles = True

    @contextmanager
    def transaction(self, *, light: bool = False) -> Iterator[None]:
        """Run what is inside as one transaction, or as a part of the one that is open.

        A `light` one may be lost, as a whole, if the machine of the database fails unless `settle` is called in it.
        """
        own = self._own
        if own.steps is not None:
            yield
            return
        begin = self.kind.begin_light if light else self.kind.begin
        own.steps, own.failed = [(statement, ()) for statement in begin], None
        try:
            yield
            if own.failed:
                raise own.failed
            if own.is_begun or len(own.steps) > len(begin):
                ends = [_COMMIT]
                if light and own.settles and self.kind.settle:
                    ends.append((self.kind.settle, ()))
                self._run(ends)
        except BaseException:  # whatever the work of others raises, nothing of it may stay
            if own.is_begun and own.link:
                self._give_up(own.link)
            raise
        finally:
            own.steps, own.is_begun, own.settles = None, False, False

    def _run(self, steps: list[Step]) -> list[Row]:
        own = self._own
        waiting, is_known = own.steps or [], own.link is not None
        # What begins a transaction may be sent again over another connection, since nothing has happened yet.
        is_first = not own.is_begun and _COMMIT not in steps
        if own.steps is not None:
            own.steps = []
            own.is_begun = True
        with self.waiting():
            try:
                return self._sent([*waiting, *steps])
            except Unavailable as error:
                if own.link is None and is_known and is_first:
                    return self._sent([*waiting, *steps])
                own.failed = error
                raise

    def _sent(self, steps: list[Step]) -> list[Row]:
        link = self._link()
        try:
            return link.run(steps)
        except Unavailable:
            if link.is_lost:
                self._drop(link)
            raise

    def _link(self) -> Link:
        """Return the connection of this thread. None is made right after one has failed."""
        own = self._own
        if own.link is None:
            until, why = self._refused
            if time.monotonic() < until:
                raise Unavailable(why)
            try:
                own.link = self.kind.connect()
            except Unavailable as error:
                self._refused = time.monotonic() + _PAUSE, str(error)
                raise
        return own.link

    def _give_up(self, link: Link) -> None:
        try:
            with self.waiting():
                link.roll_back()
        except Unavailable:
            self._drop(link)

    def _drop(self, link: Link) -> None:
        self._own.link = None
        link.close()
