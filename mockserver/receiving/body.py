"""The body of a request: read to its end, up to a limit."""

from __future__ import annotations

import contextlib

from werkzeug.exceptions import ClientDisconnected
from werkzeug.wsgi import get_input_stream

from mockserver.exchange.exchange import Exchange

BODY_LIMIT = 1024 * 1024  # bytes; the page gives no limit
_DRAIN_LIMIT = 16 * BODY_LIMIT
_CHUNK = 64 * 1024


def receive(exchange: Exchange) -> None:
    """Read the whole body, whatever the answer will be: a client that is still sending hears nothing.

    What goes beyond BODY_LIMIT is thrown away, and beyond sixteen times that it is not read at all.
    """
    stream = get_input_stream(exchange.request.environ, max_content_length=None)
    chunks: list[bytes] = []
    size = 0
    with contextlib.suppress(ClientDisconnected):  # how Werkzeug's stream tells that the client is gone
        while size <= _DRAIN_LIMIT and (chunk := stream.read(_CHUNK)):
            if size <= BODY_LIMIT:
                chunks.append(chunk)
            size += len(chunk)
    exchange.body = b"".join(chunks)[:BODY_LIMIT]
    declared = exchange.request.content_length
    if size > BODY_LIMIT:
        exchange.extent = "too large"
    elif declared is not None and size < declared:
        exchange.extent = "cut short"
