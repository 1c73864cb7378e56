"""The two ways to log in that the page names: Basic and OAuth."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Generator, Mapping
from typing import Final, Protocol

from enrol_client.errors import EnrolError, Unreadable
from enrol_client.reading import Reply, content
from enrol_client.steps import JSON, Send

_TOKEN_PATH: Final = "/v3/oauth/token/generate"
_SPARE: Final = 5.0  # seconds before its end at which a token is no longer used


class Login(Protocol):
    """A way to log in."""

    def headers(self, now: float) -> Generator[Send, Reply, Mapping[str, str]]:
        """Return the headers that log a request in; send what is needed to get them."""
        ...

    def renew(self, error: EnrolError) -> bool:
        """Return whether it is worth to log in anew after an error."""
        ...


class Basic:
    """A user and a password. The vendor's hosts take the MD5 of the password as a hexadecimal number."""

    def __init__(self, user: str, password: str) -> None:
        digest = hashlib.md5(password.encode(), usedforsecurity=False).hexdigest()
        self._header = "Basic " + base64.b64encode(f"{user}:{digest}".encode()).decode()

    def headers(self, now: float) -> Generator[Send, Reply, Mapping[str, str]]:
        """Return the header Authorization."""
        yield from ()
        return {"Authorization": self._header}

    def renew(self, error: EnrolError) -> bool:
        """Return False: the same password would be refused again."""
        return False


class OAuth:
    """The key and the secret of an API client, which get a token. All calls share the token until it expires."""

    def __init__(self, key: str, secret: str) -> None:
        self._body = json.dumps({"key": key, "secret": secret}).encode()
        self._token, self._until = "", 0.0

    def headers(self, now: float) -> Generator[Send, Reply, Mapping[str, str]]:
        """Return the header with the token; fetch one if there is none that is valid."""
        if now >= self._until:
            reply = yield Send(_TOKEN_PATH, JSON, self._body)
            data = content(reply).get("data")
            token, seconds = (data.get("accessToken"), data.get("ttlSeconds")) if isinstance(data, dict) else ("", 0)
            if not isinstance(token, str) or not token or not isinstance(seconds, int):
                raise Unreadable("the answer has no token")
            self._token, self._until = token, now + seconds - _SPARE
        return {"X-CAP-API-OAUTH-TOKEN": self._token}

    def renew(self, error: EnrolError) -> bool:
        """Return whether the error is about the token. It is then used no more."""
        if error.status not in (401, 498):
            return False
        self._until = 0.0
        return True
