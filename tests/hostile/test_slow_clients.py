"""Clients that are slow, stop half-way, or never read, against a mock whose deadlines are short: it lets go of them all."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench.processes import usage
from tests.hostile.beginnings import BEGINNINGS, HEAD
from tests.mockserver.process import Process, post, wait_until
from tests.mockserver.raw import journal

# The same program, with other numbers.
SHORT = """
from mockserver.serving import connections
connections.QUIET, connections.BODY = 3.0, 1.5
connections.MOST, connections._QUIET_IN_A_CROWD = 300, 0.3
from mockserver.large_answers import LargeAnswers
LargeAnswers.__init__.__defaults__ = (24 * 2**20,)
from mockserver.cli import main
main()
"""
LATE = {"half a body", "half a chunk"}

FEW_FILES = "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (110, 110))"


@pytest.fixture(scope="module")
def process() -> Iterator[Process]:
    started = Process.start(program=SHORT)
    yield started
    assert started.stop() == (0, "", "")


@pytest.fixture
def clients() -> Iterator[contextlib.ExitStack]:
    with contextlib.ExitStack() as opened:
        yield opened


def _begin(process: Process, clients: contextlib.ExitStack, sent: bytes) -> socket.socket:
    client = clients.enter_context(socket.create_connection(process.address, timeout=20))
    client.sendall(sent)
    return client


def _to_the_end(client: socket.socket) -> bytes:
    """Return what comes until the connection ends, which it must within 20 seconds."""
    found = b""
    with contextlib.suppress(ConnectionError):
        while piece := client.recv(65536):
            found += piece
    return found


def test_clients_that_stop_half_way_are_let_go(process: Process, clients: contextlib.ExitStack) -> None:
    opened = {name: [_begin(process, clients, sent) for _ in range(15)] for name, sent in BEGINNINGS.items()}
    assert post(process)[0] == 200
    found = {name: {_to_the_end(client)[:12] for client in each} for name, each in opened.items()}
    given_up = {name: answers for name, answers in found.items() if b"HTTP/1.1 408" in answers}
    assert given_up == {name: {b"HTTP/1.1 408"} for name in LATE}
    assert [one["status"] for one in journal(process)["exchanges"]].count(408) == 15 * len(LATE)


def test_body_that_drips_is_given_up(process: Process, clients: contextlib.ExitStack) -> None:
    client, began = _begin(process, clients, HEAD + b"\r\n"), time.monotonic()
    client.settimeout(0.1)
    while time.monotonic() - began < 20:
        with contextlib.suppress(TimeoutError):
            if client.recv(12):
                break
        client.sendall(b" ")
    assert time.monotonic() - began < 15


def test_late_body_is_answered_by_a_mock_whose_store_has_threads(clients: contextlib.ExitStack, tmp_path: Path) -> None:
    process = Process.start("--store", f"sqlite:{tmp_path / 'mock.db'}", program=SHORT)
    clients.callback(process.stop)
    opened = [_begin(process, clients, HEAD + b"\r\n" + b"{" * (n % 2)) for n in range(20)]
    assert {_to_the_end(client)[:12] for client in opened} == {b"HTTP/1.1 408"}


def test_more_clients_than_there_is_room_for_keep_nobody_out(process: Process, clients: contextlib.ExitStack) -> None:
    for number in range(600):
        _begin(process, clients, list(BEGINNINGS.values())[number % len(BEGINNINGS)])
    assert post(process)[0] == 200


@pytest.mark.parametrize("options", [(), ("--socket-faults",)], ids=str)
def test_process_that_may_open_few_files_keeps_nobody_out(
    clients: contextlib.ExitStack, options: tuple[str, ...]
) -> None:
    process = Process.start(*options, program=f"{FEW_FILES}\n{SHORT}")
    clients.callback(process.stop)
    for number in range(150):
        with contextlib.suppress(ConnectionError):  # the front turns away those for whom there is no place to wait
            _begin(process, clients, list(BEGINNINGS.values())[number % len(BEGINNINGS)])
    assert wait_until(lambda: _is_served(process), seconds=20)


def _is_served(process: Process) -> bool:
    try:
        return post(process)[0] == 200
    except ConnectionError:
        return False


def test_answers_that_nobody_reads_fill_no_memory(process: Process, clients: contextlib.ExitStack) -> None:
    with contextlib.closing(process.connect()) as filling:
        for _ in range(150):
            filling.request("GET", "/nowhere", headers={"User-Agent": "a" * 60_000})
            filling.getresponse().read()
    before = usage(process.popen.pid).peak
    asked = b"GET /_mock/journal HTTP/1.1\r\nHost: localhost\r\n\r\n"
    opened = [_begin(process, clients, asked) for _ in range(16)]
    assert post(process)[0] == 200
    time.sleep(4)
    for client in opened:
        _to_the_end(client)
    assert usage(process.popen.pid).peak - before < 90


def test_slow_answer_is_no_slow_client(process: Process) -> None:
    """A fault takes longer than a connection may keep quiet, and its client gets the answer all the same."""
    began = time.monotonic()
    assert post(process, Prefer="delay=4")[0] == 200
    assert time.monotonic() - began >= 4
