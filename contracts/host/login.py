"""The login: what the right credentials of a host are made of.

Source: "Prerequisites" row 1, "Basic or OAuth authentication". The page names no header; the
names here come from other pages of the vendor.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, field
from typing import Final, Literal

from contracts.credentials import Credentials

TOKEN_HEADER: Final = "X-CAP-API-OAUTH-TOKEN"
# Names of the headers that carry credentials, in lower case.
CREDENTIAL_HEADERS: Final = frozenset({"authorization", TOKEN_HEADER.lower()})

# How a Basic password is sent. md5: its MD5 in hexadecimal digits, which the vendor's hosts expect. raw: unchanged.
PasswordForm = Literal["md5", "raw"]

UNKNOWN_USER: Final = "nobody.at.all"
WRONG_PASSWORD: Final = "not-the-password"
FORGED_TOKEN: Final = "not.a.token"
# Of a cookie that no host has set.
SESSION: Final = "no-session-of-yours-5d1f0c"


@dataclass(frozen=True, slots=True, repr=False)
class OAuthClient:
    """The key and secret of an API client, and the path of the token endpoint on the same host. It has no repr.

    `sent`: the fields that a request for a token has.
    """

    key: str
    secret: str
    token_path: str
    sent: tuple[Literal["key", "secret"], ...] = ("key", "secret")


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


def basic_header(username: str, password: str, *, form: PasswordForm) -> str:
    """Return the value of an Authorization header. With form "md5", hash the password unless it is an MD5 already."""
    word = md5_of(password) if form == "md5" else password
    return "Basic " + base64.b64encode(f"{username}:{word}".encode()).decode()


def md5_of(password: str) -> str:
    """Return the MD5 of a password in hexadecimal digits; the password itself if it is an MD5 already."""
    if re.fullmatch(r"[0-9a-f]{32}", password):
        return password
    return hashlib.md5(password.encode(), usedforsecurity=False).hexdigest()


def tampered(token: str) -> str:
    """Return a token with one letter changed near its end, where a JWT has its signature."""
    return changed_at(token, max(len(token) - 5, 0))


def changed_at(token: str, index: int) -> str:
    """Return a token with another letter at a place."""
    return token[:index] + ("B" if token[index : index + 1] == "A" else "A") + token[index + 1 :]
