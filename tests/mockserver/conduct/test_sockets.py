"""What only a socket shows: answers that are lost on the way, real clocks, and clients that retry by themselves."""

from __future__ import annotations

import contextlib
import http.client
import json
import shlex
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from tests import page
from tests.mockserver.faults.asking import ask
from tests.mockserver.process import Process

BODY = {**page.ENROL_REQUEST, "requestId": "till-1"}


@pytest.fixture(scope="module")
def process() -> Iterator[Process]:
    started = Process.start("--socket-faults")
    yield started
    started.stop()


@pytest.fixture
def session(process: Process, request: pytest.FixtureRequest) -> Iterator[str]:
    """The path of a session of the test's own."""
    name = request.node.name.replace("[", ".").replace("]", "")[-64:]
    yield f"/_s/{name}"
    ask(process, "POST", f"/_s/{name}/_mock/reset")


def found(process: Process, session: str) -> list[str]:
    status, body = ask(process, "GET", f"/_mock/findings?session={session.removeprefix('/_s/')}")
    assert status == 200
    return [one["rule"] for one in body["findings"]]


def fault(process: Process, session: str, effect: str, **keys: Any) -> None:
    assert ask(process, "POST", f"{session}/_mock/faults", {"effect": effect, **keys})[0] == 200


def send(process: Process, session: str, *, within: float = 10) -> int:
    """Send the call once; 0 if no whole answer came."""
    with contextlib.suppress(requests.RequestException):
        url = process.url + session + page.PATH
        return requests.post(url, json=BODY, auth=("store.server", "123"), timeout=within).status_code
    return 0


@pytest.mark.parametrize("effect", ["reset-before", "reset-in", "close", "truncated"])
def test_a_retry_after_a_connection_that_broke_is_a_note(process: Process, session: str, effect: str) -> None:
    fault(process, session, effect, count=1)
    assert send(process, session) == 0
    assert found(process, session) == []
    assert send(process, session) == 200
    assert found(process, session) == ["retry.after_lost_answer"]


def test_a_client_that_gives_up_waiting_and_asks_again(process: Process, session: str) -> None:
    fault(process, session, "slow", delay=1, count=1)
    assert send(process, session, within=0.2) == 0
    assert send(process, session) == 200
    assert found(process, session) == ["retry.after_lost_answer"]


def retrying(allowed: list[int]) -> Callable[[str], int]:
    """Return a client that retries by urllib3, which heeds Retry-After."""

    def call(url: str) -> int:
        retry = Retry(total=3, status_forcelist=allowed, allowed_methods=None, backoff_factor=0, raise_on_status=False)
        with requests.Session() as client:
            client.mount("http://", HTTPAdapter(max_retries=retry))
            return client.post(url, json=BODY, auth=("store.server", "123"), timeout=10).status_code

    return call


def test_a_client_that_heeds_retry_after_has_no_finding(process: Process, session: str) -> None:
    fault(process, session, "429", count=1, retryAfter=1)
    begin = time.monotonic()
    assert retrying([429])(process.url + session + page.PATH) == 200
    assert time.monotonic() - begin >= 1
    assert found(process, session) == []


def test_a_client_that_retries_every_4xx_is_found(process: Process, session: str) -> None:
    fault(process, session, "customer_not_found")
    assert retrying([400])(process.url + session + page.PATH) == 400
    assert found(process, session) == ["retry.after_refusal"]


def test_a_client_that_does_not_wait_is_found(process: Process, session: str) -> None:
    fault(process, session, "503", count=1, retryAfter=5)
    assert [send(process, session), send(process, session)] == [503, 200]
    assert found(process, session) == ["retry.too_soon"]


def test_expect_and_chunks_are_right(process: Process, session: str) -> None:
    connection = http.client.HTTPConnection(*process.address, timeout=30)
    headers = {"Content-Type": "application/json", "Authorization": page.OPT_IN_AUTHORIZATION, "User-Agent": "t/1"}
    connection.request(
        "POST", session + page.PATH, iter([json.dumps(BODY).encode()]), headers=headers, encode_chunked=True
    )
    assert connection.getresponse().status == 200
    connection.close()
    assert found(process, session) == []


def answered(words: list[str]) -> Any:
    return json.loads(subprocess.run(words, capture_output=True, check=True).stdout)


@pytest.mark.parametrize("options", ["", "--base-path /loyalty", "--host localhost --tls", "--host unix:{}/x.sock"])
def test_the_line_of_a_finding_reaches_the_mock_where_it_listens(tmp_path: Path, options: str) -> None:
    process = Process.start(*options.format(tmp_path).split())
    try:
        printed = shlex.split(process.curl)
        answered([word.replace('"programId":3334', '"programId":"3334"') for word in printed])
        at = next(place for place, word in enumerate(printed) if word.startswith("http"))
        (found,) = answered([*printed[:at], printed[at].replace(page.PATH, "/_mock/findings")])["findings"]
        line = shlex.split(found["sent"].replace("USER:PASSWORD", "store.server:123"))
        assert {printed[at], *printed[1:at]} <= {*line}
        assert answered(line)["errors"]
    finally:
        process.stop()
