"""The exchange: one request on its way to its answer, and what came with it."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import Any, Literal

from werkzeug.exceptions import ClientDisconnected
from werkzeug.wrappers import Request, Response
from werkzeug.wsgi import get_input_stream

from mockserver.exchange.answers import Answer
from mockserver.exchange.asked import NOTHING, Asked
from mockserver.receiving.validation import Violation

BODY_LIMIT = 1024 * 1024  # bytes; the page gives no limit
_DRAIN_LIMIT = 16 * BODY_LIMIT
_CHUNK = 64 * 1024


@dataclass(slots=True)
class Exchange:
    """Filled in step by step: `body` when received, `payload` and what is read of it, answer and response.

    `at` is the Unix time in seconds. `body` holds no more than BODY_LIMIT bytes; `extent` says whether
    that is all there was.
    """

    id: str
    at: float
    request: Request
    body: bytes = b""
    extent: Literal["whole", "cut short", "too large"] = "whole"
    payload: Any = None
    violations: tuple[Violation, ...] = ()
    asked: Asked = NOTHING
    answer: Answer | None = None
    response: Response | None = None


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
