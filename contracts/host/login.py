"""The login: each kind of credentials that a request may carry, as the headers that carry it and as words for curl.

Source: "Prerequisites" row 1, "Basic or OAuth authentication". The page names no header; the vendor's other pages do.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from contracts.exchange import Credentials

TOKEN_HEADER: Final = "X-CAP-API-OAUTH-TOKEN"
# The headers that carry credentials, in lower case.
CREDENTIAL_HEADERS: Final = frozenset({"authorization", TOKEN_HEADER.lower()})

# How a Basic password travels: as its MD5 in hexadecimal digits, as the vendor's hosts take it, or as it is.
PasswordForm = Literal["md5", "raw"]

_UNKNOWN_USER: Final = "nobody.at.all"
_WRONG_PASSWORD: Final = "not-the-password"
# Credentials that are the same for every target.
_FIXED: Final[Mapping[Credentials, tuple[str, str]]] = {
    "malformed": ("Authorization", "Basic %%%"),
    "unreadable": ("Authorization", "Basic bm8gY29sb24="),
    "forged": (TOKEN_HEADER, "not.a.token"),
}
# What a curl line writes for credentials that are secret: names of variables, never values.
_VARIABLES: Final[Mapping[Credentials, str]] = {
    "basic": '-H "Authorization: $ENROL_AUTHORIZATION"',
    "oauth": f'-H "{TOKEN_HEADER}: $ENROL_TOKEN"',
    "expired": f'-H "{TOKEN_HEADER}: $ENROL_EXPIRED_TOKEN"',
    "tampered": f'-H "{TOKEN_HEADER}: $ENROL_TAMPERED_TOKEN"',
    "wrong": f"-u {_UNKNOWN_USER}:{_WRONG_PASSWORD}",
    "wrong-user": f'-u "{_UNKNOWN_USER}:$ENROL_PASSWORD"',
    "wrong-password": f'-u "$ENROL_USERNAME:{_WRONG_PASSWORD}"',
    "short-password": '-u "$ENROL_USERNAME:${ENROL_PASSWORD%?}"',
    "long-password": '-u "$ENROL_USERNAME:${ENROL_PASSWORD}x"',
}


@dataclass(frozen=True, slots=True)
class OAuthClient:
    """The key and secret of an API client, and the path on the same host where it fetches access tokens."""

    key: str
    secret: str
    token_path: str


@dataclass(frozen=True, slots=True, repr=False)
class Login:
    """The secrets of a run. It has no repr, so that no message can show them.

    `basic`: user name and password of a till. `expired`: a client whose tokens have expired when they arrive.
    `headers`: further headers that every request carries.
    """

    basic: tuple[str, str] | None = None
    oauth: OAuthClient | None = None
    expired: OAuthClient | None = None
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def is_given(self) -> bool:
        """There are credentials to send."""
        return self.basic is not None or self.oauth is not None

    @property
    def first(self) -> Credentials:
        """The kind of valid credentials to try first."""
        return "basic" if self.basic else "oauth" if self.oauth else "none"


def headers(
    kind: Credentials, login: Login, *, form: PasswordForm, token: Callable[[OAuthClient], str]
) -> dict[str, str]:
    """Return the headers that carry credentials of a kind; none where the login lacks what that kind needs.

    `token` fetches the access token of a client, and may raise what fetching raises.
    """
    if kind in _FIXED:
        name, value = _FIXED[kind]
        return {name: value}
    if kind == "wrong":
        return _basic(_UNKNOWN_USER, _WRONG_PASSWORD, form)
    if login.basic:
        username, password = login.basic
        match kind:
            case "basic":
                return _basic(username, password, form)
            case "wrong-user":
                return _basic(_UNKNOWN_USER, password, form)
            case "wrong-password":
                return _basic(username, _WRONG_PASSWORD, form)
            # Never as MD5: a letter too few or too many could not be told from any other password.
            case "short-password":
                return _basic(username, password[:-1], "raw")
            case "long-password":
                return _basic(username, f"{password}x", "raw")
    client = login.expired if kind == "expired" else login.oauth
    if client and kind in ("oauth", "expired", "tampered"):
        text = token(client)
        return {TOKEN_HEADER: _tampered(text) if kind == "tampered" else text}
    return {}


def in_curl(kind: Credentials) -> str | None:
    """Return the words of a curl line that carry credentials of a kind; None where nothing does."""
    if kind in _FIXED:
        return "-H '{}: {}'".format(*_FIXED[kind])
    return _VARIABLES.get(kind)


def basic_header(username: str, password: str, *, form: PasswordForm) -> str:
    """Return the value of an Authorization header. In the form md5 a password that is no MD5 yet becomes one."""
    if form == "md5" and not re.fullmatch(r"[0-9a-f]{32}", password):
        password = hashlib.md5(password.encode(), usedforsecurity=False).hexdigest()
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()


def _basic(username: str, password: str, form: PasswordForm) -> dict[str, str]:
    return {"Authorization": basic_header(username, password, form=form)}


def _tampered(token: str) -> str:
    """Return a token with another letter near its end, where the signature of a JWT is."""
    place = max(len(token) - 5, 0)
    return token[:place] + ("B" if token[place : place + 1] == "A" else "A") + token[place + 1 :]
