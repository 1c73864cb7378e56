"""A reset tells the mock which test begins; a mock that is told so ends with the program that started it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from mockserver.app import Mock
from tests.mockserver.caller import caller
from tests.mockserver.conftest import MakeMock


def test_reset_takes_the_name_of_the_test_and_keeps_it(make_mock: MakeMock) -> None:
    mock: Mock = make_mock()
    client = caller(mock, mock.sessions.unnamed.state.start).client
    client.post("/_s/a/_mock/reset", json={"test": "tests/test_x.py::test_y"})
    names = {session.name: session.test for session in mock.sessions.all(now=0)}
    assert names == {"": "", "a": "tests/test_x.py::test_y"}
    assert client.post("/_s/a/_mock/reset").status_code == 200
    assert {session.name: session.test for session in mock.sessions.all(now=0)} == names


@pytest.mark.parametrize("body", [{"tset": "x"}, {"test": 1}, {"test": "x" * 501}, []])
def test_reset_with_a_wrong_body_changes_nothing(make_mock: MakeMock, body: object) -> None:
    mock = make_mock()
    client = caller(mock, mock.sessions.unnamed.state.start).client
    client.post("/v3/promotions/enrol", json={})
    assert client.post("/_mock/reset", json=body).status_code == 400
    assert len(client.get("/_mock/journal").get_json()["exchanges"]) == 1


def test_mock_ends_when_its_standard_input_does() -> None:
    command = [sys.executable, "-m", "mockserver", "serve", "--port", "0", "--end-with-stdin"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline().startswith("listening on")
        assert process.poll() is None
        process.stdin.close()
        try:
            assert process.wait(timeout=10) == 0
        finally:
            process.kill()
