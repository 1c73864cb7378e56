"""The wire: send one request to the host over HTTP and return its answer."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from copy import copy
from pathlib import Path

from contracts.exchange import Answer, Request, decode_answer, encode
from contracts.host import carried
from contracts.host.attacks import Means
from contracts.host.connection import IDLE, Connection
from contracts.host.dialect import Dialect
from contracts.host.lanes import Lanes, Message, send_at_once
from contracts.host.login import OAuthClient
from contracts.host.target import Target
from contracts.host.tokens import TokenRefused, Tokens


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
        self._lanes: Lanes | None = None

    def send(self, request: Request, dialect: Dialect, *, within: float = math.inf) -> Answer:
        """Send one request, with the login and field names of `dialect`.

        `within`: seconds, if the answer must come sooner than within the timeout. Raises Unreachable, TokenRefused,
        Misuse.
        """
        message = self._message(request, dialect, within)
        return self._exchange(self._connection, message)

    def send_at_once(self, requests: Sequence[Request], dialect: Dialect, *, within: float = math.inf) -> list[Answer]:
        """Send requests at the same moment, each over a new connection; see lanes.send_at_once, and `send`."""
        messages = [self._message(request, dialect, within) for request in requests]
        self._connection.close()  # a host may take one connection at a time
        return send_at_once(self._connection, messages, self._exchange)

    def send_in_lanes(
        self, requests: Sequence[Request], dialect: Dialect, lanes: int, *, within: float = math.inf
    ) -> list[Answer]:
        """Send requests over so many connections side by side; see Lanes.send, and `send`."""
        messages = [self._message(request, dialect, within) for request in requests]
        self._connection.close()
        self._lanes = self._lanes or Lanes(self._connection, lanes)
        return self._lanes.send(messages, self._exchange)

    def another(self) -> Wire:
        """Return a wire with a connection of its own, and with the same access tokens."""
        wire = copy(self)
        wire._connection, wire._lanes = self._connection.another(), None
        return wire

    def reconnect(self, *, idle: float = IDLE) -> None:
        """Let the next request open a new connection. It may then be idle for so many seconds between two requests."""
        self._connection.close()
        self._connection = self._connection.another(idle=idle)

    def _message(self, request: Request, dialect: Dialect, within: float) -> Message:
        """Return a request as it is sent. Raises Unreachable, TokenRefused, Misuse."""
        self._within = min(within, self._timeout)
        translated = request.with_promotion_names(dialect.promotion_names)
        kind = dialect.login if request.credentials == "valid" else request.credentials
        means = Means(self._target.login, dialect.password, self._token_for, self._last_token_of, self.tokens.outlived)
        login = carried.headers(kind, means)
        self.tokens.issued.update(carried.close_to_secrets(kind, login))
        usual = {"User-Agent": "enrol-contract", "Accept": "application/json", "Accept-Encoding": "identity"}
        # A request that gives a header no value is sent without it. Of credentials, an empty header is an attack.
        asked = {name: value for name, value in (usual | dict(translated.headers)).items() if value.strip()}
        headers = {**asked, **dict(self._target.login.headers), **login}
        path = self._path if translated.path is None else translated.path
        return Message(translated.method or self._method, path + carried.query(kind), headers, translated.payload())

    def forget_token(self, request: Request, dialect: Dialect) -> bool:
        """Forget the access token that a request carried. Return whether it was old enough; see Tokens.forget_old."""
        kind = dialect.login if request.credentials == "valid" else request.credentials
        client = self._target.login.oauth
        return kind == "oauth" and client is not None and self.tokens.forget_old(client)

    def close(self) -> None:
        """Close the connections to the host."""
        self._connection.close()
        if self._lanes:
            self._lanes.close()

    def _token_for(self, client: OAuthClient) -> str:
        """Return an access token. Raises what Tokens.token_for raises, and TokenRefused if one that should have expired has not."""
        return self._if_it_fits(client, self.tokens.token_for(client))

    def _last_token_of(self, client: OAuthClient) -> str:
        """Return the last token that a client was given. Raises what `_token_for` raises."""
        return self._if_it_fits(client, self.tokens.last_of(client))

    def _if_it_fits(self, client: OAuthClient, token: str) -> str:
        if client == self._target.login.expired and self.tokens.is_alive(client):
            raise TokenRefused("the host says of a token that should have expired that it has not")
        return token

    def _fetch_token(self, client: OAuthClient) -> Answer:
        self.before_token()
        headers = {"Content-Type": "application/json", "Accept": "application/json", **dict(self._target.login.headers)}
        asked = encode({name: getattr(client, name) for name in client.sent})
        return self._exchange(self._connection, Message("POST", client.token_path, headers, asked))

    def _exchange(self, connection: Connection, sent: Message) -> Answer:
        start = self._clock()
        received = connection.exchange(sent.method, sent.path, sent.headers, sent.payload, within=self._within)
        return Answer(
            status=received.status,
            headers=received.headers,
            content=received.content,
            seconds=self._clock() - start,
            json=decode_answer(received.content),
            start=start,
            flaw=received.flaw,
            version=received.version,
        )
