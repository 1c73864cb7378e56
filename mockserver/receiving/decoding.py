"""Decoding: the body of a request as a JSON value, or the reason why it has none."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from werkzeug.wrappers import Request

from mockserver.exchange.answers import Refusal
from mockserver.exchange.handling import Handling
from mockserver.receiving.body import BODY_LIMIT
from openapi.document import Outcome
from openapi.places import MEDIA_TYPE


def decode(handling: Handling, outcomes: Mapping[str, Outcome]) -> Refusal | None:
    """Set `handling.payload` to the JSON value of the body, or return why the body has none."""
    if handling.extent == "too large":
        return Refusal((outcomes["body_too_large"],), f"The body is longer than {BODY_LIMIT} bytes.")
    unsupported = _unsupported(handling.request)
    if unsupported:
        return Refusal((outcomes["unsupported_media_type"],), unsupported)
    if handling.extent == "cut short":
        return Refusal((outcomes["malformed_json"],), "The body is shorter than its Content-Length.")
    try:
        handling.payload = _parse(handling.body)
    except ValueError as error:
        return Refusal((outcomes["malformed_json"],), str(error))
    return None


def _unsupported(request: Request) -> str:
    """Return which header says that the body is not JSON in UTF-8, or ''.

    Only application/json is supported: the document names no +json type. Parameters other than charset
    are ignored.
    """
    if request.mimetype != MEDIA_TYPE:
        return f"The media type is {request.mimetype!r}."
    charset = request.mimetype_params.get("charset", "utf-8")
    if charset.lower() not in ("utf-8", "utf8"):
        return f"The charset is {charset!r}."
    encoding = request.headers.get("Content-Encoding", "identity")
    return f"The content encoding is {encoding!r}." if encoding.lower() != "identity" else ""


def _parse(body: bytes) -> object:
    """Return the JSON value. Raises ValueError with the reason.

    Integers are exact up to the length that the interpreter converts (4,300 digits). If a key occurs
    twice, the last one counts. Refused are NaN and Infinity, numbers beyond a double, a byte order mark,
    encodings other than UTF-8, lone surrogates, and nesting deeper than the parser follows (about a
    thousand levels).
    """
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(str(error)) from error
