"""Fixtures: a PostgreSQL server, and empty stores in it or in a file."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.mockserver.stores.server import Server, made_store, new_server

KINDS = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A server that tests may stop and start again."""
    with new_server() as server:
        yield server


@pytest.fixture(scope="session")
def postgresql(request: pytest.FixtureRequest) -> str:
    """The URL of a server: that of DATABASE_URL, or of a server of the tests."""
    given = os.environ.get("DATABASE_URL")
    if given:
        return given
    found: Server = request.getfixturevalue("server")
    return found.url


def store_of(kind: str, request: pytest.FixtureRequest, folder: Path) -> str:
    """Make an empty store of a kind, and return what --store says for it."""
    return f"sqlite:{folder / 'mock.db'}" if kind == "sqlite" else made_store(request.getfixturevalue("postgresql"))


@pytest.fixture
def new_store(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], str]:
    """Return a function that makes an empty store of a kind."""
    return lambda kind: store_of(kind, request, tmp_path)


@pytest.fixture(params=KINDS)
def store_url(request: pytest.FixtureRequest, new_store: Callable[[str], str]) -> str:
    """What --store says for an empty store, of each kind in turn."""
    return new_store(request.param)
