"""How much of an HTTP Archive is read. It may come from a stranger, and no entry may hold more than the wire takes of a host."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from contracts.host.connection import BODY_LIMIT

# Characters of a body as it stands in the archive: base64 takes a third more than the bytes.
_BODY: Final = BODY_LIMIT * 4 // 3
_HEADERS: Final = 128 * 1024
_URL: Final = 64 * 1024
_LISTS: Final = ("headers", "cookies", "queryString")
_BODIES: Final = {"request": "postData", "response": "content"}


def beyond(raw: Any) -> str:
    """Return what of an entry is larger than what is read, in words that follow a number; "" if nothing is."""
    parts = {name: raw.get(name) for name in _BODIES} if isinstance(raw, dict) else {}
    for name, part in parts.items():
        if not isinstance(part, dict):
            continue
        if _length(part.get("url")) > _URL:
            return f"with a URL of more than {_URL // 1024} KiB"
        if any(_length_of_pairs(part.get(listed)) > _HEADERS for listed in _LISTS):
            return f"with more than {_HEADERS // 1024} KiB of headers"
        if _length_of_body(part.get(_BODIES[name])) > _BODY:
            return f"with a body of more than {BODY_LIMIT // 2**20} MiB"
    return ""


def _length(text: Any) -> int:
    return len(text) if isinstance(text, str) else 0


def _length_of_pairs(pairs: Any) -> int:
    """Return the characters of names and values; each pair counts a few more, as on the wire."""
    if isinstance(pairs, dict):
        pairs = [{"name": name, "value": value} for name, value in pairs.items()]
    if not isinstance(pairs, list):
        return 0
    return sum(_length(pair.get("name")) + _length(pair.get("value")) + 4 for pair in pairs if isinstance(pair, dict))


def _length_of_body(body: Any) -> int:
    if not isinstance(body, Mapping):
        return 0
    return _length(body.get("text")) + _length_of_pairs(body.get("params"))
