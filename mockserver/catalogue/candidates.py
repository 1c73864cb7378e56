"""Candidates: plain requests that each differ from an ordinary one in one thing, so that each may lead to another outcome."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from mockserver.catalogue.pairs import telling_pairs
from mockserver.receiving import auth, tokens
from mockserver.receiving.body import BODY_LIMIT
from mockserver.stores import EnrolmentRecord
from openapi.document import Document
from openapi.places import MEDIA_TYPE
from openapi.world import Credentials, World


@dataclass(frozen=True, slots=True)
class Plain:
    """One request as any client may send it. `says` tells how it differs from an ordinary one."""

    says: str
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


def candidates(document: Document, world: World, records: Iterable[EnrolmentRecord], *, now: float) -> Iterator[Plain]:
    """Yield the requests: first those whose transport differs, then those whose body does.

    `records` are the enrolments at that time, and `now` is the Unix time at which the credentials are valid. In a world
    without credentials the requests have none.
    """
    request = ordinary(document, world)
    json = {"Content-Type": MEDIA_TYPE}
    known = world.credentials
    authorized = {**json, **dict([auth.sample(known, now=now)] if known != Credentials() else [])}
    body, path = msgspec.json.encode(request), document.path

    yield Plain("no credentials", "POST", path, json, body)
    for client in world.credentials.oauth:
        expired = {**json, auth.TOKEN_HEADER: tokens.mint(client, now=-client.ttl_seconds)}
        yield Plain("an access token that has expired", "POST", path, expired, body)
    yield Plain("another path", "POST", f"{path}/x", authorized, body)
    yield Plain("another method", "GET", path, authorized, b"")
    yield Plain(f"more than {BODY_LIMIT} bytes", "POST", path, authorized, b" " * (BODY_LIMIT + 1))
    yield Plain("Content-Type: text/plain", "POST", path, {**authorized, "Content-Type": "text/plain"}, body)
    yield Plain("a body that is no JSON", "POST", path, authorized, b"{")
    for says, changed in _changes(document, world, request, records):
        yield Plain(says, "POST", path, authorized, msgspec.json.encode(changed))


def _changes(
    document: Document, world: World, request: dict[str, Any], records: Iterable[EnrolmentRecord]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield how a body differs from the ordinary one, and the body: first in its form, then in what it names."""
    for field in document.request_fields:
        yield f"no {'.'.join(field.path)}", _without(request, field.path)
    for field in document.request_fields:
        yield f"{'.'.join(field.path)} is false", _with(request, field.path, False)
    unknown = max((program.id for program in world.programs), default=0) + 1
    yield "promotion.id names no promotion", _with(request, ("promotion", "id"), "0" * 24)
    yield "programId names no program", _with(request, ("programId",), unknown)
    yield "customer.identifierValue names no customer", _with(request, ("customer", "identifierValue"), "0")
    target = next((field.path for field in document.request_fields if field.path[-1] == "targetRuleId"), None)
    if target:
        milestones = {**request, "action": "ENROL_MILESTONES"}
        yield "ENROL_MILESTONES without a milestone", milestones
        yield "customer.milestone.targetRuleId names no milestone", _with(milestones, target, 0)
    for customer, promotion in telling_pairs(world, records):
        for action in ("ENROL", "OPT_IN"):
            ids = {"id": promotion.id, "promotionId": promotion.promotion_id}
            body = {**request, "action": action, "promotion": ids, "programId": promotion.program_id}
            body["customer"] = {"identifierName": "id", "identifierValue": str(customer.id)}
            yield f"{action} customer {customer.id} into {promotion.identifier}", body


def ordinary(document: Document, world: World) -> dict[str, Any]:
    """Return the page's first example request, with the world's first promotion and customer if it has any."""
    request: dict[str, Any] = copy.deepcopy(next(iter(document.request_examples().values())))
    for promotion in world.promotions[:1]:
        request["promotion"] = {"id": promotion.id, "promotionId": promotion.promotion_id}
        request["programId"] = promotion.program_id
    for customer in world.customers[:1]:
        request["customer"].update(identifierName="id", identifierValue=str(customer.id))
    return request


def _with(request: dict[str, Any], path: tuple[str, ...], value: object) -> dict[str, Any]:
    """Return a copy with the value at the path, as the last property of its object."""
    changed = parent = _without(request, path)
    for name in path[:-1]:
        parent = parent.setdefault(name, {})
    parent[path[-1]] = value
    return changed


def _without(request: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    """Return a copy without the property at the path, if it has one there."""
    changed = parent = copy.deepcopy(request)
    for name in path[:-1]:
        parent = parent.get(name, {})
    parent.pop(path[-1], None)
    return changed
