"""A client of a fresh mock, whose clock stands still until a test sets it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from openapi import document, effective, questions
from openapi.world import World
from tests.mockserver.conduct.asking import Asking
from tests.mockserver.conftest import MakeMock


@pytest.fixture
def asking(make_mock: MakeMock, sample_world: World) -> Asking:
    return Asking(make_mock(), sample_world)


@pytest.fixture
def under(make_mock: MakeMock, sample_world: World) -> Callable[..., Asking]:
    """Return a function that makes a client of a mock that follows other readings, given as `question="reading"`."""

    def make(**chosen: str) -> Asking:
        known = questions.load()
        readings = questions.defaults(known) | {name.replace("_", "-"): value for name, value in chosen.items()}
        promise = effective.effective(document.load(), readings, known_questions=known)
        return Asking(make_mock(document=promise, readings=readings), sample_world)

    return make
