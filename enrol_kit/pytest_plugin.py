"""The pytest plugin: the fixture `enrol_mock`, a mock of the enrol call for the tests of a client.

The mock runs in a process of its own. So nothing of the kit but this package is imported into the tests.
"""

from __future__ import annotations

import json
import os
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
from urllib.parse import urlencode, urlsplit

import pytest

_COMMAND: Final = (sys.executable, "-P", "-m", "enrol_kit.mock", "serve", "--port", "0")
_LISTENING: Final = re.compile(r"^listening on (\S+)", re.MULTILINE)
_SECONDS: Final = 10.0
_TOKEN: Final = "ENROL_MOCK_CONTROL_TOKEN"


class EnrolMock:
    """A session of a running mock, which no other session sees.

    `url`: its base URL, such as http://127.0.0.1:40123/_s/tests-1, without a slash at the end.
    """

    def __init__(self, url: str):
        self.url: Final = url

    def reset(self) -> None:
        """Forget all enrolments, the journal, what was added to the world, and the faults."""
        self._ask("POST", "/_mock/reset")

    def add(self, **entries: list[dict[str, Any]]) -> None:
        """Add `programs`, `promotions` and `customers` to the world, each a list of entries as in a world file.

        Raises ValueError, with the reason, for entries that the mock refuses.
        """
        self._change("/_mock/world", entries)

    def fault(self, effect: str, **keys: Any) -> None:
        """Let the mock fail, such as fault("429", count=2) or fault("slow", delay=0.5). A reset removes it.

        docs/mock.md lists effects and keys. Raises ValueError, with the reason, for a fault that cannot be.
        """
        self._change("/_mock/faults", {"effect": effect, **keys})

    def journal(self, **filters: str | int) -> list[dict[str, Any]]:
        """Return what the mock was asked since the last reset and why it answered as it did, oldest first.

        Filters leave out what does not match: status=400 or "4xx", outcome="customer_not_found", path="/…",
        customer="388369579", since=an exchange's id, limit=3. With readings="yes" each says on which readings of the page its
        answer hangs.
        """
        return list(self._ask("GET", f"/_mock/journal?{urlencode(filters)}")["exchanges"])

    def wait_for(self, number: int, *, timeout: float = 5.0, **filters: str | int) -> list[dict[str, Any]]:
        """Wait until the mock was asked so often since the last reset, and return these exchanges as `journal` does.

        `timeout`: seconds, at most 60. Raises TimeoutError when there are fewer by then. Filters are those of `journal`.
        """
        query = urlencode({**filters, "wait": number, "timeout": timeout})
        status, answer = self._send("GET", f"/_mock/journal?{query}", seconds=timeout + _SECONDS)
        if status == 408:
            asked = [f"{one['method']} {one['path']} {one['status']}" for one in answer["exchanges"]]
            raise TimeoutError(f"{answer['error']} They are: {', '.join(asked) or 'none'}.{self._strays()}")
        return list(_check(status, answer, "GET /_mock/journal")["exchanges"])

    def _strays(self) -> str:
        """Return a hint if requests came without the session, as from a client that drops the path of its base URL."""
        strays = EnrolMock(self._root).journal()
        if not strays:
            return ""
        return f" {len(strays)} came without {urlsplit(self.url).path}: does the client keep the path of its base URL?"

    def enrolments(self) -> list[dict[str, Any]]:
        """Return who is enrolled, and in which promotion."""
        return list(self._ask("GET", "/_mock/enrolments")["enrolments"])

    def session(self, name: str) -> EnrolMock:
        """Return another session of the same mock. `name`: 1 to 64 of the characters A-Z a-z 0-9 . _ -."""
        return EnrolMock(f"{self._root}/_s/{name}")

    @property
    def _root(self) -> str:
        return self.url.partition("/_s/")[0]

    def _ask(self, method: str, path: str) -> dict[str, Any]:
        return _check(*self._send(method, path), f"{method} {path}")

    def _change(self, path: str, body: Any) -> None:
        status, answer = self._send("POST", path, body)
        if status == 400:
            raise ValueError(answer["error"])
        _check(status, answer, f"POST {path}")

    def _send(
        self, method: str, path: str, body: Any = None, *, seconds: float = _SECONDS
    ) -> tuple[int, dict[str, Any]]:
        place = urlsplit(self.url)
        connection = HTTPConnection(place.netloc, timeout=seconds)
        token = os.environ.get(_TOKEN)  # the mock has it, too, from the same environment
        try:
            connection.request(
                method,
                place.path + path,
                None if body is None else json.dumps(body),
                {"X-Mock-Token": token} if token else {},
            )
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()


def _check(status: int, answer: dict[str, Any], asked: str) -> dict[str, Any]:
    if status != 200:
        raise RuntimeError(f"the mock answers {asked} with {status}: {json.dumps(answer)}")
    return answer


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
    """One mock for all tests of this process, and one session of it. `enrol_mock` resets it before each test."""
    config = request.config
    try:
        options = shlex.split(config.getini("enrol_mock_options"))
    except ValueError as error:
        raise pytest.UsageError(f"enrol_mock_options is no valid list of options: {error}") from error
    with _started(options, config.rootpath) as mock:
        yield mock.session(f"tests-{os.getpid()}")


@pytest.fixture
def enrol_mock(enrol_mock_server: EnrolMock) -> EnrolMock:
    """A session of a mock of the enrol call, as its world says: with nothing added, and nobody else enrolled."""
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
        if found and not found[1].startswith("http://"):
            raise pytest.UsageError(
                f"the fixture enrol_mock needs plain HTTP, and the mock listens on {found[1]}; leave --tls, --tls-cert "
                "and --host unix: out of enrol_mock_options"
            )
        if found:
            return found[1]
    process.wait()
    said.seek(0)
    raise pytest.UsageError(f"the fixture enrol_mock cannot start the mock: {said.read().strip() or 'it said nothing'}")
