"""Media types: whether a Content-Type declares JSON."""

from __future__ import annotations

from email.message import Message
from functools import lru_cache
from typing import Final

# Characters that are looked at: the time to take a value apart grows with the square of its length.
_LONGEST: Final = 1000


@lru_cache(maxsize=256)
def is_json(content_type: str) -> bool:
    """The media type is application/json, with charset UTF-8 or none. Other parameters are ignored."""
    media_type, charset = _parsed(content_type)
    return media_type == "application/json" and charset in ("utf-8", "utf8")


@lru_cache(maxsize=256)
def is_some_json(content_type: str) -> bool:
    """As is_json, but a subtype of JSON will do, such as application/vnd.loyalty+json (RFC 6839 §3.1)."""
    media_type, charset = _parsed(content_type)
    return (media_type == "application/json" or media_type.endswith("+json")) and charset in ("utf-8", "utf8")


def _parsed(content_type: str) -> tuple[str, str | None]:
    """Return media type and charset in lower case; text/plain for what is none."""
    header = Message()
    header["Content-Type"] = content_type[:_LONGEST].encode("ascii", "replace").decode()
    return header.get_content_type(), header.get_content_charset("utf-8")
