"""Framing: whether an answer ends where it says that it ends, and is coded as it says.

Source: RFC 9112 §6 (length of a message), RFC 9110 §8.4 (Content-Encoding).
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator, Mapping
from typing import Final, Literal

from contracts.exchange import NOTHING, decode

# How a host may code a body although nobody asked for it, and the window sizes by which zlib reads each.
_WINDOWS: Final[Mapping[str, tuple[int, ...]]] = {"gzip": (47,), "x-gzip": (47,), "deflate": (47, -15)}
_UNREADABLE: Final = ("br", "compress", "zstd")
# A body of gzip may consist of so many members (RFC 1952 §2.2). More come from nobody who wants to be read.
_MOST_MEMBERS: Final = 1000
_LONGEST_CODING: Final = 60
# So many bytes at the end of a body are compared with the end of what came.
_END: Final = 64
# What begins a second answer to the same request, and where it stands behind the last chunk of the first.
_NEXT: Final = b"HTTP/1."
_AFTER_LAST_CHUNK: Final = re.compile(rb"\r\n0+(?:;[^\r\n]*+)?\r\n(?:[^\r\n]++\r\n)*+\r\nHTTP/1\.")
# A chunked body is sent in pieces of so many bytes: small ones at first, so that names and letters are cut in two.
_PIECES: Final = (1, 2, 3, 5, 8, 13, 21, 34, 55)
_PIECE: Final = 4096


def broken_off(headers: Mapping[str, str], received: int, *, garbled: bool = False) -> str:
    """Return in words that an answer has no end; "" if it ends with its connection.

    `received`: bytes that came of it. `garbled`: what came last is no chunk.
    """
    if "chunked" in headers.get("transfer-encoding", "").lower():
        return f"{received} bytes in chunks, and {'then something that is no chunk' if garbled else 'no last chunk'}"
    length = headers.get("content-length")
    return f"{received} of the {length} bytes that Content-Length names" if length is not None else ""


def left_over(headers: Mapping[str, str], content: bytes, last: bytes) -> str:
    """Return in words that more came than the answer; "" if not. `last`: what was read last, `content`: the body.

    What comes later cannot be told from the beginning of the next answer.
    """
    if "chunked" in headers.get("transfer-encoding", "").lower():
        is_whole = b"\r\n\r\n".endswith(last[-4:]) and not _AFTER_LAST_CHUNK.search(last)
        return "" if is_whole else "more bytes behind the last chunk"
    length = headers.get("content-length")
    if length is None or not content:
        return ""
    end = content[-_END:]
    # A second answer may end as the first does.
    is_whole = (last.endswith(end) or end.endswith(last)) and end + _NEXT not in last
    return "" if is_whole else f"more than the {length} bytes that Content-Length names"


def cut_off(headers: Mapping[str, str], content: bytes, *, is_cut: bool) -> str:
    """Return in words that an answer that ends with its connection ends early; "" if it is whole, as far as one can see.

    `is_cut`: the connection ended without the closing message of TLS, so the answer is not whole (RFC 9112 §8, §9.8).
    But JSON shows its own end, and many clients never notice.
    """
    if "content-length" in headers or "transfer-encoding" in headers or is_whole_json(content):
        return ""
    if is_cut:
        return f"{len(content)} bytes, and a TLS connection that was cut (without close_notify) in place of their end"
    return (
        f"{len(content)} bytes of JSON that break off, and no length that tells of more" if _breaks_off(content) else ""
    )


def _breaks_off(content: bytes) -> bool:
    """The body is the beginning of a JSON object."""
    if not content.lstrip().startswith(b"{"):
        return False
    text = content.decode("utf-8", "ignore").rstrip()
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return error.pos >= len(text) or error.msg.startswith("Unterminated string")
    except (ValueError, RecursionError):
        return False
    return False


def too_long(limit: int) -> str:
    """Return in words that a body has more bytes than are read."""
    return f"a body of more than {limit:,} bytes, of which no more are read"


def decoded(content: bytes, headers: Mapping[str, str], limit: int) -> tuple[bytes, str]:
    """Undo gzip and deflate, up to `limit` bytes. Return the body as it is, and why, where that cannot be done."""
    coding = headers.get("content-encoding", "").strip().lower()
    windows = _WINDOWS.get(coding, ()) if content else ()
    for window in windows:
        plain, ends = _inflated(content, window, limit)
        if ends == "not at all":
            continue
        return plain, {
            "early": f"Content-Encoding is {coding}, and the body ends early",
            "beyond": too_long(limit),
        }.get(ends, "")
    if windows:
        return content, f"Content-Encoding is {coding}, and the body is not"
    # Some hosts name a charset there. What is a text all the same was not coded.
    if coding in _UNREADABLE or not _is_text(content):
        return (
            content,
            f"Content-Encoding is {coding[:_LONGEST_CODING]}, which the request does not accept" if coding else "",
        )
    return content, ""


def _inflated(content: bytes, window: int, limit: int) -> tuple[bytes, Literal["", "early", "beyond", "not at all"]]:
    """Return what gzip or deflate make of a body, up to `limit` bytes, and how it ends.

    What stands behind the last member is no part of the body, as clients see it.
    """
    plain, rest = b"", content
    for member in range(_MOST_MEMBERS):
        reader = zlib.decompressobj(window)
        try:
            plain += reader.decompress(rest, limit - len(plain))
        except zlib.error:
            return plain, "" if member else "not at all"
        if reader.unconsumed_tail or len(plain) >= limit:
            return plain, "beyond"
        if not reader.eof:
            return plain, "early"
        rest = reader.unused_data
        if not rest:
            return plain, ""
    return plain, "beyond"


def _is_text(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


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
