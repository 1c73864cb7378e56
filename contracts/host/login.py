"""The login: for each kind of credentials, the HTTP headers that carry it and the arguments for curl.

Source: "Prerequisites" row 1, "Basic or OAuth authentication". The page names no header; the
names here come from other pages of the vendor.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from contracts.exchange import Credentials

TOKEN_HEADER: Final = "X-CAP-API-OAUTH-TOKEN"
# Names of the headers that carry credentials, in lower case.
CREDENTIAL_HEADERS: Final = frozenset({"authorization", TOKEN_HEADER.lower()})

# How a Basic password is sent. md5: its MD5 in hexadecimal digits, which the vendor's hosts expect. raw: unchanged.
PasswordForm = Literal["md5", "raw"]

_UNKNOWN_USER: Final = "nobody.at.all"
_WRONG_PASSWORD: Final = "not-the-password"
# Invalid credentials that are the same for every target.
_FIXED: Final[Mapping[Credentials, tuple[str, str]]] = {
    "malformed": ("Authorization", "Basic %%%"),
    "unreadable": ("Authorization", "Basic bm8gY29sb24="),
    "forged": (TOKEN_HEADER, "not.a.token"),
}
# Arguments for curl. Secrets appear as names of shell variables, never as values.
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


@dataclass(frozen=True, slots=True, repr=False)
class OAuthClient:
    """The key and secret of an API client, and the path of the token endpoint on the same host. It has no repr."""

    key: str
    secret: str
    token_path: str


@dataclass(frozen=True, slots=True, repr=False)
class Login:
    """The secrets of a run. It has no repr, so that no message can show them.

    `basic`: user name and password. `oauth`: a client whose tokens are valid. `expired`: a client whose tokens have
    already expired when the host issues them. `headers`: names and values of headers that every request carries.
    `variables`: the names of the environment variables that hold `basic`, if it comes from there.
    """

    basic: tuple[str, str] | None = None
    oauth: OAuthClient | None = None
    expired: OAuthClient | None = None
    headers: tuple[tuple[str, str], ...] = ()
    variables: tuple[str, str] | None = field(default=None, compare=False)

    @property
    def is_given(self) -> bool:
        """The login has Basic or OAuth credentials."""
        return self.basic is not None or self.oauth is not None

    @property
    def first(self) -> Credentials:
        """The kind of valid credentials to try first; "none" if there are none."""
        return "basic" if self.basic else "oauth" if self.oauth else "none"


def headers(
    kind: Credentials, login: Login, *, form: PasswordForm, token: Callable[[OAuthClient], str]
) -> dict[str, str]:
    """Return the headers that carry credentials of a kind; empty if the login lacks the secrets for it.

    `token` returns an access token for a client. Raises what `token` raises.
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
            # Always raw: the MD5 of an almost right password looks like that of any wrong password.
            case "short-password":
                return _basic(username, password[:-1], "raw")
            case "long-password":
                return _basic(username, f"{password}x", "raw")
    client = login.expired if kind == "expired" else login.oauth
    if client and kind in ("oauth", "expired", "tampered"):
        text = token(client)
        return {TOKEN_HEADER: tampered(text) if kind == "tampered" else text}
    return {}


def in_curl(kind: Credentials) -> str | None:
    """Return the curl arguments that carry credentials of a kind; None if that kind sends none."""
    if kind in _FIXED:
        return "-H '{}: {}'".format(*_FIXED[kind])
    return _VARIABLES.get(kind)


def basic_header(username: str, password: str, *, form: PasswordForm) -> str:
    """Return the value of an Authorization header. With form "md5", hash the password unless it is an MD5 already."""
    if form == "md5" and not re.fullmatch(r"[0-9a-f]{32}", password):
        password = hashlib.md5(password.encode(), usedforsecurity=False).hexdigest()
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()


def tampered(token: str) -> str:
    """Return a token with one letter changed near its end, where a JWT has its signature."""
    index = max(len(token) - 5, 0)
    return token[:index] + ("B" if token[index : index + 1] == "A" else "A") + token[index + 1 :]


def _basic(username: str, password: str, form: PasswordForm) -> dict[str, str]:
    return {"Authorization": basic_header(username, password, form=form)}
