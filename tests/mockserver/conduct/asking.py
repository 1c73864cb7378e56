"""Send requests as a careful client does, and read what was found about it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from werkzeug.test import Client, TestResponse

from mockserver.app import Mock
from openapi.world import World
from tests import page
from tests.mockserver.caller import AUTHORIZED

Found = tuple[str, str, str]  # level, rule, title

HEADERS: Final[Mapping[str, str | None]] = {
    **AUTHORIZED,
    "Content-Type": "application/json",
    "User-Agent": "till/7",
    "Accept": "*/*",
}


class Asking:
    """A client of a mock in the same process. Without a change, its request is the page's own and is right in all."""

    def __init__(self, mock: Mock, world: World) -> None:
        self.mock = mock
        self.world = world
        self.client = Client(mock, use_cookies=False)

    def send(self, body: Any = page.ENROL_REQUEST, *, to: str = page.PATH, method: str = "POST", **headers: str | None) -> TestResponse:  # fmt: skip
        """Send JSON, or bytes as they are. A header `user_agent=None` is left out."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        given = {name.replace("_", "-").title(): value for name, value in headers.items()}
        sent = {name: value for name, value in {**HEADERS, **given}.items() if value is not None}
        path, mark, query = to.partition("?")
        return self.client.open(path + mark + query, method=method, data=raw, headers=sent)

    def control(self, path: str, body: Any = None, method: str = "POST") -> TestResponse:
        return self.client.open(f"/_mock/{path}", method=method, json=body)

    def fault(self, effect: str, **keys: Any) -> None:
        assert self.control("faults", {"effect": effect, **keys}).status_code == 200

    def all(self, query: str = "") -> list[dict[str, Any]]:
        """Return the findings as the door gives them."""
        found: list[dict[str, Any]] = self.client.get(f"/_mock/findings{query}").get_json()["findings"]
        return found

    def found(self) -> list[Found]:
        return [(one["level"], one["rule"], one["title"]) for one in self.all()]

    def rules(self) -> set[str]:
        return {one["rule"] for one in self.all()}


def changed(*changes: tuple[str, Any], request: Mapping[str, Any] = page.ENROL_REQUEST) -> dict[str, Any]:
    """Return a request with other values at paths such as `customer.source`. The value `...` takes the field out."""
    made: dict[str, Any] = json.loads(json.dumps(request))
    for path, value in changes:
        *above, name = path.split(".")
        holder = made
        for step in above:
            holder = holder.setdefault(step, {})
        if value is ...:
            del holder[name]
        else:
            holder[name] = value
    return made
