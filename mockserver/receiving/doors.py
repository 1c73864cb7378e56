"""The two doors by which a request comes in: ASGI from a socket, and WSGI from a client in the same process."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from werkzeug.datastructures import EnvironHeaders, Headers
from werkzeug.exceptions import ClientDisconnected
from werkzeug.wsgi import get_input_stream

from mockserver.exchange.received import Received, split_target
from mockserver.receiving.body import Body

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

_CHUNK = 64 * 1024  # bytes


async def from_asgi(scope: Scope, receive: Receive) -> Received:
    """Read a request to its end. A header's value has one character for each byte (Latin-1)."""
    lines = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
    if lines[:1] == [("host", "")]:  # Granian puts an empty one first where the client has sent none
        del lines[0]
    headers = Headers(lines)
    body = Body(headers.get("Content-Length", type=int))
    more = True
    while more and body.wanted:
        message = await receive()
        if message["type"] == "http.disconnect":
            body.break_off(message.get("extent", "cut short"))
        else:
            body.add(message["body"])
            more = message["more_body"]
    return Received(
        method=scope["method"],
        path=scope["raw_path"].decode(errors="backslashreplace"),
        query=scope["query_string"].decode(errors="backslashreplace"),
        headers=headers,
        version=scope["http_version"],
        body=body.kept,
        size=body.length,
        extent=body.extent,
        outside=scope.get("outside", ""),
        peer=(scope.get("client") or (None,))[0] or None,
    )


def from_wsgi(environ: WSGIEnvironment) -> Received:
    """Read a request to its end.

    WSGI itself has only the decoded path. Werkzeug adds the target as it was sent. Header lines of one name are joined.
    """
    target = (
        environ.get("REQUEST_URI")
        or f"{quote(environ['PATH_INFO'], encoding='latin-1')}?{environ.get('QUERY_STRING', '')}"
    )
    path, query = split_target(target)
    headers = Headers(list(EnvironHeaders(environ)))
    body = _body(environ, headers)
    return Received(
        method=environ["REQUEST_METHOD"],
        path=path,
        query=query,
        headers=headers,
        version=environ["SERVER_PROTOCOL"].removeprefix("HTTP/"),
        body=body.kept,
        size=body.length,
        extent=body.extent,
        peer=environ.get("REMOTE_ADDR"),
    )


def _body(environ: WSGIEnvironment, headers: Headers) -> Body:
    stream = get_input_stream(environ, max_content_length=None)
    body = Body(headers.get("Content-Length", type=int))
    try:
        while body.wanted and (chunk := stream.read(_CHUNK)):
            body.add(chunk)
    except ClientDisconnected:
        body.break_off()
    return body
