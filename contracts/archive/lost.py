"""What a tool has lost of a body, or changed in it, between the wire and the archive; and what of that can be undone."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Final

from contracts.archive.message import Message
from contracts.exchange import NOTHING, decode
from contracts.host.connection import BODY_LIMIT
from contracts.host.framing import decoded

_CUT_MARK: Final = re.compile(rb"(?:\.\.\.|\xe2\x80\xa6|truncated)[^\"{}]{0,60}\Z", re.IGNORECASE)
_LOST: Final = "\N{REPLACEMENT CHARACTER}"
_NO_TEXT: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffd]")


def as_sent(message: Message) -> Message:
    """Return a message with its body as its sender wrote it, where the archive shows how a tool has changed it.

    Tools keep the bytes that travelled, read UTF-8 as Latin-1, and write a text as the JSON of that text or in base64
    without saying so. A change is undone only where what comes of it has the length that was sent.
    """
    message = _plain(message)
    body, lengths = message.body, _lengths(message)
    if not body or not lengths or len(body) in lengths:
        return message
    original = next((each for each in _originals(body) if len(each) in lengths), None)
    return message if original is None else replace(message, body=original, size=len(original))


def is_cut(message: Message) -> bool:
    """The archive has only the beginning of a body, which was JSON."""
    return len(message.body or b"") < message.size and _is_broken_json(message)


def is_cut_by_a_tool(message: Message) -> bool:
    """The same, as the body says itself, or the header with its length."""
    body = message.body or b""
    if not _is_broken_json(message):
        return False
    return len(body) < max(_lengths(message), default=0) or bool(_CUT_MARK.search(body))


def is_compressed(message: Message) -> bool:
    """The archive has a body as it travelled, or what a tool took for its text, and not its text."""
    if not is_coded(message) or decode(message.body or b"") is not NOTHING:
        return False
    return not is_text(message.body) or bool(_NO_TEXT.search((message.body or b"").decode("utf-8", "replace")))


def is_coded(message: Message) -> bool:
    """The body travelled in a coding, such as gzip."""
    return message.header("content-encoding").lower() not in ("", "identity")


def has_lost_characters(message: Message) -> bool:
    """A tool has put a mark in place of characters that it could not read. They had another length."""
    body, lengths = message.body or b"", _lengths(message)
    return _LOST.encode() in body and bool(lengths) and len(body) not in lengths


def is_text_of_a_text(message: Message) -> bool:
    """The body is a JSON text that holds the JSON of an object, as of a tool that has encoded it twice."""
    inner = decode(message.body or b"")
    return isinstance(inner, str) and isinstance(decode(inner.encode("utf-8", "surrogatepass")), dict)


def is_text(body: bytes | None) -> bool:
    """The bytes are a text."""
    try:
        return body is not None and bool(body.decode("utf-8", "surrogatepass"))
    except UnicodeDecodeError:
        return not body


def _is_broken_json(message: Message) -> bool:
    body = message.body or b""
    return body.lstrip()[:1] in (b"{", b"[") and decode(body) is NOTHING


def _plain(message: Message) -> Message:
    """Return a message with its body as text, also where a tool has kept the bytes that travelled."""
    coding = message.header("content-encoding")
    if not message.body or not coding or is_text(message.body):
        return message
    plain, flaw = decoded(message.body, {"content-encoding": coding}, BODY_LIMIT)
    return message if flaw else replace(message, body=plain, size=len(plain))


def _lengths(message: Message) -> set[int]:
    """Return how many bytes the body had before it was coded, as the archive says it in one place or several."""
    written = "" if is_coded(message) else message.header("content-length")
    known = {message.size, int(written) if re.fullmatch(r"\d{1,15}", written) else 0}
    return {length for length in known if length > 0}


def _originals(body: bytes) -> Iterator[bytes]:
    """Yield what a tool may have made a body of."""
    text = body.decode("utf-8", "replace")
    for coding in ("latin-1", "cp1252"):
        try:
            raw = text.encode(coding)
            raw.decode()
        except UnicodeError:
            continue
        yield raw
    inner = decode(body)
    if isinstance(inner, str):
        yield inner.encode("utf-8", "surrogatepass")
    with suppress(ValueError):
        yield base64.b64decode(body, validate=True)
