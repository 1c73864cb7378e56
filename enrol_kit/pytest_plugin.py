"""The pytest plugin: the fixture `enrol_mock`, a mock of the enrol call for the tests of a client.

The mock runs in a process of its own. So nothing of the kit but this package is imported into the tests.
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest

_COMMAND: Final = (sys.executable, "-P", "-m", "enrol_kit.mock", "serve", "--port", "0")
_LISTENING: Final = re.compile(r"^listening on (\S+)", re.MULTILINE)
_SECONDS: Final = 10.0


class EnrolMock:
    """A running mock. `url`: its base URL, such as http://127.0.0.1:40123, without a slash at the end."""

    def __init__(self, url: str):
        self.url: Final = url

    def reset(self) -> None:
        """Forget all enrolments and the journal."""
        self._ask("POST", "/_mock/reset")

    def journal(self) -> list[dict[str, Any]]:
        """Return what the mock was asked since the last reset and why it answered as it did, oldest first."""
        return list(self._ask("GET", "/_mock/journal")["exchanges"])

    def enrolments(self) -> list[dict[str, Any]]:
        """Return who is enrolled, and in which promotion."""
        return list(self._ask("GET", "/_mock/enrolments")["enrolments"])

    def _ask(self, method: str, path: str) -> dict[str, Any]:
        connection = HTTPConnection(urlsplit(self.url).netloc, timeout=_SECONDS)
        try:
            connection.request(method, path)
            answer = connection.getresponse()
            text = answer.read()
        finally:
            connection.close()
        if answer.status != 200:
            raise RuntimeError(
                f"the mock answers {method} {path} with {answer.status}: {text.decode(errors='replace')}"
            )
        answered: dict[str, Any] = json.loads(text)
        return answered


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the setting `enrol_mock_options`."""
    parser.addini(
        "enrol_mock_options",
        "Options of `enrol-mock serve` for the fixture enrol_mock, such as --world tests/world.yaml. Paths are relative "
        "to the root folder of pytest.",
        default="",
    )


@pytest.fixture(scope="session")
def enrol_mock_server(request: pytest.FixtureRequest) -> Iterator[EnrolMock]:
    """One mock for all tests of this process. Its enrolments stay from test to test; `enrol_mock` forgets them."""
    config = request.config
    try:
        options = shlex.split(config.getini("enrol_mock_options"))
    except ValueError as error:
        raise pytest.UsageError(f"enrol_mock_options is no valid list of options: {error}") from error
    with _started(options, config.rootpath) as mock:
        yield mock


@pytest.fixture
def enrol_mock(enrol_mock_server: EnrolMock) -> EnrolMock:
    """A mock of the enrol call, in which nobody is enrolled but those whom its world lists as enrolled."""
    enrol_mock_server.reset()
    return enrol_mock_server


@contextmanager
def _started(options: list[str], folder: Path) -> Iterator[EnrolMock]:
    # What the mock says of an error goes into a file: nobody reads a pipe while the tests run.
    with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
        process = subprocess.Popen([*_COMMAND, *options], cwd=folder, stdout=subprocess.PIPE, stderr=said, text=True)
        try:
            yield EnrolMock(_url(process, said))
        finally:
            process.terminate()
            process.communicate()


def _url(process: subprocess.Popen[str], said: Any) -> str:
    """Return the URL that the mock prints when it answers. Ends the tests if it ends instead."""
    assert process.stdout is not None
    for line in process.stdout:
        found = _LISTENING.match(line)
        if found:
            return found[1]
    process.wait()
    said.seek(0)
    raise pytest.UsageError(f"the fixture enrol_mock cannot start the mock: {said.read().strip() or 'it said nothing'}")
