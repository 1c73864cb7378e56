"""Credentials: which requests may call. All comparisons take constant time."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from base64 import b64decode, b64encode
from collections.abc import Mapping

from mockserver.errors import MockError
from mockserver.exchange.answers import Refusal
from mockserver.exchange.header_lines import HeaderLines
from mockserver.exchange.received import Received
from mockserver.receiving import tokens
from openapi.document import Outcome
from openapi.world import Basic, Credentials

TOKEN_HEADER = "X-CAP-API-OAUTH-TOKEN"


class Keyring:
    """The credentials of a world. Raises MockError when the world has none.

    One valid credential is enough. It may be a whole Authorization header of the world, which is compared
    as it is, because the one printed on the page does not decode; or Basic `user:password` or
    `user:md5hex(password)` in UTF-8, as the challenge says (RFC 7617, section 2.1); or an access token that has not
    expired.
    """

    def __init__(self, credentials: Credentials) -> None:
        if not (credentials.basic or credentials.headers or credentials.oauth):
            raise MockError("the world has no credentials, so nobody may call: add some, or use --auth off")
        self._headers = tuple(header.encode() for header in credentials.headers)
        self._basic = tuple(form for user in credentials.basic for form in _basic_forms(user))
        self._tokens = tokens.AccessTokens(credentials.oauth)

    def refusal(self, request: Received, outcomes: Mapping[str, Outcome], *, now: float) -> Refusal | None:
        """Return why a request may not call at `now` (Unix time in seconds), or None if it may."""
        if request.headers.known(self._accepts):
            return None
        token = request.header(TOKEN_HEADER)
        state = self._tokens.state(token, now=now) if token is not None else "unknown"
        if state == "valid":
            return None
        if state == "expired":
            return Refusal((outcomes["token_expired"],), "The access token has expired.")
        sent = [name for name in ("Authorization", TOKEN_HEADER) if name in request.headers]
        why = f"The world has no such credential: {' or '.join(sent)}." if sent else "The request has no credentials."
        return Refusal((outcomes["unauthenticated"],), why)

    def _accepts(self, headers: HeaderLines) -> bool:
        """Return whether the header Authorization is valid, which does not depend on the time."""
        authorization = headers.get("Authorization")
        if authorization is None:
            return False
        scheme, _, credential = authorization.partition(" ")
        # A header's value has one character for each byte, so encoding it again gives the bytes that were sent.
        known = _is_one_of(authorization.encode("latin-1"), self._headers)
        return known or (scheme.lower() == "basic" and _is_one_of(_user_and_password(credential), self._basic))


def sample(credentials: Credentials, *, now: float) -> tuple[str, str]:
    """Return the name and value of a header with a valid credential."""
    if credentials.basic:
        return "Authorization", f"Basic {b64encode(_basic_forms(credentials.basic[0])[0]).decode()}"
    if credentials.headers:
        return "Authorization", credentials.headers[0]
    return TOKEN_HEADER, tokens.mint(credentials.oauth[0], now=now)


def user_name(credential: str) -> str | None:
    """Return the user name of a Basic credential, None if it is no Base64 of UTF-8 with a colon in it."""
    name, colon, _ = _user_and_password(credential).decode().partition(":")
    return name if colon else None


def _basic_forms(user: Basic) -> tuple[bytes, bytes]:
    digest = hashlib.md5(user.password.encode(), usedforsecurity=False).hexdigest()
    return _normal(f"{user.username}:{user.password}"), _normal(f"{user.username}:{digest}")


def _user_and_password(credential: str) -> bytes:
    """Return what a Basic credential holds, or nothing if it is no Base64 of UTF-8."""
    try:
        return _normal(b64decode(credential.strip(), validate=True).decode())
    except ValueError:  # of either decoding
        return b""


def _normal(text: str) -> bytes:
    """Return the one form of text that may be spelt with combined or with separate accents (RFC 7617, section 2.1)."""
    return unicodedata.normalize("NFC", text).encode()


def _is_one_of(sent: bytes, known: tuple[bytes, ...]) -> bool:
    """Compare with every known credential, so that the time taken says nothing about them."""
    return sum(hmac.compare_digest(sent, one) for one in known) > 0
