"""Fixtures: the mock in the process of the tests, and as a process of its own."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import pytest

from mockserver.app import Mock
from openapi import document, questions, world
from openapi.document import Document
from openapi.questions import Readings
from openapi.world import World
from tests.mockserver.caller import Caller, caller
from tests.mockserver.process import Process


class MakeMock(Protocol):
    """Makes a mock. What is not given is the kit's own."""

    def __call__(
        self,
        *,
        document: Document | None = None,
        world: World | None = None,
        readings: Readings | None = None,
        auth: bool = True,
    ) -> Mock: ...


@dataclass(slots=True)
class Clock:
    """A clock that shows the same time until a test sets another."""

    seconds: float = 1_700_000_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture(scope="session")
def contract() -> Document:
    return document.load()


@pytest.fixture(scope="session")
def sample_world() -> World:
    return world.load()


@pytest.fixture(scope="session")
def readings() -> Readings:
    return questions.defaults(questions.load())


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def make_mock(contract: Document, sample_world: World, readings: Readings, clock: Clock) -> MakeMock:
    """Return a function that makes a mock. Its clock stands still, and its ids count up from exchange-1."""
    defaults = readings

    def make(
        *,
        document: Document | None = None,
        world: World | None = None,
        readings: Readings | None = None,
        auth: bool = True,
    ) -> Mock:
        ids = itertools.count(1)
        return Mock.of(
            document or contract,
            world or sample_world,
            readings or defaults,
            auth=auth,
            now=clock,
            new_id=lambda: f"exchange-{next(ids)}",
        )

    return make


@pytest.fixture
def mock(make_mock: MakeMock, sample_world: World) -> Caller:
    return caller(make_mock(), sample_world)


@pytest.fixture
def serve() -> Iterator[Callable[..., Process]]:
    """Return a function that starts `enrol-mock serve` with options. All processes are stopped after the test."""
    started: list[Process] = []

    def start(*options: str) -> Process:
        started.append(Process.start(*options))
        return started[-1]

    yield start
    for process in started:
        process.stop()


@pytest.fixture(scope="session")
def shared_process() -> Iterator[Process]:
    process = Process.start()
    yield process
    process.stop()


@pytest.fixture
def running(shared_process: Process) -> Process:
    """The shared process after a reset. It goes on running after the test, so the test must not stop it."""
    shared_process.reset()
    return shared_process
