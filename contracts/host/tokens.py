"""The access tokens of a run. Each is fetched when it is first needed and reused until it expires."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from contracts.exchange import Answer
from contracts.host.login import OAuthClient

# Seconds for which a token must work before it may be replaced.
_MINIMUM_AGE: Final = 60.0


class TokenRefused(Exception):
    """Raised when the token endpoint issues no token. The message says what it answered."""


@dataclass(frozen=True, slots=True, repr=False)
class _Token:
    text: str
    fetched: float
    renew_at: float


class Tokens:
    """Fetches tokens and reuses them.

    `fetch`: sends the request for a client's token. `clock`: returns seconds. `issued`: every token of the run, so that
    reports can mask them.
    """

    def __init__(self, fetch: Callable[[OAuthClient], Answer], clock: Callable[[], float]):
        self.issued: set[str] = set()
        self._fetch = fetch
        self._clock = clock
        self._kept: dict[OAuthClient, _Token] = {}

    def token_for(self, client: OAuthClient) -> str:
        """Return an access token for a client. Raises TokenRefused, and what `fetch` raises."""
        kept = self._kept.get(client)
        if kept and self._clock() < kept.renew_at:
            return kept.text
        answer = self._fetch(client)
        data = answer.json.get("data") if isinstance(answer.json, dict) else None
        token = data.get("accessToken") if isinstance(data, dict) else None
        if not isinstance(data, dict) or not isinstance(token, str):
            raise TokenRefused(f"POST {client.token_path} answered HTTP {answer.status} without data.accessToken")
        lifetime = data.get("ttlSeconds")
        seconds = float(lifetime) if isinstance(lifetime, int | float) else 0.0
        now = self._clock()
        self.issued.add(token)
        # Renewed after nine tenths of its lifetime, so that it does not expire on its way to the host.
        self._kept[client] = _Token(token, fetched=now, renew_at=now + seconds * 0.9)
        return token

    def forget_old(self, client: OAuthClient) -> bool:
        """Forget the token of a client and return True, so that the next request fetches a new one.

        Return False if there is none or it is younger than a minute: a host that refuses it so soon is at fault.
        """
        token = self._kept.get(client)
        if token is None or self._clock() - token.fetched < _MINIMUM_AGE:
            return False
        del self._kept[client]
        return True
