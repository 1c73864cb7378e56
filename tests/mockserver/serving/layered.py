"""A client of an ASGI application in the same process, which sends paths and headers as they are."""

from __future__ import annotations

import asyncio
import json
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import Headers

from mockserver.asgi import Application
from tests import page
from tests.mockserver.caller import AUTHORIZED

JSON = {"Content-Type": "application/json", **AUTHORIZED}


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Headers
    body: bytes

    @property
    def message(self) -> str:
        """The text of the first error of the documented envelope."""
        return str(json.loads(self.body)["errors"][0]["message"])


@dataclass(frozen=True, slots=True)
class Layered:
    app: Application
    lines: list[str]

    def send(self, method: str, path: str, body: bytes = b"", /, query: str = "", **headers: str) -> Answer:
        """Send a request. A keyword `header_name` is sent as the header `header-name`."""
        lines = [("host", "localhost"), *((name.replace("_", "-").lower(), value) for name, value in headers.items())]
        scope = {
            "type": "http",
            "method": method,
            "raw_path": path.encode("latin-1"),
            "query_string": query.encode("latin-1"),
            "http_version": "1.1",
            "headers": [(name.encode(), value.encode("latin-1")) for name, value in lines],
        }
        sent: list[dict[str, Any]] = []

        async def receive() -> MutableMapping[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        asyncio.run(_run(self.app, scope, receive, send))
        head = sent[0]
        found = Headers([(name.decode(), value.decode("latin-1")) for name, value in head["headers"]])
        return Answer(head["status"], found, b"".join(each["body"] for each in sent[1:]))

    def enrol(self, path: str = page.PATH, body: Any = page.ENROL_REQUEST, **headers: str) -> Answer:
        """Post a JSON body with valid credentials."""
        return self.send("POST", path, json.dumps(body).encode(), **{**JSON, **headers})


async def _run(app: Application, scope: Any, receive: Any, send: Any) -> None:
    await app(scope, receive, send)
