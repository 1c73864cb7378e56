"""The bytes of a body: counted to their end, and kept up to a limit."""

from __future__ import annotations

from mockserver.exchange.received import Extent

BODY_LIMIT = 1024 * 1024  # bytes; the page gives no limit
_DRAIN_LIMIT = 16 * BODY_LIMIT


class Body:
    """Collects what comes of a body.

    It is read even if the request will be refused: a client that is still sending does not read the answer. Bytes
    beyond BODY_LIMIT are counted and dropped. Beyond sixteen times that limit nothing more is wanted.
    """

    def __init__(self) -> None:
        self._chunks: list[bytes] = []
        self.size = 0
        self.broken_off = False

    @property
    def wanted(self) -> bool:
        """Whether more of the body is to be read."""
        return self.size <= _DRAIN_LIMIT and not self.broken_off

    def add(self, chunk: bytes) -> None:
        """Take the next bytes."""
        if self.size <= BODY_LIMIT:
            self._chunks.append(chunk)
        self.size += len(chunk)

    def break_off(self) -> None:
        """Note that the client has gone, or sent what is no body, before its end."""
        self.broken_off = True

    @property
    def kept(self) -> bytes:
        """The first bytes, up to BODY_LIMIT."""
        return b"".join(self._chunks)[:BODY_LIMIT]

    @property
    def extent(self) -> Extent:
        """Whether this is the whole body."""
        if self.size > BODY_LIMIT:
            return "too large"
        return "cut short" if self.broken_off else "whole"
