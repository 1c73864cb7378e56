"""Connections that break, as real clients meet them."""

from __future__ import annotations

import asyncio
import http.client
import json
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from mockserver.addresses import Addresses
from mockserver.faults.armed import Faults
from mockserver.faults.effects import Abilities
from mockserver.faults.front.server import Front
from mockserver.faults.sending import Send
from mockserver.receiving.doors import Receive, Scope
from tests import page
from tests.mockserver import raw
from tests.mockserver.caller import AUTHORIZED
from tests.mockserver.faults.asking import FAULTS, ask
from tests.mockserver.process import Process, post

HEADERS = {"Content-Type": "application/json"} | AUTHORIZED
BODY = json.dumps(page.ENROL_REQUEST)


@pytest.fixture(scope="module")
def fronted() -> Iterator[Process]:
    process = Process.start("--socket-faults")
    yield process
    assert process.stop() == (0, "", "")


@pytest.fixture
def mock(fronted: Process) -> Process:
    fronted.reset()
    return fronted


def set_fault(process: Process, effect: str, **keys: Any) -> None:
    assert ask(process, "POST", FAULTS, {"effect": effect, "count": 1, **keys})[0] == 200


@pytest.fixture
def opened() -> Iterator[list[http.client.HTTPConnection]]:
    """The connections that a test has opened. They are closed after it."""
    connections: list[http.client.HTTPConnection] = []
    yield connections
    for connection in connections:
        connection.close()


@pytest.fixture
def enrol(opened: list[http.client.HTTPConnection]) -> Callable[[Process], http.client.HTTPResponse]:
    """Return a function that sends the page's request over a connection of its own."""

    def send(process: Process) -> http.client.HTTPResponse:
        opened.append(process.connect())
        opened[-1].request("POST", page.PATH, BODY, HEADERS)
        return opened[-1].getresponse()

    return send


def why(process: Process) -> str:
    said: str = raw.journal(process)["exchanges"][-1]["why"]
    return said


Enrol = Callable[[Process], http.client.HTTPResponse]
CURL = [
    ("reset-before", 56, 2),
    ("reset-in", 56, 3),
    ("reset-after", 0, 3),
    ("truncated", 18, 3),
    ("length-too-long", 18, 3),
    ("length-too-short", 0, 3),
    ("endless", 28, 3),
    ("close", 52, 2),
]


@pytest.mark.parametrize(("effect", "code", "enrolled"), CURL)
def test_exit_code_of_curl(mock: Process, effect: str, code: int, enrolled: int) -> None:
    set_fault(mock, effect)
    headers = [part for name, value in HEADERS.items() for part in ("--header", f"{name}: {value}")]
    command = ["curl", "--silent", "--max-time", "1", mock.url + page.PATH, *headers, "--data", BODY]
    assert subprocess.run(command, capture_output=True, check=False).returncode == code
    assert len(ask(mock, "GET", "/_mock/enrolments")[1]["enrolments"]) == enrolled
    assert why(mock).startswith(f"Fault 1: {effect}. The request was {'not ' if enrolled == 2 else ''}handled")
    assert post(mock)[0] == 200, "the mock goes on"


@pytest.mark.parametrize(("effect", "code", "enrolled"), CURL)
def test_connection_of_http_2_breaks_as_a_whole(mock: Process, effect: str, code: int, enrolled: int) -> None:
    """The answers of one connection are woven into each other there, and cannot be told apart."""
    set_fault(mock, effect)
    headers = [part for name, value in HEADERS.items() for part in ("--header", f"{name}: {value}")]
    curl = ["curl", "--silent", "--max-time", "5", "--http2-prior-knowledge", mock.url + page.PATH, *headers]
    broken = subprocess.run([*curl, "--data", BODY], capture_output=True, check=False).returncode
    assert broken in ((55, 56) if effect.startswith("reset") else (16, 18, 52, 56)), "reset, or closed"
    assert len(ask(mock, "GET", "/_mock/enrolments")[1]["enrolments"]) == enrolled
    after = subprocess.run([*curl, "--data", BODY, "--write-out", "%{http_version}"], capture_output=True, check=True)
    assert after.stdout.endswith(b"}2"), "the mock goes on"


def test_client_who_has_gone_is_not_taken_for_this_machine(mock: Process) -> None:
    """The front knows who had a connection also after its end, when the mock may still answer a request of it."""

    async def ask() -> list[Any]:
        front = Front(Faults(Abilities({})), Addresses((mock.address[0],), mock.address[1], ()))
        seen: list[Any] = []

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            seen.append(scope["client"])

        listening = await front.listen(["127.0.0.1"], 0, backlog=1, room=1)
        reader, writer = await asyncio.open_connection(*listening.sockets[0].getsockname())
        mine = writer.get_extra_info("sockname")
        writer.write(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        await reader.read()
        (port,) = front._peers
        writer.close()
        while front._connections:
            await asyncio.sleep(0.01)
        layer = front.around(app)
        await layer({"client": ("127.0.0.1", port), "http_version": "1.1"}, None, None)  # type: ignore[arg-type]  # nothing is sent
        await layer({"client": ("127.0.0.1", port + 1), "http_version": "1.1"}, None, None)  # type: ignore[arg-type]  # nothing is sent
        listening.close()
        return [*seen, mine, port + 1]

    gone, unknown, mine, other = asyncio.run(ask())
    assert gone == mine
    assert unknown == ("127.0.0.1", other), "the mock itself, which asks behind the front"


def test_reset_before_the_answer(mock: Process, enrol: Enrol) -> None:
    set_fault(mock, "reset-before")
    with pytest.raises(ConnectionResetError):
        enrol(mock)


def test_close_before_the_answer(mock: Process, enrol: Enrol) -> None:
    set_fault(mock, "close")
    with pytest.raises(http.client.RemoteDisconnected):
        enrol(mock)


def test_request_may_be_handled_before_a_reset(mock: Process, enrol: Enrol) -> None:
    set_fault(mock, "reset-before", handle=True)
    with pytest.raises(ConnectionResetError):
        enrol(mock)
    assert post(mock)[1]["warnings"], "the lost answer was that of an enrolment"


def test_reset_in_the_answer(mock: Process, enrol: Enrol) -> None:
    set_fault(mock, "reset-in")
    response = enrol(mock)
    assert response.status == 200
    with pytest.raises(ConnectionResetError):
        response.read()


def test_reset_after_the_answer(mock: Process) -> None:
    set_fault(mock, "reset-after")
    with socket.create_connection(mock.address, timeout=10) as client:
        client.sendall(raw.request())
        answer = http.client.HTTPResponse(client)
        answer.begin()
        assert json.loads(answer.read()) == page.ENROL_RESPONSE
        with pytest.raises(ConnectionResetError):
            client.recv(1)


@pytest.mark.parametrize("effect", ["truncated", "length-too-long"])
def test_body_that_is_shorter_than_announced(mock: Process, effect: str, enrol: Enrol) -> None:
    set_fault(mock, effect)
    with pytest.raises(http.client.IncompleteRead) as caught:
        enrol(mock).read()
    is_whole = effect == "length-too-long"
    assert (caught.value.expected == 16) is is_whole
    assert caught.value.partial.endswith(b'"warnings":null}') is is_whole


def test_length_that_is_too_short_spoils_the_next_answer(mock: Process) -> None:
    set_fault(mock, "length-too-short")
    with socket.create_connection(mock.address, timeout=10) as client, client.makefile("rb") as stream:
        client.sendall(raw.request())
        head = b"".join(iter(stream.readline, b"\r\n")).lower()
        announced = int(head.partition(b"content-length:")[2].split()[0])
        assert not stream.read(announced).endswith(b"}")
        client.sendall(raw.request())
        assert stream.readline() == b'"warnings":null}HTTP/1.1 200 OK\r\n'


@pytest.mark.parametrize("effect", ["reset-before", "close", "truncated"])
@pytest.mark.parametrize("delay", [0, 0.05])
def test_clients_that_leave_before_the_break_harm_nobody(mock: Process, effect: str, delay: float) -> None:
    set_fault(mock, effect, delay=delay, header="X-Break", count=100)
    for _ in range(100):
        with socket.create_connection(mock.address, timeout=10) as client:
            client.sendall(raw.request(page.PATH, "X-Break: yes", body=raw.NEXT_JSON))
    time.sleep(2 * delay)
    assert post(mock)[0] == 200


def test_endless_answer_goes_on_until_the_client_leaves(mock: Process, enrol: Enrol) -> None:
    set_fault(mock, "endless")
    response = enrol(mock)
    begin, size = time.monotonic(), 0
    while time.monotonic() - begin < 0.5:
        size += len(response.read1(1000))
    assert size > 300


def test_delay_comes_before_the_break(mock: Process, enrol: Enrol) -> None:
    set_fault(mock, "reset-before", delay=0.3)
    begin = time.monotonic()
    with pytest.raises(ConnectionResetError):
        enrol(mock)
    assert time.monotonic() - begin >= 0.3


@pytest.mark.parametrize("effect", [name for name, _, _ in CURL if name not in ("endless",)])
def test_connection_of_another_client_stays_whole(mock: Process, effect: str) -> None:
    set_fault(mock, effect, header="X-Break")
    other = mock.connect()
    for _ in range(2):
        other.request("POST", page.PATH, BODY, HEADERS)
        assert other.getresponse().read()
        with socket.create_connection(mock.address, timeout=10) as client:
            client.sendall(raw.request(page.PATH, "X-Break: yes", body=raw.NEXT_JSON))
            client.shutdown(socket.SHUT_WR)
    other.close()


def test_answers_pass_the_front_unchanged(mock: Process, running: Process) -> None:
    running.reset()
    for sent in (raw.request(), raw.request("/nowhere"), raw.request(method="PUT"), raw.request(body=b"{")):
        by_front, plain = raw.exchange(mock, sent), raw.exchange(running, sent)
        assert by_front[0] == plain[0]
        assert by_front[1].keys() == plain[1].keys()
        assert by_front[2] == plain[2]


def test_bodies_in_pieces_and_large_ones_and_half_sent_ones_pass_the_front(mock: Process) -> None:
    connection = mock.connect()
    connection.request("POST", page.PATH, iter([BODY[:50].encode(), BODY[50:].encode()]), HEADERS, encode_chunked=True)
    assert json.loads(connection.getresponse().read()) == page.ENROL_RESPONSE
    connection.request("POST", page.PATH, b" " * 3_000_000, HEADERS)
    answer = connection.getresponse()
    assert (answer.status, bool(answer.read())) == (413, True)
    connection.close()
    assert raw.exchange(mock, raw.request(body=raw.NEXT_JSON)[:-1], half_close=True)[0] == 400


@pytest.mark.parametrize("effect", ["truncated", "length-too-long"])
def test_only_the_answer_that_the_fault_struck_is_broken(mock: Process, effect: str) -> None:
    """What the mock has sent before it may still be on its way: 100 Continue, or the answer to an earlier request."""
    set_fault(mock, effect, header="Expect")
    with socket.create_connection(mock.address, timeout=10) as client, client.makefile("rb") as stream:
        client.sendall(raw.request("/nowhere") + raw.request(page.PATH, "Expect: 100-continue"))
        received = stream.read()
    assert received.startswith(b"HTTP/1.1 404 ")
    first, _, last = received.rpartition(b"HTTP/1.1 200 OK")
    assert first.endswith((b"null}", b"HTTP/1.1 100 Continue\r\n\r\n"))
    assert last.endswith(b"}") is (effect == "length-too-long")
    assert b"break" not in received.lower()


def test_break_of_an_answer_without_a_body(mock: Process) -> None:
    set_fault(mock, "truncated", method="HEAD")
    with socket.create_connection(mock.address, timeout=10) as client:
        client.sendall(raw.request(method="HEAD"))
        assert client.recv(65536).startswith(b"HTTP/1.1 405")
        assert client.recv(1) == b""


def test_process_with_a_client_stops_at_once(enrol: Enrol) -> None:
    process = Process.start("--fault", "endless")
    idle = process.connect()
    idle.request("GET", "/_mock/health")
    idle.getresponse().read()
    enrol(process)
    begin = time.monotonic()
    assert process.stop() == (0, "", "")
    assert time.monotonic() - begin < 5
    idle.close()


@pytest.mark.parametrize(("effect", "says"), [("reset-before", "ECONNRESET"), ("close", "UND_ERR_SOCKET")])
def test_error_of_fetch_in_node(mock: Process, effect: str, says: str) -> None:
    set_fault(mock, effect)
    script = (
        f"fetch('{mock.url}{page.PATH}', {{method: 'POST', body: '{{}}'}})"
        ".then(r => r.text(), e => console.log(e.cause.code))"
    )
    done = subprocess.run(["node", "-e", script], capture_output=True, text=True, timeout=30, check=False)
    assert done.stdout.strip() == says


def test_client_that_sends_no_more_gets_its_answer_through_the_front(mock: Process) -> None:
    """The server below would drop it (docs/upstream.md)."""
    for _ in range(20):
        assert raw.exchange(mock, raw.request("/nowhere"), half_close=True)[0] == 404
    with socket.create_connection(mock.address, timeout=20) as client:
        client.sendall(raw.request()[:-10])
        client.shutdown(socket.SHUT_WR)
        assert client.recv(65536)[:12] in (b"", b"HTTP/1.1 400")
