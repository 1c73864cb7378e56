"""The yardstick for the mock: the smallest ASGI app that reads JSON and answers JSON, served as the mock is."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Any

import msgspec
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.embed import Server

from tests import page

if TYPE_CHECKING:
    from mockserver.asgi import Send
    from mockserver.receiving.doors import Receive, Scope

_BODY = msgspec.json.encode(page.ENROL_RESPONSE)
_HEADERS = [(b"content-type", b"application/json"), (b"content-length", str(len(_BODY)).encode())]


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer any JSON with the page's response."""
    body, more = b"", True
    while more:
        message = await receive()
        body += message["body"]
        more = message["more_body"]
    read: Any = msgspec.json.decode(body)
    await send({"type": "http.response.start", "status": 200 if read else 400, "headers": _HEADERS})
    await send({"type": "http.response.body", "body": _BODY})


def main() -> None:
    """Serve at the port that the command line names."""
    options: dict[str, Any] = {"interface": Interfaces.ASGINL, "websockets": False, "log_level": LogLevels.error}
    server = Server(app, address="127.0.0.1", port=int(sys.argv[1]), backlog=1024, **options)
    asyncio.run(server.serve())


if __name__ == "__main__":
    main()
