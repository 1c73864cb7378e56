"""The connection of the fixtures to the control plane: each request has one deadline, whatever answers."""

from __future__ import annotations

import time
from contextlib import closing

import pytest

from enrol_kit.connection import Connection
from enrol_kit.enrol_mock import EnrolMock
from tests.endless import ENDLESS, endless


@pytest.mark.parametrize("kind", ENDLESS)
def test_answer_that_drips_has_one_deadline(kind: str) -> None:
    began = time.monotonic()
    with (
        endless(kind, 0.02, 1) as place,
        closing(Connection(place)) as connection,
        pytest.raises(OSError, match="timed out"),
    ):
        connection.send("GET", "/", seconds=1)
    assert 0.9 <= time.monotonic() - began < 15


def test_connection_that_is_kept_gets_a_new_deadline_for_each_answer(enrol_mock: EnrolMock) -> None:
    connection = enrol_mock.connection
    assert connection.send("GET", "/_mock/health", seconds=0.5)[0] == 200
    time.sleep(0.6)
    assert connection.send("GET", "/_mock/health", seconds=0.5)[0] == 200
