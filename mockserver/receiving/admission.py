"""Admission: who may come in, and whether the body can be read as JSON."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from werkzeug.wrappers import Request

from mockserver.exchange.answers import Refusal
from mockserver.exchange.exchange import Exchange
from mockserver.receiving.auth import Keyring
from mockserver.receiving.body import BODY_LIMIT
from openapi.document import MEDIA_TYPE, Outcome


class Admission:
    """Turns strangers away, without a keyring nobody, and bodies that nobody can read."""

    def __init__(self, outcomes: Mapping[str, Outcome], keyring: Keyring | None) -> None:
        self._outcomes = outcomes
        self._keyring = keyring

    def stranger(self, exchange: Exchange) -> Refusal | None:
        """Return why the caller may not call, or None."""
        return self._keyring.refusal(exchange.request.headers) if self._keyring else None

    def unreadable(self, exchange: Exchange) -> Refusal | None:
        """Return why the body cannot be read, or None with the payload in place."""
        if exchange.extent == "too large":
            return self._refuse("body_too_large", f"The body is longer than {BODY_LIMIT} bytes.")
        unfit = _not_json(exchange.request)
        if unfit:
            return self._refuse("unsupported_media_type", unfit)
        if exchange.extent == "cut short":
            return self._refuse("malformed_json", "The body is shorter than its Content-Length.")
        try:
            exchange.payload = _parse(exchange.body)
        except ValueError as error:
            return self._refuse("malformed_json", str(error))
        return None

    def _refuse(self, name: str, why: str) -> Refusal:
        return Refusal((self._outcomes[name],), why)


def _not_json(request: Request) -> str:
    """Return what keeps the request from being JSON in UTF-8, going by its headers, or ''.

    Only application/json is: the document knows no +json type. Parameters other than charset are ignored.
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

    Integers are exact at any length the interpreter converts (4,300 digits). Of a key given twice the
    last counts. Refused: NaN and Infinity, numbers beyond a double, a byte order mark, other encodings
    than UTF-8, lone surrogates, and nesting beyond what the parser follows (about a thousand levels).
    """
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(str(error)) from error
