"""Faults of the connection and of time count when they have struck a real client, and not before."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from typing import Any

import pytest

from tests import page
from tests.mockserver.caller import AUTHORIZED
from tests.mockserver.faults.asking import FAULTS, ask
from tests.mockserver.process import Process, wait_until

HEADERS = {"Content-Type": "application/json"} | AUTHORIZED
BODY = json.dumps({**page.ENROL_REQUEST, "programId": 1})


@pytest.fixture(scope="module")
def fronted() -> Iterator[Process]:
    process = Process.start("--socket-faults")
    yield process
    assert process.stop() == (0, "", "")


@pytest.fixture(scope="module")
def plain() -> Iterator[Process]:
    process = Process.start()
    yield process
    assert process.stop() == (0, "", "")


def counts(process: Process) -> dict[str, int]:
    met = ask(process, "GET", "/_mock/proof")[1]["met"]
    return {one["name"]: one["count"] for one in met if one["count"]}


def since(process: Process, before: dict[str, int]) -> dict[str, int]:
    return {
        name: number - before.get(name, 0) for name, number in counts(process).items() if number != before.get(name)
    }


def set_fault(process: Process, effect: str, **keys: Any) -> None:
    assert ask(process, "POST", FAULTS, {"effect": effect, "count": 1, **keys})[0] == 200


def send(process: Process, *, timeout: float = 5.0, most: int | None = None) -> None:
    """Send a request that no program answers, and read what comes, at most so many bytes of the body."""
    host, port = process.address
    with closing(http.client.HTTPConnection(host, port, timeout=timeout)) as connection, suppress(OSError):
        connection.request("POST", page.PATH, BODY, HEADERS)
        with suppress(http.client.HTTPException):
            connection.getresponse().read(most)


BREAKAGES = (
    "reset-before",
    "reset-in",
    "reset-after",
    "truncated",
    "length-too-long",
    "length-too-short",
    "endless",
    "close",
)


@pytest.mark.parametrize("effect", BREAKAGES)
def test_broken_connection_counts_as_the_fault_alone(fronted: Process, effect: str) -> None:
    fronted.reset()
    before = counts(fronted)
    set_fault(fronted, effect)
    assert since(fronted, before) == {}
    send(fronted, timeout=0.3, most=20)
    wait_until(lambda: since(fronted, before) != {})
    assert since(fronted, before) == {effect: 1}


def test_broken_connection_does_not_count_where_the_client_has_gone(fronted: Process) -> None:
    fronted.reset()
    before = counts(fronted)
    set_fault(fronted, "reset-before", delay=0.4)
    with socket.create_connection(fronted.address) as connection:
        head = "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items())
        connection.sendall(
            f"POST {page.PATH} HTTP/1.1\r\nHost: x\r\n{head}Content-Length: {len(BODY)}\r\n\r\n{BODY}".encode()
        )
        time.sleep(0.1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    time.sleep(0.8)
    assert since(fronted, before) == {"slow": 1}


def test_late_answer_counts_as_slow_and_as_what_it_shows(plain: Process) -> None:
    plain.reset()
    before = counts(plain)
    set_fault(plain, "slow", delay=0.05)
    send(plain)
    found = since(plain, before)
    assert found["slow"] == found["program_not_found"] == found["refusal-status=400"] == 1


def test_late_answer_shows_nothing_to_a_client_that_did_not_wait(plain: Process) -> None:
    plain.reset()
    before = counts(plain)
    set_fault(plain, "slow", delay=0.4)
    send(plain, timeout=0.1)
    time.sleep(0.6)
    assert since(plain, before) == {"slow": 1}


def test_dribble_counts_when_the_body_pauses(plain: Process) -> None:
    plain.reset()
    before = counts(plain)
    set_fault(plain, "slow", pieces=4, over=0.08)
    send(plain)
    found = since(plain, before)
    assert (found["dribble"], found["program_not_found"]) == (1, 1)
    assert "slow" not in found


def test_dribble_that_a_client_breaks_off_counts_as_the_fault_alone(plain: Process) -> None:
    plain.reset()
    before = counts(plain)
    set_fault(plain, "slow", pieces=4, over=0.8)
    host, port = plain.address
    with closing(http.client.HTTPConnection(host, port, timeout=5)) as connection:
        connection.request("POST", page.PATH, BODY, HEADERS)
        connection.getresponse().read(1)
    time.sleep(1)
    assert since(plain, before) == {"dribble": 1}


def test_preferred_delay_counts_as_slow(plain: Process) -> None:
    plain.reset()
    before = counts(plain)
    host, port = plain.address
    with closing(http.client.HTTPConnection(host, port, timeout=5)) as connection:
        connection.request("POST", page.PATH, json.dumps(page.ENROL_REQUEST), {**HEADERS, "Prefer": "delay=0.05"})
        connection.getresponse().read()
    assert since(plain, before)["slow"] == 1


def test_refused_tls_counts_each_time_it_strikes(serve: Callable[..., Process]) -> None:
    process = serve("--tls", "--fault", "refuse-tls:after=1,count=2")
    asked = ["curl", "--silent", "--insecure", f"{process.url}/_mock/proof"]
    answers = [subprocess.run(asked, capture_output=True, check=False) for _ in range(4)]
    assert [one.returncode for one in answers] == [0, 35, 35, 0]
    found = [{one["name"]: one["count"] for one in json.loads(answers[number].stdout)["met"]} for number in (0, 3)]
    assert [one["refuse-tls"] for one in found] == [0, 2]
