"""The mock in process, and as a process of its own."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from mockserver.app import Mock
from openapi import document, questions, world
from openapi.document import Document
from openapi.questions import Readings
from openapi.world import World
from tests.mockserver.caller import Caller, caller
from tests.mockserver.process import Process

MakeMock = Callable[..., Mock]


@dataclass(slots=True)
class Clock:
    """A clock that stands still until a test moves it."""

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
    """Make a mock; what is not given is the kit's own, the clock stands still, ids count from exchange-1."""

    def make(**changed: Any) -> Mock:
        ids = itertools.count(1)
        parts: dict[str, Any] = {"document": contract, "world": sample_world, "readings": readings}
        parts |= {"now": clock, "new_id": lambda: f"exchange-{next(ids)}"}
        return Mock.of(**parts | changed)

    return make


@pytest.fixture
def mock(make_mock: MakeMock, sample_world: World) -> Caller:
    return caller(make_mock(), sample_world)


@pytest.fixture
def serve() -> Iterator[Callable[..., Process]]:
    """Start `enrol-mock serve` with the options given, as often as wanted; all are stopped at the end."""
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
    """A mock that runs already, fresh for this test, which leaves it running."""
    shared_process.reset()
    return shared_process
