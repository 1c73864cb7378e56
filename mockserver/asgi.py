"""The mock as an ASGI application, which shows more of a request than WSGI: its path and its header lines as sent."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import lru_cache, partial
from typing import Any, Final

from mockserver.app import Mock
from mockserver.control.plane import HEALTH, PREFIX
from mockserver.coverage.faults import SLOW
from mockserver.coverage.witness import Witness
from mockserver.exchange.manner import AT_ONCE
from mockserver.faults.sending import ON_THE_WIRE, send_late
from mockserver.large_answers import LARGE, LargeAnswers
from mockserver.receiving.doors import Receive, Scope, from_asgi

Send = Callable[[dict[str, Any]], Awaitable[None]]
_HEAVY: Final = 16 * 1024  # bytes of a body that may take milliseconds
# Seconds between two heavy requests that wait for each other. A light one takes several turns of the loop.
_BREATH: Final = 0.005

Application = Callable[[Scope, Receive, Send], Awaitable[None]]


def application(mock: Mock) -> Application:
    """Return the application. It answers each request in one piece unless a fault says otherwise, without a thread."""
    large, one_at_a_time = LargeAnswers(), asyncio.Lock()

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        request = await from_asgi(scope, receive)
        for_control, is_whole = PREFIX in request.path, request.extent == "whole"
        if for_control and is_whole:
            await mock.ready(request)
        work = partial(mock.send, request, by_client=True)
        if is_whole and (request.size > _HEAVY or (for_control and not request.path.endswith(HEALTH))):
            is_crowded = one_at_a_time.locked()
            async with one_at_a_time:  # and the light ones that have come meanwhile go between
                await asyncio.sleep(_BREATH if is_crowded else 0)
                handling = await mock.sessions.turn(work)
        else:
            handling = await mock.sessions.turn(work)
        response, manner = handling.response, handling.manner
        assert response is not None
        headers = [(_in_lower_case(name), value.encode("latin-1")) for name, value in response.headers]
        start = {"type": "http.response.start", "status": response.status, "headers": headers}
        body = response.body
        if manner is not AT_ONCE:
            if manner.delay:
                mock.client.coverage.struck(SLOW)
            gone = asyncio.create_task(_gone(receive))
            witness, has_body = Witness(mock.client.coverage, handling, gone), scope["method"] != "HEAD"
            await send_late(start, body, manner, send, scope.get(ON_THE_WIRE), witness, has_body=has_body)
            await gone  # it ends with the answer; Granian would keep a cancelled task for good (docs/upstream.md)
            return
        mock.client.coverage.shown(handling)
        if len(body) > LARGE and scope["method"] != "HEAD":
            await large.send(start, body, send)
            return
        await send(start)
        # In HTTP/2 the server below sends what it gets, and a body after HEAD would be an error of the protocol.
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    return answer


@lru_cache(256)
def _in_lower_case(name: str) -> bytes:
    return name.lower().encode("latin-1")


async def _gone(receive: Receive) -> None:
    """Wait until the client has left."""
    while (await receive())["type"] != "http.disconnect":
        pass
