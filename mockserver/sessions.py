"""Sessions: each is a mock of its own to those who call it. All share what never changes."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable
from typing import Final, Protocol, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from mockserver.errors import Unavailable
from mockserver.exchange.received import Received
from mockserver.gauntlet.staging import Stage
from mockserver.state import State
from openapi.questions import Readings

T = TypeVar("T")

HEADER: Final = "X-Mock-Session"
_HEADER: Final = HEADER.lower()
_PREFIX: Final = "/_s/"
_NAME: Final = re.compile(r"(?!\.\.?$)[A-Za-z0-9._-]{1,64}")  # clients resolve the path segments . and ..
NAMES: Final = "it has 1 to 64 of the characters A-Z a-z 0-9 . _ - and is not . or .."
_MOST: Final = 1000  # sessions with a name
_IDLE: Final = 3600.0  # seconds without a request, after which a session is forgotten


class Addressed(Struct, frozen=True, gc=False):
    """A request, and the session that it names: '' is the session without a name.

    `request` has the path without the session's prefix. `problem` says why no session can be told from it, or is ''.
    """

    request: Received
    name: str = ""
    problem: str = ""


def is_name(text: str) -> bool:
    """Return whether a session may have this name."""
    return _NAME.fullmatch(text) is not None


def addressed(request: Received) -> Addressed:
    """Find out which session a request names, by a path /_s/NAME/… or by the header X-Mock-Session."""
    given = request.headers.by_name.get(_HEADER)
    in_path = None
    if request.path.startswith(_PREFIX):
        in_path, slash, rest = request.path.removeprefix(_PREFIX).partition("/")
        request = replace(request, path=slash + rest or "/")
    elif given is None:
        return Addressed(request)
    for name, place in ((in_path, "path"), (given, f"header {HEADER}")):
        if name is not None and not _NAME.fullmatch(name):
            return Addressed(request, problem=f"The {place} names the session {name[:80]!r}; {NAMES}.")
    if None not in (in_path, given) and in_path != given:
        return Addressed(request, problem=f"The path names the session {in_path!r}, the header {HEADER} {given!r}.")
    return Addressed(request, in_path or given or "")


class Session:
    """What the callers of one session see: a state, which a change of the world replaces.

    `changed` is how many bytes were sent for the changes of its world. `chosen` are the readings that it follows in
    place of the mock's own. `test` is the name of the test that uses it, or ''. `stage` has the case of the gauntlet
    that its calls meet. `resets` counts its resets. `away` says why nothing is known of it: the store that it lies in
    is away.
    """

    def __init__(self, name: str, first: State, *, now: float) -> None:
        self.name: Final = name
        self.state = first
        self.used = now
        self.changed = 0
        self.chosen: Readings = {}
        self.test = ""
        self.stage: Stage | None = None
        self.resets = 0
        self.away: Unavailable | None = None
        self.first: Final = first

    def follow(self, chosen: Readings, *, own: Readings) -> None:
        """Follow the chosen readings, and the mock's `own` for every other question."""
        self.chosen = chosen
        self.state = self.state.under({**own, **chosen})

    def reset(self) -> None:
        """Go back to the state of the start: the mock's own readings, world and enrolments, and an empty journal."""
        self.first.reset()
        self.state = self.first
        self.changed = 0
        self.chosen = {}
        self.stage = None
        self.resets += 1


class Turn(Protocol):
    """Does some work of the mock. If that has to wait for a store, other requests go on meanwhile."""

    async def __call__(self, work: Callable[[], T]) -> T:
        """Return what `work` does."""
        ...


class Sessions(Protocol):
    """All sessions of a mock: its own, or those that it shares with others. `pause`: seconds between two looks for news."""

    pause: float

    @property
    def turn(self) -> Turn:
        """What does the work of the mock."""
        ...

    @property
    def unnamed(self) -> Session:
        """The session without a name."""
        ...

    def use(self, name: str, *, now: float) -> Session:
        """Return the session of a name, as it is now. `now` is the Unix time in seconds."""
        ...

    def change(self, session: Session, work: Callable[[], T]) -> T:
        """Return what `work` does, which may change the session. Nobody else changes it meanwhile."""
        ...

    def all(self, *, now: float) -> tuple[Session, ...]:
        """Return the sessions there are, the one without a name first, then the one that was not used for longest."""
        ...


class MemorySessions:
    """The sessions of one mock. One is made when its name is first used.

    There are at most a thousand with a name: the one that was not used for longest makes room. One that was not used
    for an hour is forgotten. The session without a name stays.
    """

    pause = 0.005

    def __init__(self, first: State, *, now: float) -> None:
        self._unnamed: Final = Session("", first, now=now)
        self._named: OrderedDict[str, Session] = OrderedDict()  # the one used last stands last

    @property
    def unnamed(self) -> Session:
        """The session without a name."""
        return self._unnamed

    def use(self, name: str, *, now: float) -> Session:
        """Return the session of a name. `now` is the Unix time in seconds."""
        if self._named:
            self._forget(now)
        if not name:
            session = self._unnamed
        elif name in self._named:
            session = self._named[name]
            self._named.move_to_end(name)
        else:
            session = self._named[name] = Session(name, self.unnamed.first.fork(), now=now)
            if len(self._named) > _MOST:
                self._named.popitem(last=False)
        session.used = now
        return session

    async def turn(self, work: Callable[[], T]) -> T:
        """Return what `work` does, at once."""
        return work()

    def change(self, session: Session, work: Callable[[], T]) -> T:
        """Return what `work` does. One request is answered after the other, so nothing comes between."""
        return work()

    def put(self, session: Session) -> None:
        """Take a session as the one that was used last."""
        self._named[session.name] = session

    def all(self, *, now: float) -> tuple[Session, ...]:
        """Return the sessions there are, the one without a name first, then the one that was not used for longest."""
        self._forget(now)
        return (self.unnamed, *self._named.values())

    def _forget(self, now: float) -> None:
        while self._named and now - next(iter(self._named.values())).used >= _IDLE:
            self._named.popitem(last=False)
