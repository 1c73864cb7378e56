"""Framing: whether an answer ends where it says that it ends, and is coded as it says.

Source: RFC 9112 §6 (length of a message), RFC 9110 §8.4 (Content-Encoding).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from typing import Final

from contracts.exchange import NOTHING, decode

# How a host may code a body although nobody asked for it, and the window sizes by which zlib reads each.
_WINDOWS: Final[Mapping[str, tuple[int, ...]]] = {"gzip": (47,), "x-gzip": (47,), "deflate": (47, -15)}
_UNREADABLE: Final = ("br", "compress", "zstd")
# So many bytes at the end of a body are compared with the end of what came.
_END: Final = 64
# A chunked body is sent in pieces of so many bytes: small ones at first, so that names and letters are cut in two.
_PIECES: Final = (1, 2, 3, 5, 8, 13, 21, 34, 55)
_PIECE: Final = 4096


def broken_off(headers: Mapping[str, str], received: int) -> str:
    """Return in words that an answer has no end; "" if it ends with its connection. `received`: bytes that came of it."""
    if "chunked" in headers.get("transfer-encoding", "").lower():
        return f"{received} bytes in chunks, and no last chunk"
    length = headers.get("content-length")
    return f"{received} of the {length} bytes that Content-Length names" if length is not None else ""


def left_over(headers: Mapping[str, str], content: bytes, last: bytes) -> str:
    """Return in words that more came than the answer; "" if not. `last`: what was read last, `content`: the body.

    What comes later cannot be told from the beginning of the next answer.
    """
    if "chunked" in headers.get("transfer-encoding", "").lower():
        return "" if b"\r\n\r\n".endswith(last[-4:]) else "more bytes behind the last chunk"
    length = headers.get("content-length")
    if length is None or not content:
        return ""
    end = content[-_END:]
    is_whole = last.endswith(end) or end.endswith(last)
    return "" if is_whole else f"more than the {length} bytes that Content-Length names"


def decoded(content: bytes, headers: Mapping[str, str], limit: int) -> tuple[bytes, str]:
    """Undo gzip and deflate, up to `limit` bytes. Return the body as it is, and why, where that cannot be done."""
    coding = headers.get("content-encoding", "").strip().lower()
    if coding in _UNREADABLE and content:
        return content, f"Content-Encoding is {coding}, which the request does not accept"
    windows = _WINDOWS.get(coding, ()) if content else ()
    for window in windows:
        reader = zlib.decompressobj(window)
        try:
            plain = reader.decompress(content, limit)
        except zlib.error:
            continue
        is_whole = reader.eof or bool(reader.unconsumed_tail) or len(plain) >= limit
        return plain, "" if is_whole else f"Content-Encoding is {coding}, and the body ends early"
    return content, f"Content-Encoding is {coding}, and the body is not" if windows else ""


def is_whole_json(content: bytes) -> bool:
    """The body is a JSON object that is complete, whatever the headers say of its length."""
    return content.rstrip().endswith(b"}") and decode(content) is not NOTHING


def pieces(payload: bytes) -> Iterator[bytes]:
    """Yield a body in the chunks in which it is sent."""
    start = 0
    for size in _PIECES:
        if start < len(payload):
            yield payload[start : start + size]
        start += size
    for at in range(start, len(payload), _PIECE):
        yield payload[at : at + _PIECE]
