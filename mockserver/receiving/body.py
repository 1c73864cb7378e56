"""The bytes of a body: counted to their end, and kept up to a limit."""

from __future__ import annotations

from mockserver.exchange.received import Extent

BODY_LIMIT = 1024 * 1024  # bytes; the page gives no limit
_DRAIN_LIMIT = 64 * BODY_LIMIT


class Body:
    """Collects what comes of a body.

    It is read even if the request will be refused: a client that is still sending does not read the answer. Bytes
    beyond BODY_LIMIT are counted and dropped. Beyond 64 times that limit nothing more is wanted, so most clients that
    send too much still read the answer.
    """

    def __init__(self, declared: int | None) -> None:
        """`declared`: the length that the client has announced, in bytes."""
        self._chunks: list[bytes] = []
        self._size = 0
        self._declared = declared
        self._broken_off: Extent | None = None

    @property
    def wanted(self) -> bool:
        """Whether more of the body is to be read."""
        return self._size <= _DRAIN_LIMIT and not self._broken_off and self._size != self._declared

    def add(self, chunk: bytes) -> None:
        """Take the next bytes."""
        if self._size <= BODY_LIMIT:
            self._chunks.append(chunk)
        self._size += len(chunk)

    def break_off(self, extent: Extent = "cut short") -> None:
        """Note that nothing more comes: usually since the client has gone, or has sent what is no body."""
        self._broken_off = extent

    def ended(self) -> tuple[bytes, int, Extent]:
        """Return the first bytes, up to BODY_LIMIT, how many came in all, and whether this is the whole body.

        Where they were too many to read, and more were announced, those count.
        """
        kept, size, declared = b"".join(self._chunks), self._size, self._declared or 0
        if size > BODY_LIMIT:
            return kept[:BODY_LIMIT], max(size, declared), "too large"
        return kept, size, self._broken_off or ("cut short" if size < declared else "whole")
