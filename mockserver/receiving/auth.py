"""Credentials: which requests may call. All comparisons take constant time."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Mapping

from werkzeug.datastructures import Headers

from mockserver.errors import MockError
from mockserver.exchange.answers import Refusal
from mockserver.receiving import tokens
from openapi.document import Outcome
from openapi.world import Basic, Credentials

TOKEN_HEADER = "X-CAP-API-OAUTH-TOKEN"


class Keyring:
    """The credentials of a world. Raises MockError when the world has none.

    One valid credential is enough. It may be a whole Authorization header of the world, which is compared
    as it is, because the one printed on the page does not decode; or Basic `user:password` or
    `user:md5hex(password)`; or an access token that has not expired.
    """

    def __init__(self, credentials: Credentials) -> None:
        if not (credentials.basic or credentials.headers or credentials.oauth):
            raise MockError("the world has no credentials, so nobody may call: add some, or use --auth off")
        self._headers = tuple(header.encode() for header in credentials.headers)
        self._basic = tuple(form for user in credentials.basic for form in _basic_forms(user))
        self._tokens = tokens.AccessTokens(credentials.oauth)

    def refusal(self, headers: Headers, outcomes: Mapping[str, Outcome], *, now: float) -> Refusal | None:
        """Return why a request with these headers may not call at `now` (Unix time in seconds), or None if it may."""
        authorization, token = headers.get("Authorization"), headers.get(TOKEN_HEADER)
        if authorization is not None and self._accepts(authorization):
            return None
        state = self._tokens.state(token, now=now) if token is not None else "unknown"
        if state == "valid":
            return None
        if state == "expired":
            return Refusal((outcomes["token_expired"],), "The access token has expired.")
        sent = [name for name in ("Authorization", TOKEN_HEADER) if name in headers]
        why = f"The world has no such credential: {' or '.join(sent)}." if sent else "The request has no credentials."
        return Refusal((outcomes["unauthenticated"],), why)

    def _accepts(self, authorization: str) -> bool:
        scheme, _, credential = authorization.partition(" ")
        known = _is_one_of(authorization, self._headers)
        return known or (scheme.lower() == "basic" and _is_one_of(credential.strip(), self._basic))


def sample(credentials: Credentials, *, now: float) -> tuple[str, str]:
    """Return the name and value of a header with a valid credential."""
    if credentials.basic:
        return "Authorization", f"Basic {_basic_forms(credentials.basic[0])[0].decode()}"
    if credentials.headers:
        return "Authorization", credentials.headers[0]
    return TOKEN_HEADER, tokens.mint(credentials.oauth[0], now=now)


def _basic_forms(user: Basic) -> tuple[bytes, bytes]:
    digest = hashlib.md5(user.password.encode(), usedforsecurity=False).hexdigest()
    return b64encode(f"{user.username}:{user.password}".encode()), b64encode(f"{user.username}:{digest}".encode())


def _is_one_of(sent: str, known: tuple[bytes, ...]) -> bool:
    """Compare with every known credential, so that the time taken says nothing about them.

    WSGI decodes headers as latin-1, so encoding them again gives the bytes that were sent.
    """
    raw = sent.encode("latin-1")
    return sum(hmac.compare_digest(raw, one) for one in known) > 0
