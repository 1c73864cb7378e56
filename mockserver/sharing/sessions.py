"""The sessions that several mocks share: each mock has the latest it knows, and looks with every request whether it is the latest."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from mockserver.control.journal import Journal
from mockserver.errors import Unavailable
from mockserver.sessions import Session
from mockserver.sharing import content
from mockserver.sharing.journal import Room, SharedJournal
from mockserver.sharing.racks import SharedRacks
from mockserver.sharing.roll import FORGOTTEN, IDLE, MOST, Roll, SessionRow
from mockserver.sharing.turns import Turns
from mockserver.state import State
from mockserver.stores.books import BookStore, Seed
from mockserver.stores.database import Database
from mockserver.stores.memory import MemoryStore
from openapi.questions import Readings

T = TypeVar("T")

_COARSE: Final = 10.0  # seconds by which the time of the last use may be behind, so that not every request writes it


@dataclass(slots=True)
class _Known:
    """A session as this mock knows it: the book and the version that it had, and its content as it is kept."""

    session: Session
    racks: SharedRacks
    mark: tuple[int, int] | None = None
    kept: bytes = b""
    lock: threading.RLock = field(default_factory=threading.RLock)
    is_changing: bool = False


class SharedSessions:
    """The sessions of the mocks that share a database. All of them have the same world and the same readings at the start."""

    pause = 0.05

    def __init__(
        self, database: Database, turns: Turns, first: State, own: Readings, digests: tuple[str, str], *, now: float
    ) -> None:
        """`own` are the readings of the mocks, `digests` tell whether the database still goes with this one. Raises Unavailable."""
        self.turn: Final = turns
        self._database = database
        self._first = first
        self._own = own
        self._world = digests[0]
        self._seed = Seed.of(first.start)
        self._room = Room(database)
        self._roll = Roll(database, digests)
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._unnamed = self._current("", now)

    @property
    def unnamed(self) -> Session:
        """The session without a name."""
        return self._unnamed

    def use(self, name: str, *, now: float) -> Session:
        """Return the session of a name as it is now, or one that says why the database is away."""
        try:
            return self._current(name, now)
        except Unavailable as error:
            faults = self._first.faults.fork()
            away = Session(name, replace(self._first, store=MemoryStore(), journal=Journal(), faults=faults), now=now)
            away.away = error
            return away

    def change(self, session: Session, work: Callable[[], T]) -> T:
        """Return what `work` does. No other mock changes the session meanwhile. Raises Unavailable, and then nothing has changed."""
        known = self._known.get(session.name)
        if known is None or session.away:
            raise session.away or Unavailable(FORGOTTEN)
        with self._database.waiting():
            known.lock.acquire()
        try:
            # This thread may ask the mock something while it answers.
            return work() if known.is_changing else self._changed(known, work)
        finally:
            known.lock.release()

    def all(self, *, now: float) -> tuple[Session, ...]:
        """Return the sessions there are, the one without a name first, then the one that was not used for longest."""
        self._roll.forget(now)
        named = []
        for name, used in self._roll.named():
            session = self._current(name, now, is_use=False)
            session.used = max(session.used if session.used <= now else 0.0, used)
            named.append(session)
        return (self._unnamed, *named)

    def _changed(self, known: _Known, work: Callable[[], T]) -> T:
        known.is_changing = True
        try:
            with self._database.transaction():
                self._refresh(known, self._roll.row(known.session.name, locked=True))
                done = work()
                self._keep(known)
            return done
        except BaseException:  # whatever ends the change, the next use reads the session anew
            known.mark = None  # what was changed here is not so in the database
            raise
        finally:
            known.is_changing = False

    def _current(self, name: str, now: float, *, is_use: bool = True) -> Session:
        known = self._known.get(name)
        if known:
            self._known.move_to_end(name)
        else:
            known = self._known[name] = self._unknown(name, now)
            while len(self._known) > MOST + 1:
                self._known.pop(next(one for one in self._known if one))
        with self._database.waiting():
            # Who only lists the sessions waits for no change of one, since a change of another one may be waiting for
            # that.
            is_ours = known.lock.acquire(blocking=is_use)
        if not is_ours:
            return known.session
        try:
            used = now if known.is_changing else self._look(known, now)
        finally:
            known.lock.release()
        if is_use:
            known.session.used = now
            if now - used > _COARSE:
                self._roll.used(name, now)
        return known.session

    def _unknown(self, name: str, now: float) -> _Known:
        """Return a session of which nothing is known yet."""
        faults = self._first.faults.fork() if name else self._first.faults
        racks = SharedRacks(self._database, name, faults.is_possible)
        faults.kept_by(racks)
        store = BookStore(self._database, name, self._seed, 0, world=self._world)
        first = replace(
            self._first, store=store, journal=SharedJournal(self._database, name, self._room), faults=faults
        )
        return _Known(Session(name, first, now=now), racks)

    def _look(self, known: _Known, now: float) -> float:
        """Make a session what it is in the database, where it is made if there is none. Return when it was used."""
        name = known.session.name
        for _ in range(2):
            found = self._roll.glance(name)
            if found and not (name and now - found[1] >= IDLE):
                mark, used = found
                if known.mark != mark:
                    self._refresh(known, self._roll.row(name))
                return used
            if found:  # it was idle for too long
                self._roll.forget(now)
            faults = content.rack_of(known.session.first.faults.start())
            self._roll.enter(name, content.NEW, faults, now, first_id=self._seed.first_id)
            self._roll.forget(now)
        raise Unavailable(FORGOTTEN)

    def _refresh(self, known: _Known, row: SessionRow) -> None:
        """Make a session what its row in the database says."""
        if known.mark == row.mark:
            return
        session = known.session
        if known.mark is None or known.mark[0] != row.mark[0] or known.kept != row.content:
            known.kept = row.content
            content.restore(session, content.read(row.content), row.mark[0], own=self._own)
        known.racks.is_empty = not content.read_rack(row.faults, session.first.faults.is_possible).armed
        known.mark = row.mark

    def _keep(self, known: _Known) -> None:
        """Write down what was changed in a session, within the transaction that has locked it."""
        kept = content.content_of(known.session)
        if kept != known.kept:
            self._roll.change(known.session.name, kept)
        found = self._roll.glance(known.session.name)
        known.kept, known.mark = kept, found and found[0]
