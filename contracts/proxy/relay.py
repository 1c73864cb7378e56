"""The relay: listen for clients, and carry each of their connections to the host. It runs in a thread of its own."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections import Counter
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any, Final, TypeVar

from contracts.errors import Misuse
from contracts.host.loopback import names_this_machine
from contracts.proxy.carried import Carried
from contracts.proxy.end import End
from contracts.proxy.host_line import HostLine
from contracts.proxy.tap import Tap, TappedConnection
from contracts.proxy.upstream import Upstream

# Clients that may wait to be taken.
_BACKLOG: Final = 1024
# Seconds in which answers that are on their way may still come when the proxy ends.
_GRACE: Final = 5.0
_LOOK: Final = 0.05
# For so many seconds the judge may go on when the relay has something to do. Python's own default is 5 ms.
_TURN: Final = 0.0002

_T = TypeVar("_T")


class Relay:
    """Carries connections. `refused`: how many of them could not be opened at the host, by the reason."""

    def __init__(self, upstream: Upstream, tap: Tap) -> None:
        self.refused: Counter[str] = Counter()
        self._upstream = upstream
        self._tap = tap
        self._open: set[Carried] = set()
        self._numbers = count(1)
        self._port = 0
        self._server: asyncio.Server | None = None
        self._loop = asyncio.new_event_loop()
        self._loop.set_exception_handler(_handle)

    @contextmanager
    def listening(self, host: str, port: int) -> Iterator[str]:
        """Listen at an address, and yield it as a part of a URL. For port 0 the system chooses one. Raises Misuse.

        When the block ends, answers that are on their way have some seconds to come.
        """
        before = sys.getswitchinterval()
        thread = threading.Thread(target=self._loop.run_forever, name="relay", daemon=True)
        thread.start()
        try:
            address = self._run(self._listen(host, port))
            sys.setswitchinterval(_TURN)
            try:
                yield address
            finally:
                self._run(self._end())
        finally:
            sys.setswitchinterval(before)
            self._loop.call_soon_threadsafe(self._loop.stop)
            thread.join()
            self._loop.close()

    def _run(self, coroutine: Coroutine[Any, Any, _T]) -> _T:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    async def _listen(self, host: str, port: int) -> str:
        try:
            self._server = await self._loop.create_server(self._carry, host, port, backlog=_BACKLOG)
        except (OSError, UnicodeError) as error:
            why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            raise Misuse(f"--listen {host}:{port}: the proxy cannot listen there: {why}") from error
        name, self._port = self._server.sockets[0].getsockname()[:2]
        if self._port == self._upstream.port and names_this_machine(self._upstream.name):
            self._server.close()
            raise Misuse(f"--listen {host}:{port} is the address of {self._upstream.url} itself; give another port")
        return f"[{name}]:{self._port}" if ":" in name else f"{name}:{self._port}"

    def _carry(self) -> End:
        carried = Carried(
            self._upstream,
            TappedConnection(self._tap, next(self._numbers)),
            HostLine(self._port, self._upstream.authority),
            closed=self._open.discard,
            refused=self._count_refused,
        )
        self._open.add(carried)
        return carried.client

    def _count_refused(self, why: str) -> None:
        self.refused[why] += 1

    async def _end(self) -> None:
        """Take no more connections, wait for answers that are on their way, and close."""
        if self._server:
            self._server.close()
        until = self._loop.time() + _GRACE
        while self._loop.time() < until and any(carried.tapped.awaits_answer for carried in self._open):
            await asyncio.sleep(_LOOK)
        for carried in tuple(self._open):
            carried.close()
        until = self._loop.time() + _LOOK
        while self._open and self._loop.time() < until:
            await asyncio.sleep(0)
        for carried in tuple(self._open):
            carried.abort()
        await asyncio.sleep(0)


def _handle(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Report what fails in the loop, but not what a network does to connections."""
    if not isinstance(context.get("exception"), OSError):
        loop.default_exception_handler(context)
