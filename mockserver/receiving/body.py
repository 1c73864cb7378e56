"""The bytes of a body, read to their end and kept up to a limit."""

from __future__ import annotations

import contextlib

from werkzeug.exceptions import ClientDisconnected
from werkzeug.wsgi import get_input_stream

from mockserver.exchange.handling import Handling

BODY_LIMIT = 1024 * 1024  # bytes; the page gives no limit
_DRAIN_LIMIT = 16 * BODY_LIMIT
_CHUNK = 64 * 1024


def receive(handling: Handling) -> None:
    """Read the body, even if the request will be refused: a client that is still sending does not read the answer.

    Bytes beyond BODY_LIMIT are read and dropped. Beyond sixteen times that limit nothing more is read.
    """
    stream = get_input_stream(handling.request.environ, max_content_length=None)
    chunks: list[bytes] = []
    size = 0
    with contextlib.suppress(ClientDisconnected):  # raised when the client closes the connection early
        while size <= _DRAIN_LIMIT and (chunk := stream.read(_CHUNK)):
            if size <= BODY_LIMIT:
                chunks.append(chunk)
            size += len(chunk)
    handling.body = b"".join(chunks)[:BODY_LIMIT]
    declared = handling.request.content_length
    if size > BODY_LIMIT:
        handling.extent = "too large"
    elif declared is not None and size < declared:
        handling.extent = "cut short"
