"""What a hostile request costs the mock. No shape costs many times what a plain body of a megabyte does."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Iterator, MutableMapping
from typing import Any, Final

import pytest

from mockserver import asgi
from mockserver.app import Mock
from mockserver.asgi import Application
from openapi import document, questions, world
from tests import page
from tests.bench.inside import scope_of
from tests.bench.load import Request
from tests.bench.versus import page_request
from tests.hostile import shapes
from tests.mockserver.caller import AUTHORIZED

# Of the processor time of a plain body of a megabyte. A quadratic search in a megabyte takes 1,000 and more.
_MOST: Final = 30
_MOST_OF_A_HEAD: Final = 5  # which has 60 KB, not a megabyte
SMALL: Final = page_request().body
_TRIES: Final = 4
_LOGINS: Final = {"a login": AUTHORIZED, "no login": {}}


@pytest.fixture(scope="module")
def application() -> Application:
    return asgi.application(Mock.of(document.load(), world.load(), questions.defaults(questions.load())))


def _scope(login: str, body: bytes = SMALL) -> MutableMapping[str, Any]:
    headers = {"Content-Type": "application/json", "User-Agent": "hostile", **_LOGINS[login]}
    return scope_of(Request(path=page.PATH, headers=headers, body=body))


def seconds(application: Application, scope: MutableMapping[str, Any], body: bytes, *, most: float = 0.0) -> float:
    """Return the least processor time of some tries; of those only that many as it takes to be below `most`."""
    return min(_tries(application, scope, body, most))


def _tries(application: Application, scope: MutableMapping[str, Any], body: bytes, most: float) -> Iterator[float]:
    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        pass

    async def ask() -> float:
        began = time.process_time()
        await application({**scope}, receive, send)
        return time.process_time() - began

    for _ in range(_TRIES):
        gc.collect(1)
        took = asyncio.run(ask())
        yield took
        if took < most:
            return


@pytest.fixture(scope="module")
def megabyte(application: Application) -> float:
    """What a plain body costs, in seconds."""
    return seconds(application, _scope("a login", shapes.plain()), shapes.plain())


@pytest.mark.parametrize("login", _LOGINS)
def test_no_body_costs_many_times_a_plain_one(application: Application, megabyte: float, login: str) -> None:
    most, found = megabyte * _MOST, {}
    for name, body in shapes.bodies().items():
        took = seconds(application, _scope(login, body), body, most=most)
        if took > most:
            found[name] = f"{took / megabyte:.0f} times"
    assert found == {}


def test_no_head_costs_as_much_as_some_bodies(application: Application, megabyte: float) -> None:
    most, found = megabyte * _MOST_OF_A_HEAD, {}
    for login in _LOGINS:
        for name, line in shapes.lines().items():
            scope = _scope(login)
            scope["headers"] = [*scope["headers"], (line[0].lower().encode(), line[1].encode())]
            took = seconds(application, scope, SMALL, most=most)
            if took > most:
                found[f"{name}, {login}"] = f"{took / megabyte:.0f} times"
        for name, target in shapes.TARGETS.items():
            path, _, query = target.partition("?")
            scope = {**_scope(login), "raw_path": path.encode(), "query_string": query.encode()}
            took = seconds(application, scope, SMALL, most=most)
            if took > most:
                found[f"{name}, {login}"] = f"{took / megabyte:.0f} times"
    assert found == {}
