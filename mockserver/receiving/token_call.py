"""The token call: a client's key and secret in exchange for an access token."""

from __future__ import annotations

import hmac
from pathlib import Path
from typing import Any

import msgspec

from mockserver.exchange.answers import Token, TokenRefusal
from mockserver.exchange.received import Received
from mockserver.receiving.parsing import parse
from mockserver.receiving.tokens import mint
from openapi import source
from openapi.document import Document, Outcome
from openapi.world import Client

_NAMES = frozenset({"key", "secret"})


class TokenCall:
    """Answers the token call as its document, oauth.yaml, says."""

    def __init__(self, document: Document) -> None:
        self.outcomes = document.outcomes
        self._validator = document.validator(document.request_schema())

    def answer(self, request: Received, clients: tuple[Client, ...], *, now: float) -> Token | TokenRefusal:
        """Return a token that begins at `now` (Unix time in seconds), or what is wrong with the request."""
        try:
            payload: Any = parse(request.body, _NAMES) if request.extent == "whole" else None
        except ValueError:
            payload = None
        if not self._validator.is_valid(payload):
            return TokenRefusal(self.outcomes["invalid_token_request"], "The body is no object with key and secret.")
        client = _client(payload["key"], payload["secret"], clients)
        if client is None:
            return TokenRefusal(self.outcomes["unknown_client"], "No client of the world has this key and secret.")
        return Token(mint(client, now=now), client.ttl_seconds, f"A token for {client.key}.")


def load(path: Path = source.OAUTH) -> Document:
    """Read the document of the token call. Raises SourceError."""
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


def _client(key: str, secret: str, clients: tuple[Client, ...]) -> Client | None:
    """Return the client with this key and secret. Every client is compared, so that the time says nothing."""
    sent = f"{key}\0{secret}".encode()
    same = [hmac.compare_digest(sent, f"{client.key}\0{client.secret}".encode()) for client in clients]
    return clients[same.index(True)] if True in same else None
