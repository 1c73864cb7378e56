"""Connections: how long one may keep quiet, how long a body may take, and how much of all bodies is held at once."""

from __future__ import annotations

import asyncio
import resource
import threading
import time
from collections.abc import MutableMapping
from typing import Any, Final

from mockserver.asgi import Application, Send
from mockserver.receiving.body import BODY_LIMIT
from mockserver.receiving.doors import Receive, Scope
from mockserver.serving.sockets import Peer, can_look, connections, end

MOST: Final = 4096  # connections at once, for each address; others wait
HEAD: Final = 64 * 1024  # bytes of a request line with its header lines
QUIET: Final = 30.0  # seconds in which nothing moves
BODY: Final = 30.0  # seconds for a whole body
_HELD: Final = 64 * BODY_LIMIT  # bytes of all bodies that are still coming
_CROWD: Final = 0.75  # of all connections there is room for; of more, those that keep quiet make room
_AFTER_IT: Final = 0.5  # of all connections there is room for; so many stay then
_QUIET_IN_A_CROWD: Final = 1.0  # seconds
_OTHER_FILES: Final = 64  # that the process has open beside its connections
_PAUSE: Final = 0.5  # seconds between two looks


def room(*, addresses: int, files: int) -> int:
    """Return how many connections each of so many addresses may have, of which each takes so many open files.

    The process may open as many files as it can from then on.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = addresses * files * MOST + _OTHER_FILES
    if soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return max(16, min(MOST, (soft - _OTHER_FILES) // (addresses * files)))


class Connections:
    """The connections of all clients.

    Granian has no limit for the time of a body, and none for a connection that has not got as far as a request, or
    whose client does not read its answer (docs/upstream.md). So the sockets are looked at from outside.
    """

    def __init__(self, most: int = MOST) -> None:
        """`most`: how many there may be."""
        self._most = most
        self._coming: dict[Any, float] = {}  # what a body is awaited with, which is like a future, and until when
        self._held = 0
        self._answering: dict[Peer, int] = {}  # how many requests of a client are being answered

    def around(self, app: Application) -> Application:
        """Return the application, whose bodies come in time and fit in together, or break off."""

        async def layer(scope: Scope, receive: Receive, send: Send) -> None:
            due, held, ended = time.monotonic() + BODY, 0, False

            async def receive_in_time() -> MutableMapping[str, Any]:
                nonlocal held, ended
                if ended:
                    return await receive()
                coming = receive()
                self._coming[coming] = due
                try:
                    message = await coming
                except asyncio.CancelledError:
                    if time.monotonic() < due:
                        raise  # it is the request that is given up, and not its body
                    ended = True
                    return {"type": "http.disconnect", "extent": "late"}
                finally:
                    del self._coming[coming]
                ended = not message.get("more_body")
                if not ended and held < BODY_LIMIT:
                    held += len(message["body"])
                    self._held += len(message["body"])
                    if self._held > _HELD:
                        ended = True
                        return {"type": "http.disconnect", "extent": "crowded"}
                return message

            peer = scope.get("client") or ()
            self._answering[peer] = self._answering.get(peer, 0) + 1
            try:
                await app(scope, receive_in_time, send)
            finally:
                self._held -= held
                left = self._answering[peer] - 1
                if left:
                    self._answering[peer] = left
                else:
                    del self._answering[peer]

        return layer

    async def watch(self, port: int | None) -> None:
        """Give up bodies that are late. Where clients come to a `port`, close the connections that keep quiet as well."""
        if port is not None and can_look():
            threading.Thread(target=self._close_quiet_ones, args=(port,), daemon=True).start()
        while True:
            await asyncio.sleep(_PAUSE)
            now = time.monotonic()
            for coming in [one for one, due in self._coming.items() if due < now]:
                coming.cancel()

    def _close_quiet_ones(self, port: int) -> None:
        while True:
            time.sleep(_PAUSE)
            found = connections(port)
            # A client that waits for a late answer is not idle; one that does not read its answer is.
            idle = [one for one in found if one.blocked or one.peer not in self._answering]
            end(port, {one.peer for one in idle}, quiet=QUIET)
            if len(found) > self._most * _CROWD:
                idle.sort(key=lambda one: one.quiet, reverse=True)
                surplus = idle[: len(found) - int(self._most * _AFTER_IT)]
                end(port, {one.peer for one in surplus}, quiet=_QUIET_IN_A_CROWD)
