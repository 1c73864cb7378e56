"""Credentials: who may call, in constant time."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Callable, Mapping

from werkzeug.datastructures import Headers

from mockserver.errors import MockError
from mockserver.exchange.answers import Refusal
from mockserver.receiving import tokens
from openapi.document import Outcome
from openapi.world import Basic, Credentials

TOKEN_HEADER = "X-CAP-API-OAUTH-TOKEN"


class Keyring:
    """What the world's credentials open. Raises MockError when there are none at all.

    One valid credential is enough: a whole Authorization header of the world, compared before any
    parsing (the page's own does not decode); Basic `user:password` or `user:md5hex(password)`; or an
    access token that has not expired.
    """

    def __init__(self, credentials: Credentials, outcomes: Mapping[str, Outcome], *, now: Callable[[], float]) -> None:
        if not (credentials.basic or credentials.headers or credentials.oauth):
            raise MockError("the world has no credentials, so nobody may call: add some, or use --auth off")
        self._headers = tuple(header.encode() for header in credentials.headers)
        self._basic = tuple(form for user in credentials.basic for form in _basic_forms(user))
        self._tokens = tokens.AccessTokens(credentials.oauth)
        self._outcomes = outcomes
        self._now = now

    def refusal(self, headers: Headers) -> Refusal | None:
        """Return why the caller may not call, or None."""
        authorization, token = headers.get("Authorization"), headers.get(TOKEN_HEADER)
        if authorization is not None and self._opens(authorization):
            return None
        state = self._tokens.state(token, now=self._now()) if token is not None else "unknown"
        if state == "valid":
            return None
        if state == "expired":
            return Refusal((self._outcomes["token_expired"],), "The access token has expired.")
        offered = [name for name in ("Authorization", TOKEN_HEADER) if name in headers]
        why = f"Nothing in the world matches {' or '.join(offered)}." if offered else "No credentials came along."
        return Refusal((self._outcomes["unauthenticated"],), why)

    def _opens(self, authorization: str) -> bool:
        scheme, _, credential = authorization.partition(" ")
        known = _is_one_of(authorization, self._headers)
        return known or (scheme.lower() == "basic" and _is_one_of(credential.strip(), self._basic))


def sample(credentials: Credentials, *, now: float) -> tuple[str, str]:
    """Return a header, name and value, that opens the mock."""
    if credentials.basic:
        return "Authorization", f"Basic {_basic_forms(credentials.basic[0])[0].decode()}"
    if credentials.headers:
        return "Authorization", credentials.headers[0]
    return TOKEN_HEADER, tokens.mint(credentials.oauth[0], now=now)


def _basic_forms(user: Basic) -> tuple[bytes, bytes]:
    digest = hashlib.md5(user.password.encode(), usedforsecurity=False).hexdigest()
    return b64encode(f"{user.username}:{user.password}".encode()), b64encode(f"{user.username}:{digest}".encode())


def _is_one_of(offered: str, known: tuple[bytes, ...]) -> bool:
    """Compare with every known one, so that the time tells nothing; headers arrive as latin-1."""
    raw = offered.encode("latin-1")
    return sum(hmac.compare_digest(raw, one) for one in known) > 0
