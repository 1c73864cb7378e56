"""The wire: send one request to the host over HTTP and return its answer."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from pathlib import Path

from contracts.exchange import NOTHING, Answer, Request, decode, encode
from contracts.host import carried
from contracts.host.attacks import Means
from contracts.host.connection import Connection
from contracts.host.dialect import Dialect
from contracts.host.login import OAuthClient
from contracts.host.target import Target
from contracts.host.tokens import Tokens


class Wire:
    """Sends requests to one host: the login, the names and the requests of the kit become HTTP.

    `timeout`: seconds for a whole answer. `ca_bundle`: a file of CA certificates to trust instead of the system's.
    `clock`: returns seconds. `tokens`: the access tokens of the run. `before_token`: called before a token is fetched.
    """

    def __init__(
        self,
        target: Target,
        *,
        path: str,
        method: str,
        timeout: float,
        ca_bundle: Path | None = None,
        clock: Callable[[], float] = time.monotonic,
    ):
        self.before_token: Callable[[], None] = lambda: None
        self.tokens = Tokens(self._fetch_token, clock)
        self._target = target
        self._path = path
        self._method = method.upper()
        self._clock = clock
        self._timeout = self._within = timeout
        self._connection = Connection(target, ca_bundle)

    def send(self, request: Request, dialect: Dialect, *, within: float = math.inf) -> Answer:
        """Send one request, with the login and field names of `dialect`.

        `within`: seconds, if the answer must come sooner than within the timeout. Raises Unreachable, TokenRefused,
        Misuse.
        """
        self._within = min(within, self._timeout)
        translated = request.with_promotion_names(dialect.promotion_names)
        kind = dialect.login if request.credentials == "valid" else request.credentials
        means = Means(
            self._target.login, dialect.password, self.tokens.token_for, self.tokens.last_of, self.tokens.outlived
        )
        login = carried.headers(kind, means)
        self.tokens.issued.update(carried.close_to_secrets(kind, login))
        headers = {
            "User-Agent": "enrol-contract",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            **dict(translated.headers),
            **dict(self._target.login.headers),
            **login,
        }
        path = self._path if translated.path is None else translated.path
        target = path + carried.query(kind)
        return self._exchange(translated.method or self._method, target, headers, translated.payload())

    def forget_token(self, request: Request, dialect: Dialect) -> bool:
        """Forget the access token that a request carried. Return whether it was old enough; see Tokens.forget_old."""
        kind = dialect.login if request.credentials == "valid" else request.credentials
        client = self._target.login.oauth
        return kind == "oauth" and client is not None and self.tokens.forget_old(client)

    def close(self) -> None:
        """Close the connection to the host."""
        self._connection.close()

    def _fetch_token(self, client: OAuthClient) -> Answer:
        self.before_token()
        headers = {"Content-Type": "application/json", "Accept": "application/json", **dict(self._target.login.headers)}
        return self._exchange(
            "POST", client.token_path, headers, encode({name: getattr(client, name) for name in client.sent})
        )

    def _exchange(self, method: str, path: str, headers: dict[str, str], payload: bytes) -> Answer:
        start = self._clock()
        received = self._connection.exchange(method, path, headers, payload, within=self._within)
        return Answer(
            status=received.status,
            headers=received.headers,
            content=received.content,
            seconds=self._clock() - start,
            json=decode(received.content) if received.content else NOTHING,
            start=start,
        )
