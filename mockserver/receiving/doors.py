"""The two doors of the mock: ASGI for requests from a socket, and WSGI for those of a client in the same process.

A mock that is served needs no Werkzeug for that, whose import takes 20 ms.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from mockserver.exchange.header_lines import HeaderLines
from mockserver.exchange.received import Received, split_target
from mockserver.exchange.response import Response
from mockserver.receiving.body import Body

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

Lines = tuple[tuple[bytes, bytes], ...]

_CHUNK = 64 * 1024  # bytes
_KEPT: Final = 256  # header lines of different requests
_LONGEST: Final = 4096  # bytes of those that are kept


class _Shared:
    """The header lines that came lately. Equal ones are one object, so that each is read once."""

    def __init__(self) -> None:
        self._kept: dict[Lines, HeaderLines] = {}

    def of(self, lines: Lines) -> HeaderLines:
        """Return the header lines as text."""
        found = self._kept.get(lines)
        if found is None:
            texts = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in lines]
            # Granian puts an empty Host first where the client has sent none.
            found = HeaderLines(texts[1:] if texts[:1] == [("host", "")] else texts)
            if found.size <= _LONGEST:
                if len(self._kept) >= _KEPT:
                    self._kept.clear()
                self._kept[lines] = found
        return found


_SHARED: Final = _Shared()


async def from_asgi(scope: Scope, receive: Receive) -> Received:
    """Read a request to its end. A header's value has one character for each byte (Latin-1)."""
    headers = _SHARED.of(tuple(scope["headers"]))
    body = Body(headers.known(_declared))
    more = True
    while more and body.wanted:
        message = await receive()
        if message["type"] == "http.disconnect":
            body.break_off(message.get("extent", "cut short"))
        else:
            body.add(message["body"])
            more = message["more_body"]
    kept, size, extent = body.ended()
    return Received(
        method=scope["method"],
        path=scope["raw_path"].decode(errors="backslashreplace"),
        query=scope["query_string"].decode(errors="backslashreplace"),
        headers=headers,
        version=scope["http_version"],
        body=kept,
        size=size,
        extent=extent,
        outside=scope.get("outside", ""),
        peer=(scope.get("client") or (None,))[0] or None,
    )


def from_wsgi(environ: WSGIEnvironment) -> Received:
    """Read a request to its end.

    WSGI itself has only the decoded path. Werkzeug adds the target as it was sent. Header lines of one name are joined.
    """
    from werkzeug.datastructures import EnvironHeaders

    target = (
        environ.get("REQUEST_URI")
        or f"{quote(environ['PATH_INFO'], encoding='latin-1')}?{environ.get('QUERY_STRING', '')}"
    )
    path, query = split_target(target)
    headers = HeaderLines(EnvironHeaders(environ))
    kept, size, extent = _body(environ, headers).ended()
    return Received(
        method=environ["REQUEST_METHOD"],
        path=path,
        query=query,
        headers=headers,
        version=environ["SERVER_PROTOCOL"].removeprefix("HTTP/"),
        body=kept,
        size=size,
        extent=extent,
        peer=environ.get("REMOTE_ADDR"),
    )


def to_wsgi(response: Response) -> WSGIApplication:
    """Return what answers a request with a response."""
    from werkzeug.wrappers import Response as WsgiResponse

    return WsgiResponse(response.body, response.status, response.headers)


def _declared(headers: HeaderLines) -> int | None:
    """Return the length of the body that the client has announced, in bytes."""
    try:
        return int(headers.getlist("Content-Length")[0])
    except (IndexError, ValueError):
        return None


def _body(environ: WSGIEnvironment, headers: HeaderLines) -> Body:
    from werkzeug.exceptions import ClientDisconnected
    from werkzeug.wsgi import get_input_stream

    stream = get_input_stream(environ, max_content_length=None)
    body = Body(headers.known(_declared))
    try:
        while body.wanted and (chunk := stream.read(_CHUNK)):
            body.add(chunk)
    except ClientDisconnected:
        body.break_off()
    return body
