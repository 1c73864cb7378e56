"""Large answers: sent in pieces, as fast as their clients read, and only so many at a time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final

LARGE: Final = 64 * 1024  # bytes of a body
_MOST: Final = 64 * 2**20  # bytes of all large bodies that are being sent; one alone may have more
_PIECE: Final = 16 * 1024  # bytes
_BUSY: Final = b"503 Service Unavailable\nToo many large answers are being sent; read them, and ask again.\n"
_BUSY_HEADERS: Final = [
    (b"content-type", b"text/plain; charset=utf-8"),
    (b"content-length", str(len(_BUSY)).encode()),
    (b"retry-after", b"1"),
]

Send = Callable[[dict[str, Any]], Awaitable[None]]


class LargeAnswers:
    """Counts what clients have yet to read. Otherwise a few hundred that never read would fill the memory."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._held = 0

    async def send(self, start: dict[str, Any], body: bytes, send: Send) -> None:
        """Send an answer, or that there are too many."""
        if self._held and self._held + len(body) > self._most:
            await send(start | {"status": 503, "headers": _BUSY_HEADERS})
            await send({"type": "http.response.body", "body": _BUSY})
            return
        self._held += len(body)
        try:
            await send(start)
            for begin in range(0, len(body), _PIECE):
                piece, end = body[begin : begin + _PIECE], begin + _PIECE
                await send({"type": "http.response.body", "body": piece, "more_body": end < len(body)})
        finally:
            self._held -= len(body)
