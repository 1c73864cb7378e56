"""What the mock writes to standard error keeps no request waiting."""

from __future__ import annotations

import http.client
import json
import os
from collections.abc import Callable

import pytest

from mockserver.serving.stderr import LONGEST, fitting, quoted
from tests.mockserver.process import Process

NUMBER = 800
LINE = "a" * 200  # so that the lines are twice what a pipe holds


@pytest.mark.parametrize("form", ["text", "json"])
def test_log_that_nobody_reads_stops_nothing_and_says_how_much_is_missing(
    serve: Callable[..., Process], form: str
) -> None:
    process = serve("--log", form)
    stderr = process.popen.stderr
    assert stderr is not None
    client = process.connect()
    for _ in range(NUMBER):
        assert _status(client, f"/{LINE}") == 404
    written = os.read(stderr.fileno(), 2**20)
    assert _status(client, f"/b{LINE}") == 404
    client.close()
    _, _, rest = process.stop()
    first, *others = rest.splitlines()
    notice = json.loads(first)["notice"] if form == "json" else first.removeprefix("enrol-mock: ")
    number, _, said = notice.partition(" ")
    assert said == "lines were left out here, since nobody read them in time"
    assert written.count(b"\n") + int(number) == NUMBER
    assert "/baaa" in others[0]


def _status(client: http.client.HTTPConnection, path: str) -> int:
    client.request("GET", path)
    answer = client.getresponse()
    answer.read()
    return answer.status


@pytest.mark.parametrize("letter", ["a", "\0", "\U0001f600", "\ud800"])
def test_no_line_is_longer_than_a_pipe_takes_at_once(letter: str) -> None:
    line = fitting(lambda longest: quoted([(letter * 100_000)[:longest]] * 4))
    assert len(line) < LONGEST
    assert len(json.loads(line)[0]) >= 60
