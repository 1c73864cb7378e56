"""What passes is unchanged: each byte, each end and each reset, with plain sockets on both sides."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from tests.contracts.proxy.bytes_host import BytesHost, Line, Through, through

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
HOST = b"hOsT: example.test\r\n"


@pytest.fixture(scope="module")
def started() -> Iterator[Through]:
    host = BytesHost()
    with through(host) as running:
        yield running
    host.close()


@pytest.fixture
def relay(started: Through) -> Iterator[Through]:
    yield started
    started.close()


def exchanged(relay: Through, sent: bytes, answer: bytes) -> tuple[bytes, bytes]:
    """Send bytes and return what the host received, and what came back of `answer`, after which the host closes."""

    def script(line: Line) -> None:
        line.until(sent[-20:])
        line.send(answer)

    relay.host.lines.clear()
    relay.host.script = script
    client = relay.client()
    client.send(sent)
    came = client.rest()
    return relay.host.lines[0].received, came


BODY = gzip.compress(b'{"a": 1}' * 50, mtime=0)
REQUESTS = {
    "headers in any case, order and number": b"POST /a/../b%2f?x=%zz&y HTTP/1.1\r\n"
    + HOST
    + b"X-a: 1\r\nx-A:2\r\nACCEPT: \r\nuser-agent:   z \t\r\nX-\x80: \xff\r\ncontent-LENGTH: 2\r\n\r\nhi",
    "no header but Host": b"GET / HTTP/1.1\r\n" + HOST + b"\r\n",
    "chunks, extensions and trailers": b"POST /c HTTP/1.1\r\n"
    + HOST
    + b"Transfer-Encoding: Chunked\r\nTrailer: X-T\r\n\r\n2;e=1\r\nhi\r\n0001\r\n!\r\n0\r\nX-T: 1\r\n\r\n",
    "announced": b"POST /c HTTP/1.1\r\n" + HOST + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\nhi",
    "an odd method": b"FROB-1 * HTTP/1.1\r\n" + HOST + b"\r\n",
    "a whole URL": b"GET http://example.test/x HTTP/1.1\r\n" + HOST + b"\r\n",
    "HTTP/1.0": b"POST /c HTTP/1.0\r\nContent-Length: 2\r\n\r\nhi",
    "HTTP/1.0 that stays open": b"GET /c HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n",
    "hop-by-hop headers": b"GET /c HTTP/1.1\r\n"
    + HOST
    + b"Connection: close, X-Hop\r\nX-Hop: 1\r\nTE: trailers\r\n\r\n",
    "credentials and a cookie": b"GET / HTTP/1.1\r\n"
    + HOST
    + b"Authorization: Basic YTpi\r\nCookie: a=b;  c=d\r\n\r\n",
    "a binary body": b"PUT / HTTP/1.1\r\n"
    + HOST
    + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(BODY)
    + BODY,
    "two lengths": b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\nhi!",
    "a length beside chunks": b"POST / HTTP/1.1\r\n"
    + HOST
    + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n",
    "no Host": b"GET / HTTP/1.1\r\nX: y\r\n\r\n",
    "two Hosts": b"GET / HTTP/1.1\r\n" + HOST + b"Host: b\r\n\r\n",
    "bare line feeds": b"GET / HTTP/1.1\nHost: a\n\n",
    "a folded header": b"GET / HTTP/1.1\r\n" + HOST + b"X: a\r\n  b\r\n\r\n",
    "no HTTP at all": b"\x16\x03\x01\x00\xa5hello",
    "the preface of HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00",
    "a long head": b"GET / HTTP/1.1\r\n" + HOST + b"X-Long: " + b"x" * 200_000 + b"\r\n\r\n",
    "a long body": b"POST / HTTP/1.1\r\n"
    + HOST
    + b"Content-Length: 2000000\r\n\r\n"
    + b"0123456789" * 199_999
    + b"abcdefghij",
}
ANSWERS = {
    "headers in any case, order and number": b"HTTP/1.1 200 Fine, thanks\r\nX-oDd:  a\r\nset-cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: 2\r\n\r\nok",
    "no reason": b"HTTP/1.1 299 \r\nContent-Length: 0\r\n\r\n",
    "no length": b"HTTP/1.1 200 OK\r\n\r\nto the end",
    "HTTP/1.0": b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nto the end",
    "chunks, extensions and trailers": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4;q\r\ndefg\r\n0\r\nX-T: 1\r\n\r\n",
    "early hints": b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + OK,
    "204": b"HTTP/1.1 204 No Content\r\nX: y\r\n\r\n",
    "304 with a length": b"HTTP/1.1 304 Not Modified\r\nContent-Length: 100\r\n\r\n",
    "less than its length": b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhi",
    "more than its length": b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nhi",
    "nothing": b"",
    "no HTTP": b"\x00\xff what?",
    "a redirect": b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/x\r\nContent-Length: 0\r\n\r\n",
    "a gzip body": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY,
    "a long body": b"HTTP/1.1 200 OK\r\nContent-Length: 2000000\r\n\r\n" + b"0123456789" * 200_000,
}


@pytest.mark.parametrize("name", REQUESTS)
def test_a_request_arrives_as_it_was_sent(relay: Through, name: str) -> None:
    received, came = exchanged(relay, REQUESTS[name], OK)
    assert received == REQUESTS[name]
    assert came == OK


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_arrives_as_it_was_sent(relay: Through, name: str) -> None:
    assert exchanged(relay, b"GET / HTTP/1.1\r\n" + HOST + b"\r\n", ANSWERS[name])[1] == ANSWERS[name]


def test_a_request_arrives_byte_by_byte(relay: Through) -> None:
    """The host has each byte before the next one is sent: nothing waits for the end of a head."""
    sent = REQUESTS["chunks, extensions and trailers"].replace(HOST, b"")

    def script(line: Line) -> None:
        for length in range(1, len(sent) + 1):
            assert line.get(length) == sent[:length]
            line.send(b".")

    relay.host.script = script
    client = relay.client()
    for place in range(len(sent)):
        client.send(sent[place : place + 1])
        assert client.socket.recv(10) == b"."


def test_requests_of_one_connection_stay_on_one(relay: Through) -> None:
    sent = [b"GET /%d HTTP/1.1\r\n" % number + HOST + b"\r\n" for number in range(3)]

    def script(line: Line) -> None:
        for one in sent:
            line.until(one)
            line.send(OK)

    relay.host.lines.clear()
    relay.host.script = script
    client = relay.client()
    for number, one in enumerate(sent, 1):
        client.send(one)
        client.get(number * len(OK))
    assert client.rest() == OK * 3
    assert [line.received for line in relay.host.lines] == [b"".join(sent)]


def test_requests_that_do_not_wait_for_answers_stay_in_order(relay: Through) -> None:
    sent = b"".join(b"GET /%d HTTP/1.1\r\n" % number + HOST + b"\r\n" for number in range(5))
    assert exchanged(relay, sent, OK * 5) == (sent, OK * 5)


def test_continue_comes_before_the_body_is_sent(relay: Through) -> None:
    head, answer = b"POST / HTTP/1.1\r\n" + HOST + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n", OK

    def script(line: Line) -> None:
        line.until(head)
        line.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        line.until(b"\r\n\r\nhi")
        line.send(answer)

    relay.host.script = script
    client = relay.client()
    client.send(head)
    assert client.until(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
    client.send(b"hi")
    assert client.rest().endswith(OK)


def test_an_answer_may_come_before_the_request_is_whole(relay: Through) -> None:
    head = b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 1000\r\n\r\n"
    early = b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    assert exchanged(relay, head, early) == (head, early)


def test_what_has_come_of_an_endless_answer_is_there(relay: Through) -> None:
    """An answer is not held until it is whole."""
    events = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"

    def script(line: Line) -> None:
        line.until(b"\r\n\r\n")
        line.send(events)
        line.until(b"gone")

    relay.host.script = script
    client = relay.client()
    client.send(b"GET / HTTP/1.1\r\n" + HOST + b"\r\n")
    client.until(events)
    client.send(b"gone")
    client.rest()


def test_a_half_closed_client_still_gets_its_answer(relay: Through) -> None:
    sent = b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 2\r\n\r\nhi"

    def script(line: Line) -> None:
        line.rest()  # the host sees the end, too
        line.send(OK)

    relay.host.script = script
    client = relay.client()
    client.send(sent)
    client.socket.shutdown(socket.SHUT_WR)
    assert client.rest() == OK


def test_a_host_that_closes_without_an_answer_closes_the_connection(relay: Through) -> None:
    relay.host.script = lambda line: None
    client = relay.client()
    assert client.rest() == b""


def test_a_reset_of_the_host_is_a_reset(relay: Through) -> None:
    def script(line: Line) -> None:
        line.until(b"\r\n\r\n")
        line.reset()

    relay.host.script = script
    client = relay.client()
    client.send(b"GET / HTTP/1.1\r\n\r\n")
    with pytest.raises(ConnectionResetError):
        client.rest()


def test_a_client_that_goes_away_is_gone_for_the_host(relay: Through) -> None:
    seen: list[str] = []

    def script(line: Line) -> None:
        line.until(b"\r\n\r\n")
        client.reset()
        try:
            line.rest()
            seen.append("end")
        except ConnectionResetError:
            seen.append("reset")

    relay.host.script = script
    client = relay.client()
    client.send(b"GET / HTTP/1.1\r\n\r\n")
    until = time.monotonic() + 5
    while not seen and time.monotonic() < until:
        time.sleep(0.01)
    assert seen == ["reset"]


def test_a_client_that_reads_slowly_holds_up_the_host(relay: Through) -> None:
    """The relay keeps no more than its buffers of an answer that nobody reads."""
    sent = 0

    def script(line: Line) -> None:
        nonlocal sent
        line.socket.settimeout(0.3)
        try:
            while sent < 50_000_000:
                sent += line.socket.send(b"x" * 100_000)
        except TimeoutError:
            pass

    relay.host.script = script
    client = relay.client()
    client.send(b"GET / HTTP/1.1\r\n\r\n")
    time.sleep(0.6)
    assert 0 < sent < 50_000_000
    client.reset()


@pytest.mark.parametrize("half_close", [False, True])
def test_an_answer_comes_before_the_reset_that_follows_it(relay: Through, half_close: bool) -> None:
    """A host that answers early, and does not read the rest, resets the connection when it closes it.

    The relay sleeps meanwhile. So it meets the reset when it passes something on, and the answer is still to be read.
    """
    sleeps = threading.Event()

    def script(line: Line) -> None:
        sleeps.wait(5)
        line.send(OK)

    relay.host.script = script
    client = relay.client()
    client.send(b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 9000000\r\n\r\nabc")
    time.sleep(0.05)
    relay.relay._loop.call_soon_threadsafe(time.sleep, 0.2)
    time.sleep(0.02)
    if half_close:
        client.socket.shutdown(socket.SHUT_WR)
    else:
        client.send(b"more")
    sleeps.set()
    assert client.get(len(OK)) == OK
