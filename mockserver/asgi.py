"""The mock as an ASGI application, which shows more of a request than WSGI: its path and its header lines as sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from mockserver.app import Mock
from mockserver.receiving.doors import Receive, Scope, from_asgi

Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


def application(mock: Mock) -> Application:
    """Return the application. It answers each request in one piece, without a thread of its own."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        request = await from_asgi(scope, receive)
        await mock.ready(request)
        response = mock.answer(request)
        headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in response.headers]
        await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
        await send({"type": "http.response.body", "body": response.get_data()})

    return answer
