"""The token endpoint: a key and a secret for an access token, which is a JWT signed with that secret.

Nothing is stored: a token is as good after a reset, or in another process, as where it was made.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import msgspec

from mockserver.answers import Token, TokenRefusal
from mockserver.exchange import Exchange
from openapi import source
from openapi.document import Document, Outcome
from openapi.world import Client


class Tokens:
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


def mint(client: Client, *, now: float) -> str:
    """Return a token of the client that expires `ttl_seconds` after `now` (Unix time)."""
    head = _encode(msgspec.json.encode({"alg": "HS256", "typ": "JWT"}))
    claims = _encode(msgspec.json.encode({"sub": client.key, "iat": now, "exp": now + client.ttl_seconds}))
    signed = f"{head}.{claims}"
    return f"{signed}.{_signature(signed, client)}"


def state(token: str, clients: tuple[Client, ...], *, now: float) -> Literal["valid", "expired", "unknown"]:
    """Return what a token is worth at `now`; nothing in it is read before its signature is known to be ours."""
    signed, _, signature = token.rpartition(".")
    offered = signature.encode("latin-1")
    if not sum(hmac.compare_digest(offered, _signature(signed, client).encode()) for client in clients):
        return "unknown"
    claims = msgspec.json.decode(urlsafe_b64decode(signed.rpartition(".")[2] + "=="))
    return "valid" if now < claims["exp"] else "expired"


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    status: int
    message: str


class _Catalogue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    outcomes: tuple[_Entry, ...]


def _signature(signed: str, client: Client) -> str:
    return _encode(hmac.digest(client.secret.encode(), signed.encode(), "sha256"))


def _encode(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
