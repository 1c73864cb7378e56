"""Decoding: the body of a request as a JSON value, or the reason why it has none."""

from __future__ import annotations

from typing import Final

from mockserver.exchange.answers import Refusal
from mockserver.exchange.handling import Handling
from mockserver.exchange.header_lines import HeaderLines
from mockserver.exchange.header_values import with_parameters
from mockserver.receiving.body import BODY_LIMIT
from mockserver.receiving.parsing import parse
from openapi.document import Document
from openapi.places import MEDIA_TYPE

_LONGEST: Final = 1000  # characters of a Content-Type that are looked at


def decode(handling: Handling, document: Document, names: frozenset[str]) -> Refusal | None:
    """Set `handling.payload` to the JSON value of the body, or return why the body has none. `names` are as in parse."""
    request, outcomes = handling.request, document.outcomes
    if request.extent == "too large":
        return Refusal((outcomes["body_too_large"],), f"The body is longer than {BODY_LIMIT} bytes.")
    unsupported = request.headers.known(_unsupported)
    if unsupported:
        outcome = outcomes["unsupported_media_type"]
        return Refusal((outcome,), unsupported, text=f"{outcome.message} {unsupported}")
    if request.extent == "cut short":
        end = "its Content-Length" if "Content-Length" in request.headers else "the end of its last chunk"
        return Refusal((outcomes["malformed_json"],), f"The body is shorter than {end}.")
    try:
        handling.payload = parse(request.body, names)
    except ValueError as error:
        handling.unreadable = str(error)
        return Refusal((outcomes["malformed_json"],), handling.unreadable)
    return None


def _unsupported(headers: HeaderLines) -> str:
    """Return which header says that the body is not JSON in UTF-8, or ''.

    Only application/json is supported: the document names no +json type. Parameters other than charset
    are ignored.
    """
    content_type = headers.get("Content-Type")
    if not content_type:
        return "The request has no Content-Type."
    media_type, parameters = with_parameters(content_type[:_LONGEST])
    if media_type.lower() != MEDIA_TYPE:
        return f"The media type is {media_type[:80]!r}."
    charset = parameters.get("charset", "utf-8")
    if charset.lower() not in ("utf-8", "utf8"):
        return f"The charset is {charset[:80]!r}."
    encoding = headers.get("Content-Encoding") or "identity"
    return f"The Content-Encoding is {encoding[:80]!r}." if encoding.lower() != "identity" else ""
