"""Several connections at the same time, over real sockets."""

from __future__ import annotations

import json
import threading
from socket import socket

import pytest

from contracts.exchange import Request
from contracts.host.dialect import Dialect
from contracts.host.wire import Wire
from tests.contracts.conftest import make_target
from tests.contracts.socket_host import SocketHost
from tests.field.front import Call, Front, Written, http

BODIES = [Request(body={"requestId": str(number)}) for number in range(4)]


def wire(url: str, timeout: float = 5.0) -> Wire:
    return Wire(make_target(url), path="/v3/promotions/enrol", method="post", timeout=timeout)


class AllAtOnce:
    """Answers with the requestId when so many requests have come."""

    def __init__(self, number: int):
        self._barrier = threading.Barrier(number)
        self.lost: set[str] = set()

    def __call__(self, call: Call) -> Written:
        self._barrier.wait(5)
        return None if call.json["requestId"] in self.lost else http(call.json)


def test_requests_overlap_and_each_has_a_connection_of_its_own() -> None:
    with Front(AllAtOnce(4)) as front:
        answers = wire(front.url).send_at_once(BODIES, Dialect())
    assert [answer.json for answer in answers] == [request.body for request in BODIES]
    assert [call.nth for call in front.calls] == [1] * 4


def test_a_request_that_is_not_answered_takes_no_other_down() -> None:
    behave = AllAtOnce(4)
    behave.lost = {"2"}
    with Front(behave) as front:
        answers = wire(front.url).send_at_once(BODIES, Dialect())
    assert [answer.status for answer in answers] == [200, 200, 0, 200]


def test_a_host_that_takes_one_connection_at_a_time_answers_all() -> None:
    """Each connection is closed behind its answer, also the one of the request before."""

    def answer(connection: socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        assert connection.recv(1) == b""  # it waits for the end of the connection, as a server with one worker does

    with SocketHost(*[answer] * 5) as host:
        with_one_before = wire(host.url)
        with_one_before.send(BODIES[0], Dialect())
        answers = with_one_before.send_at_once(BODIES, Dialect())
        with_one_before.close()
    assert [answer.status for answer in answers] == [200] * 4


def test_a_host_that_nobody_can_reach_answers_nothing() -> None:
    assert [answer.status for answer in wire("http://127.0.0.1:9").send_at_once(BODIES, Dialect())] == [0] * 4


def test_lanes_keep_their_connections_and_the_order_of_the_answers() -> None:
    with Front(lambda call: http(call.json)) as front:
        sending = wire(front.url)
        for _ in range(2):
            answers = sending.send_in_lanes(BODIES, Dialect(), 2)
            assert [answer.json for answer in answers] == [request.body for request in BODIES]
        sending.close()
    assert len(front.calls) == 8
    assert sum(call.nth == 1 for call in front.calls) <= 2


def test_a_lane_without_an_answer_says_what_its_connection_had_carried() -> None:
    with Front(lambda call: None if call.nth == 2 else http({})) as front:
        answers = wire(front.url).send_in_lanes(BODIES, Dialect(), 1)
    assert [(answer.status, answer.kept) for answer in answers] == [(200, 0), (0, 1), (200, 0), (0, 1)]


@pytest.mark.parametrize("idle", [0.0, 5.0])
def test_a_connection_may_be_idle_for_as_long_as_it_is_told(idle: float) -> None:
    with Front(lambda call: http({})) as front:
        sending = wire(front.url)
        sending.send(BODIES[0], Dialect())
        sending.reconnect(idle=idle)
        for request in BODIES[:2]:
            sending.send(request, Dialect())
        sending.close()
    assert [call.nth for call in front.calls] == ([1, 1, 2] if idle else [1, 1, 1])
    assert json.loads(front.calls[0].body) == BODIES[0].body
