"""The mock with everything that stands before it, in the process of the tests."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mockserver import server
from mockserver.app import Mock
from mockserver.asgi import application
from mockserver.server import Settings
from mockserver.serving.access_log import AccessLog
from mockserver.serving.stderr import Format
from openapi.document import Document
from openapi.questions import Readings
from openapi.world import World
from tests.mockserver.serving.layered import Layered

MakeLayered = Callable[..., Layered]


@pytest.fixture
def layered(contract: Document, sample_world: World, readings: Readings) -> MakeLayered:
    """Return a function that makes a mock with its layers. `lines` of it takes the lines of the access log."""

    def make(*, base: str = "", origins: tuple[str, ...] = (), log: Format | None = None) -> Layered:
        lines: list[str] = []
        access = AccessLog(log, lines.append, probe="probe") if log else None
        mock = Mock.of(contract, sample_world, readings, heard=access.note if access else None)
        settings = Settings(contract, sample_world, readings, base=base, origins=origins)
        return Layered(server.layers(settings, application(mock), access), lines)

    return make
