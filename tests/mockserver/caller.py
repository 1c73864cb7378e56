"""A client of a mock in the same process, and short names for the requests and answers of the tests."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

from werkzeug.test import Client, TestResponse

from mockserver.app import Mock
from openapi.world import Promotion, World
from tests import page

AUTHORIZED = {"Authorization": page.OPT_IN_AUTHORIZATION}


@dataclass(frozen=True, slots=True)
class Caller:
    """Sends requests to one mock. `world` is the world that the mock serves."""

    client: Client
    world: World

    def send(self, body: Any = page.ENROL_REQUEST, **headers: str) -> TestResponse:
        """Post a JSON body with valid credentials. A keyword `header_name` is sent as the header `header-name`."""
        return self.client.post(page.PATH, json=body, headers=AUTHORIZED | _headers(headers))

    def send_raw(self, body: bytes, content_type: str | None = "application/json", **headers: str) -> TestResponse:
        """Post bytes with valid credentials."""
        all_headers = AUTHORIZED | _headers(headers) | ({"Content-Type": content_type} if content_type else {})
        return self.client.post(page.PATH, data=body, headers=all_headers)

    def enrol(self, identifier: str, promotion: str, *, name: str = "id", action: str = "ENROL") -> TestResponse:
        """Enrol the customer with the identifier into the promotion with the short identifier."""
        return self.send(self.request(identifier, promotion, name=name, action=action))

    def opt_in(self, identifier: str, promotion: str) -> TestResponse:
        """Opt the customer in to the promotion with the short identifier."""
        return self.enrol(identifier, promotion, action="OPT_IN")

    def request(self, identifier: str, promotion: str, *, name: str = "id", action: str = "ENROL") -> dict[str, Any]:
        """Return a complete body for a customer and the promotion with the short identifier."""
        found = self.promotion(promotion)
        return {
            "requestId": "some-test-id",
            "action": action,
            "promotion": {"id": found.id, "promotionId": found.promotion_id},
            "customer": {"identifierName": name, "identifierValue": identifier},
            "programId": found.program_id,
        }

    def promotion(self, identifier: str) -> Promotion:
        return next(promotion for promotion in self.world.promotions if promotion.identifier == identifier)

    def enrolments(self) -> list[dict[str, Any]]:
        """Return the enrolments that the mock has recorded."""
        recorded: list[dict[str, Any]] = self.client.get("/_mock/enrolments").get_json()["enrolments"]
        return recorded

    def journal(self) -> list[dict[str, Any]]:
        exchanges: list[dict[str, Any]] = self.client.get("/_mock/journal").get_json()["exchanges"]
        return exchanges


def caller(mock: Mock, world: World) -> Caller:
    return Caller(Client(mock), world)


def without(request: dict[str, Any], *path: str) -> dict[str, Any]:
    """Return a copy of the request without the property at the path."""
    changed = copy.deepcopy(request)
    parent = changed
    for step in path[:-1]:
        parent = parent[step]
    del parent[path[-1]]
    return changed


def with_value(request: dict[str, Any], value: Any, *path: str) -> dict[str, Any]:
    """Return a copy of the request with another value at the path."""
    changed = copy.deepcopy(request)
    parent = changed
    for step in path[:-1]:
        parent = parent[step]
    parent[path[-1]] = value
    return changed


def errors(response: TestResponse) -> list[tuple[int, str]]:
    """Check the shape of a refusal, and return the code and message of each error."""
    body = response.get_json()
    assert body["data"] is None
    assert body["warnings"] is None
    return [(error["code"], error["message"]) for error in body["errors"]]


def codes(response: TestResponse) -> list[int]:
    return [code for code, _ in errors(response)]


def _headers(given: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in given.items()}
