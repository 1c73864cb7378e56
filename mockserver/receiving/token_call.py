"""The token call: a client's key and secret in exchange for an access token."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from pathlib import Path

import msgspec

from mockserver.exchange.answers import Token, TokenRefusal
from mockserver.exchange.exchange import Exchange
from mockserver.receiving.tokens import mint
from openapi import source
from openapi.document import Document, Outcome
from openapi.world import Client


class TokenCall:
    """Hands out tokens to the clients of the world, in the words of oauth.yaml."""

    def __init__(self, document: Document, clients: tuple[Client, ...], *, now: Callable[[], float]) -> None:
        self._outcomes = document.outcomes
        self._validator = document.validator(document.request_schema())
        self._clients = clients
        self._now = now

    def answer(self, exchange: Exchange) -> Token | TokenRefusal:
        """Return a token, or what is wrong with the request."""
        try:
            payload = msgspec.json.decode(exchange.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            payload = None
        if not self._validator.is_valid(payload):
            return TokenRefusal(self._outcomes["invalid_token_request"], "The body is no object with key and secret.")
        client = self._client(payload["key"], payload["secret"])
        if client is None:
            return TokenRefusal(self._outcomes["unknown_client"], "No client of the world has this key and secret.")
        return Token(mint(client, now=self._now()), client.ttl_seconds, f"A token for {client.key}.")

    def _client(self, key: str, secret: str) -> Client | None:
        offered = f"{key}\0{secret}".encode()
        known = [hmac.compare_digest(offered, f"{client.key}\0{client.secret}".encode()) for client in self._clients]
        return self._clients[known.index(True)] if True in known else None


def load(path: Path = source.OAUTH) -> Document:
    """Read the document of the token endpoint. Raises SourceError."""
    raw = source.read(path)
    file = source.shape({"outcomes": raw.get("x-outcomes")}, _Catalogue, path=path)
    (url, item), *_ = raw["paths"].items()
    return Document(
        raw=raw,
        path=url,
        method=next(iter(item)),
        outcomes={
            entry.name: Outcome(
                entry.name, "error", "credentials", entry.status, entry.status, entry.message, None, None
            )
            for entry in file.outcomes
        },
        claims={},
        request_fields=(),
    )


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    status: int
    message: str


class _Catalogue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    outcomes: tuple[_Entry, ...]
