"""Provocations: for every outcome a plain request that leads to it, found by asking the mock itself."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from werkzeug.test import Client

from mockserver.app import Mock
from mockserver.receiving import auth, tokens
from mockserver.receiving.body import BODY_LIMIT
from openapi.document import MEDIA_TYPE, Document
from openapi.questions import Readings
from openapi.world import World

_DAY = 86_400  # seconds


@dataclass(frozen=True, slots=True)
class Plain:
    """One request as any client may send it; `says` tells how it differs from an ordinary one."""

    says: str
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


def provocations(document: Document, world: World, readings: Readings) -> dict[str, Plain | None]:
    """Return, for each outcome, the first request that a fresh mock answers with it and nothing else.

    None where no plain request does; `Prefer: outcome=` still reaches that outcome.
    """
    found: dict[str, Plain | None] = dict.fromkeys(document.outcomes)
    mock = Client(Mock(document, world, readings, now=lambda: _DAY))
    for plain in _candidates(document, world):
        mock.post("/_mock/reset")
        mock.open(plain.path, method=plain.method, headers=dict(plain.headers), data=plain.body)
        outcomes = mock.get("/_mock/journal").get_json()["exchanges"][0]["outcomes"]
        if len(outcomes) == 1 and found[outcomes[0]] is None:
            found[outcomes[0]] = plain
    return found


def _candidates(document: Document, world: World) -> Iterator[Plain]:
    """Yield requests that differ from an ordinary one in one thing, transport first."""
    request = _ordinary(document, world)
    json = {"Content-Type": MEDIA_TYPE}
    name, value = auth.sample(world.credentials, now=_DAY)
    headers = {**json, name: value}
    body = msgspec.json.encode(request)

    def plain(says: str, *, path: str = document.path, method: str = "POST", **changed: Any) -> Plain:
        return Plain(says, method, path, changed.get("headers", headers), changed.get("body", body))

    yield plain("no credentials", headers=json)
    for client in world.credentials.oauth:
        expired = tokens.mint(client, now=-client.ttl_seconds)
        yield plain("an access token that has expired", headers={**json, auth.TOKEN_HEADER: expired})
    yield plain("another path", path=f"{document.path}/x")
    yield plain("another method", method="GET", body=b"")
    yield plain(f"more than {BODY_LIMIT} bytes", body=b" " * (BODY_LIMIT + 1))
    yield plain("Content-Type: text/plain", headers={**headers, "Content-Type": "text/plain"})
    yield plain("a body that is no JSON", body=b"{")
    for says, changed in _changes(document, world, request):
        yield plain(says, body=msgspec.json.encode(changed))


def _changes(document: Document, world: World, request: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield request bodies and how each differs: shape first, then what it names."""
    for field in document.request_fields:
        yield f"no {'.'.join(field.path)}", _edited(request, field.path)
    for field in document.request_fields:
        yield f"{'.'.join(field.path)} is false", _edited(request, field.path, False)
    unknown = max((program.id for program in world.programs), default=0) + 1
    yield "promotion.id names no promotion", _edited(request, ("promotion", "id"), "0" * 24)
    yield "programId names no program", _edited(request, ("programId",), unknown)
    yield "customer.identifierValue names no customer", _edited(request, ("customer", "identifierValue"), "0")
    for customer in world.customers:
        for promotion in world.promotions:
            for action in ("ENROL", "OPT_IN"):
                named = {"id": promotion.id, "promotionId": promotion.promotion_id}
                body = {**request, "action": action, "promotion": named, "programId": promotion.program_id}
                body["customer"] = {"identifierName": "id", "identifierValue": str(customer.id)}
                yield f"{action} customer {customer.id} into {promotion.identifier}", body


def _ordinary(document: Document, world: World) -> dict[str, Any]:
    """Return the page's first example request, about the world's first promotion and customer if it has any."""
    request: dict[str, Any] = copy.deepcopy(next(iter(document.request_examples().values())))
    for promotion in world.promotions[:1]:
        request["promotion"] = {"id": promotion.id, "promotionId": promotion.promotion_id}
        request["programId"] = promotion.program_id
    for customer in world.customers[:1]:
        request["customer"].update(identifierName="id", identifierValue=str(customer.id))
    return request


def _edited(request: dict[str, Any], path: tuple[str, ...], *value: Any) -> dict[str, Any]:
    """Return a copy with the value at the path, or without the property when there is no value."""
    edited = copy.deepcopy(request)
    parent = edited
    for step in path[:-1]:
        parent = parent[step]
    parent.pop(path[-1], None)
    for one in value:
        parent[path[-1]] = one
    return edited
