"""Reloading: files that change while the mock serves are loaded anew, and what they hold is served from then on."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mockserver.app import Mock
from mockserver.errors import MockError, Unavailable
from mockserver.plan import Plan
from mockserver.plans import Plans
from mockserver.serving.carrying import Carried, carry_over
from mockserver.sessions import MemorySessions, Sessions
from mockserver.state import State
from openapi.document import Document
from openapi.questions import Readings
from openapi.source import SourceError
from openapi.world import World

if TYPE_CHECKING:
    from mockserver.sharing.store import SharedStore

_PAUSE = 0.2  # seconds between two looks at the files
_TOLD = 20  # lines about what is dropped

Loaded = tuple[Document, World, Readings]
_Signature = tuple[tuple[int, int, int] | None, ...]


@dataclass(frozen=True, slots=True)
class Sources:
    """Files, and what loads them. `load` raises SourceError."""

    files: tuple[Path, ...]
    load: Callable[[], Loaded]


class Reloading:
    """Lets a mock serve its files anew when they change. Its sessions keep what goes with the new files."""

    def __init__(
        self, sources: Sources, mock: Mock, *, tell: Callable[[str], None], store: SharedStore | None = None
    ) -> None:
        """`store`: the one that holds the sessions, if they do not lie in memory."""
        self._sources = sources
        self._store = store
        self._mock = mock
        self._tell = tell
        self._served = self._signature()

    async def watch(self) -> None:
        """Look at the files again and again. What is wrong with one is told, and the mock goes on as before."""
        before = self._served
        while True:
            await asyncio.sleep(_PAUSE)
            now = self._signature()
            # An editor may write a file in pieces, so it must stay as it is from one look to the next.
            if now == before and now != self._served and await self._reload():
                self._served = now
            before = now

    async def _reload(self) -> bool:
        """Serve the files from now on, and tell so, or what is wrong with them. Return False to be asked again."""
        try:
            plans, first = await asyncio.to_thread(self._made)
            sessions, carried = await self._carried(plans, first)
        except Unavailable:  # requests say so meanwhile, and the store comes back
            return False
        except Exception as error:  # whatever a file holds, the mock goes on
            self._tell(f"the files have changed and cannot be served, so the mock goes on with those before: {error}")
            return True
        self._mock.renew(plans, sessions)
        self._tell(f"the files were loaded anew; {carried.enrolments} of {carried.of_enrolments} enrolments are kept")
        for line in carried.dropped[:_TOLD]:
            self._tell(f"dropped, since it does not go with the files: {line}")
        if len(carried.dropped) > _TOLD:
            self._tell(f"dropped as well: {len(carried.dropped) - _TOLD} others")
        return True

    async def _carried(self, plans: Plans, first: State) -> tuple[Sessions, Carried]:
        """Return the sessions with all that goes with the new files. Those in memory are done before another request comes."""
        if self._store:
            return await asyncio.to_thread(self._store.followed, plans.own, first, now=time.time())
        assert isinstance(self._mock.sessions, MemorySessions)
        return carry_over(self._mock.sessions, plans, first, now=time.time())

    def _made(self) -> tuple[Plans, State]:
        """Return the plans and the state that the files hold. Raises SourceError or MockError."""
        document, world, readings = self._sources.load()
        plans = Plans(Plan.of(document, readings))
        for session in self._mock.sessions.all(now=time.time()):
            with contextlib.suppress(SourceError, MockError):  # told when the session is carried over
                plans.under(session.chosen)  # here, where no request waits for it
        auth = self._mock.sessions.unnamed.first.keyring is not None
        return plans, State.of(world, readings, auth=auth)

    def _signature(self) -> _Signature:
        return tuple(_signature(path) for path in self._sources.files)


def _signature(path: Path) -> tuple[int, int, int] | None:
    """Return what differs when a file was written or replaced, None if there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
