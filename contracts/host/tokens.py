"""The access tokens of a run. Each is fetched when it is first needed and reused until it expires."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from contracts.exchange import NO_ANSWER, Answer
from contracts.host.login import OAuthClient

# Seconds for which a token must work before it may be replaced: one with a lifetime, and one without.
_MINIMUM_AGE: Final = 60.0
_MINIMUM_AGE_UNSAID: Final = 1.0
# Seconds after its end for which a host may still take a token: clocks differ, and some round to seconds.
_GRACE: Final = 1.5
# Characters of a token that can travel in a header, and how many of them servers take.
_TOKEN: Final = re.compile(r"[\x20-\x7e]{1,16384}")
# The names of a token and its lifetime.
_NAMES: Final = (("accessToken", "ttlSeconds"), ("access_token", "expires_in"))
# Of an endpoint that is not there, or takes no JSON; and what one says that asks for another grant (RFC 6749 §5.2).
_NOT_THERE: Final = (404, 405, 406, 410, 415, 501)
_OTHERWISE: Final = ("invalid_request", "unsupported_grant_type")
# Seconds after which a token is renewed at the latest.
_LONGEST: Final = 24 * 3600.0


class TokenRefused(Exception):
    """Raised when the token endpoint issues no token. The message says what it answered; `answer` is that answer."""

    def __init__(self, message: str, answer: Answer = NO_ANSWER):
        super().__init__(message)
        self.answer = answer


class NoTokenEndpoint(TokenRefused):
    """Raised when no endpoint for tokens stands at the path, or one that asks for another form of request.

    The page says "Basic or OAuth authentication", and names no endpoint. So this says nothing of the client.
    """


@dataclass(frozen=True, slots=True, repr=False)
class _Token:
    """A token, with the seconds for which it is valid; None if nobody said.

    `asked`, `fetched`: the times at which it was asked for and came. The host has made it at some time between them.
    """

    text: str
    asked: float
    fetched: float
    lifetime: float | None


class Tokens:
    """Fetches tokens and reuses them.

    `fetch`: sends the request for a client's token. `clock`: returns seconds. `issued`: every token of the run, and
    what attacks make of secrets, so that reports can mask them.
    """

    def __init__(self, fetch: Callable[[OAuthClient], Answer], clock: Callable[[], float]):
        self.issued: set[str] = set()
        self._one_at_a_time = threading.Lock()
        self._fetch = fetch
        self._clock = clock
        self._kept: dict[OAuthClient, _Token] = {}
        self._ended: dict[OAuthClient, list[_Token]] = {}

    def token_for(self, client: OAuthClient) -> str:
        """Return an access token for a client. Raises TokenRefused, and what `fetch` raises.

        Callers that come at the same time share the one that the first of them fetches.
        """
        with self._one_at_a_time:
            return self._token_for(client)

    def _token_for(self, client: OAuthClient) -> str:
        kept = self._kept.get(client)
        # Renewed after nine tenths of its lifetime, so that it does not expire on its way to the host.
        if kept and (kept.lifetime is None or self._clock() < kept.fetched + kept.lifetime * 0.9):
            return kept.text
        asked = self._clock()
        answer = self._fetch(client)
        token, lifetime = _issued(answer.json)
        if not isinstance(token, str):
            is_known = client in self._kept or client in self._ended
            refused = TokenRefused if is_known or _refuses_client(answer) else NoTokenEndpoint
            raise refused(f"POST {client.token_path} answered HTTP {answer.status} without data.accessToken", answer)
        if not _TOKEN.fullmatch(token):
            raise TokenRefused(f"POST {client.token_path} answered with a token that no header can carry")
        self.issued.add(token)
        if kept:
            self._ended.setdefault(client, []).append(kept)
        self._kept[client] = _Token(token, asked, self._clock(), _seconds(lifetime))
        return token

    def last_of(self, client: OAuthClient) -> str:
        """Return the last token that a client was given, whatever its age. Raises what `token_for` raises."""
        kept = self._kept.get(client)
        return kept.text if kept else self.token_for(client)

    def outlived(self, client: OAuthClient) -> str:
        """Return a token of a client that lived for a while and has expired since. Raises TokenRefused if there is none."""
        tokens = list(self._ended.get(client, ()))
        if client in self._kept:
            tokens.append(self._kept[client])
        for token in tokens:
            if token.lifetime and self._clock() > token.fetched + token.lifetime + _GRACE:
                return token.text
        raise TokenRefused("no token of the client has expired yet")

    def is_alive(self, client: OAuthClient) -> bool:
        """The host has said of the token that a client has now that it is still valid."""
        kept = self._kept.get(client)
        return kept is not None and bool(kept.lifetime) and self._clock() < kept.fetched + (kept.lifetime or 0.0)

    def seconds_to_end(self, client: OAuthClient) -> float | None:
        """Return the seconds until `outlived` returns a token that the client has now; None if nobody knows."""
        kept = self._kept.get(client)
        if kept is None or not kept.lifetime:
            return None
        return max(kept.fetched + kept.lifetime + _GRACE - self._clock(), 0.0) + _GRACE / 10

    def forget_old(self, client: OAuthClient) -> bool:
        """Forget the token of a client and return True, so that the next request fetches a new one.

        Return False if there is none, or if it is younger than a minute: a host that refuses it so soon is at fault.
        Where nobody said how long it lives, a second is enough. One that lives for less than a minute may have ended on
        its way to the host.
        """
        token = self._kept.get(client)
        if token is None:
            return False
        minimum = _MINIMUM_AGE_UNSAID if token.lifetime is None else min(_MINIMUM_AGE, token.lifetime)
        if self._clock() - token.asked < minimum:
            return False
        del self._kept[client]
        return True


def _issued(document: Any) -> tuple[Any, Any]:
    """Return the token and its lifetime of an answer, as sibling pages of the vendor name them, or RFC 6749 §5.1."""
    inner = document.get("data") if isinstance(document, dict) else None
    for fields in (one for one in (inner, document) if isinstance(one, dict)):
        for token, lifetime in _NAMES:
            if isinstance(fields.get(token), str):
                return fields[token], fields.get(lifetime)
    return None, None


def _refuses_client(answer: Answer) -> bool:
    """An endpoint for tokens has read the request, and refuses the client or fails."""
    fields = answer.json if isinstance(answer.json, dict) else {}
    error = fields.get("error")
    if answer.status in _NOT_THERE or (isinstance(error, str) and error in _OTHERWISE):
        return False
    return answer.status >= 400 or not answer.status or bool(error or fields.get("errors"))


def _seconds(value: Any) -> float | None:
    """Return a lifetime that an endpoint gives as a number or as digits; None if it gives none."""
    text = str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
    try:
        return min(max(float(text), 0.0), _LONGEST)
    except (TypeError, ValueError, OverflowError):
        return None
