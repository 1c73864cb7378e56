"""The access tokens of a run: each is fetched when it is first needed and kept for as long as it lasts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from contracts.exchange import Answer
from contracts.host.login import OAuthClient

_YOUNG: Final = 60.0


class TokenRefused(Exception):
    """Raised when the token endpoint hands out no token; the message says what it answered."""


@dataclass(frozen=True, slots=True, repr=False)
class _Token:
    text: str
    since: float
    until: float


class Tokens:
    """Fetches tokens and keeps them. `clock` counts seconds; `fetch` asks the token endpoint for a client.

    `handed_out` holds every token of the run, so that reports can leave all of them out.
    """

    def __init__(self, fetch: Callable[[OAuthClient], Answer], clock: Callable[[], float]):
        self.handed_out: set[str] = set()
        self._fetch = fetch
        self._clock = clock
        self._kept: dict[OAuthClient, _Token] = {}

    def of(self, client: OAuthClient) -> str:
        """Return a token of a client. Raises TokenRefused, and what fetching raises."""
        known = self._kept.get(client)
        if known and self._clock() < known.until:
            return known.text
        answer = self._fetch(client)
        data = answer.json.get("data") if isinstance(answer.json, dict) else None
        token = data.get("accessToken") if isinstance(data, dict) else None
        if not isinstance(data, dict) or not isinstance(token, str):
            raise TokenRefused(f"POST {client.token_path} answered HTTP {answer.status} without data.accessToken")
        life = data.get("ttlSeconds")
        seconds = float(life) if isinstance(life, int | float) else 0.0
        now = self._clock()
        self.handed_out.add(token)
        # A token is renewed after nine tenths of its life, so that none expires on its way to the host.
        self._kept[client] = _Token(token, since=now, until=now + seconds * 0.9)
        return token

    def forget_old(self, client: OAuthClient) -> bool:
        """Forget the token of a client, so that the next request fetches a new one; return whether there was one.

        A token younger than a minute is kept: a host that takes it back so soon breaks its promise.
        """
        token = self._kept.get(client)
        if token is None or self._clock() - token.since < _YOUNG:
            return False
        del self._kept[client]
        return True
