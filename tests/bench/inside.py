"""Measures the mock inside one process, without a network: processor time for each request."""

from __future__ import annotations

import asyncio
import gc
import json
import time
from collections import Counter
from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import replace
from statistics import median
from typing import Any, Final

from mockserver import asgi
from mockserver.app import Mock
from mockserver.asgi import Application
from mockserver.receiving.doors import Scope
from openapi import document, questions, world
from tests import page
from tests.bench.load import Request
from tests.bench.tables import Table
from tests.bench.versus import page_request

_ROUNDS: Final = 7
_REQUESTS: Final = 2_000
_WRONG: Final = "Basic c3RvcmUuc2VydmVyOjEyNA=="


def table(requests: int = _REQUESTS) -> Table:
    """Return a row for each kind of request: microseconds for each, the median of several rounds taken in turns."""
    application = asgi.application(Mock.of(document.load(), world.load(), questions.defaults(questions.load())))
    kinds = _kinds()
    found: dict[str, list[float]] = {name: [] for name in kinds}
    for _ in range(_ROUNDS):
        for name, (request, status) in kinds.items():
            found[name].append(microseconds(application, scope_of(request), status, [request.body] * requests))
    rows = tuple((name, f"{median(one):,.1f}") for name, one in found.items())
    note = "Credentials, validation, state, journal and the check of the mock's own answer are on."
    return Table("In one process, without a network", ("", "µs/request"), rows, note)


def microseconds(application: Application, scope: Scope, status: int, bodies: Sequence[bytes]) -> float:
    """Send a request with each of these bodies, and return the processor time of one. Raises RuntimeError on another status."""
    answered: Counter[int] = Counter()

    async def send(message: Mapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            answered[message["status"]] += 1

    async def ask() -> float:
        begin = time.process_time()
        for body in bodies:

            async def receive(body: bytes = body) -> MutableMapping[str, Any]:
                return {"type": "http.request", "body": body, "more_body": False}

            await application({**scope}, receive, send)
        return time.process_time() - begin

    gc.collect()
    spent = asyncio.run(ask())
    if answered != {status: len(bodies)}:
        raise RuntimeError(f"answered {dict(answered)} in place of {status}")
    return spent / len(bodies) * 1_000_000


def scope_of(request: Request) -> Scope:
    """Return a request as the server below hands it over, without its body."""
    headers = {"Host": "127.0.0.1:8080", "Content-Length": str(len(request.body)), **request.headers}
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": request.path,
        "raw_path": request.path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 40000),
        "server": ("127.0.0.1", 8080),
    }


def _kinds() -> Mapping[str, tuple[Request, int]]:
    """Return each kind of request with the status of its answer."""
    unknown = {"identifierName": "id", "identifierValue": "999999999", "source": "INSTORE"}
    nameless = {key: value for key, value in page.ENROL_REQUEST.items() if key != "action"}
    anew = page_request()

    def asked(body: Any) -> Request:
        return replace(anew, body=json.dumps(body).encode())

    return {
        "enrolled anew": (anew, 200),
        "enrolled anew, a bare request": (anew.bare, 200),
        "already enrolled": (asked(page.ENROL_REQUEST), 200),
        "opted in already": (asked(page.OPT_IN_REQUEST), 200),
        "refused, no such customer": (asked({**page.ENROL_REQUEST, "customer": unknown}), 400),
        "refused, a field is missing": (asked(nameless), 400),
        "refused, no JSON": (replace(anew, body=b'{"requestId": '), 400),
        "refused, wrong password": (replace(anew, headers={**anew.headers, "Authorization": _WRONG}), 401),
        "another path": (replace(anew, path="/v3/promotions"), 404),
    }
