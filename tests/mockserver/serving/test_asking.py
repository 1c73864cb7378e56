"""What asks an HTTP server of its own accord: no answer takes longer, and none takes more memory, than it may."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from http.client import HTTPConnection

import pytest

from mockserver.running import own_mock
from mockserver.serving import health
from mockserver.serving.asking import TooLong, asked
from mockserver.serving.readiness import answers

HEAD = b"HTTP/1.1 200 OK\r\n"
# What comes again and again: each piece is in time, and there is no end.
ENDLESS = {
    "header lines": HEAD,
    "bodies": HEAD + b"\r\n",
    "chunks": HEAD + b"Transfer-Encoding: chunked\r\n\r\n",
    "answers that go before": b"",
}
PIECES = {
    "header lines": b"a: b\r\n",
    "bodies": b"x",
    "chunks": b"1\r\nx\r\n",
    "answers that go before": b"HTTP/1.1 100 Continue\r\n\r\n",
}
Served = Callable[[str, float, int], str]


@pytest.fixture
def served() -> Iterator[Served]:
    """Serve an answer without an end, in pieces with a pause between them, and give the host and the port."""
    ended, opened = threading.Event(), list[socket.socket]()

    def serve(kind: str, pause: float, times: int) -> str:
        listening = socket.create_server(("127.0.0.1", 0))
        opened.append(listening)

        def run() -> None:
            while not ended.is_set():
                with suppress(OSError):  # the client has gone, or the test is over
                    client, _ = listening.accept()
                    with client:
                        client.recv(65536)
                        client.sendall(ENDLESS[kind])
                        while not ended.wait(pause):
                            client.sendall(PIECES[kind] * times)

        threading.Thread(target=run, daemon=True).start()
        return f"127.0.0.1:{listening.getsockname()[1]}"

    yield serve
    ended.set()
    for one in opened:
        one.close()


@pytest.mark.parametrize("kind", ENDLESS)
def test_answer_that_drips_has_one_deadline(served: Served, kind: str) -> None:
    began = time.monotonic()
    with closing(HTTPConnection(served(kind, 0.02, 1))) as connection, pytest.raises(OSError, match="timed out"):
        asked(connection, "GET", "/", seconds=1, most=10**9)
    assert 0.9 <= time.monotonic() - began < 15


@pytest.mark.parametrize("kind", ["bodies", "chunks"])
def test_answer_that_is_too_long_is_given_up(served: Served, kind: str) -> None:
    with closing(HTTPConnection(served(kind, 0.001, 10_000))) as connection, pytest.raises(TooLong):
        asked(connection, "GET", "/", seconds=20, most=100_000)


def test_everybody_who_asks_has_both(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    place = served("bodies", 0.001, 10_000)
    with pytest.raises(health.Unhealthy, match="the answer has more than 65,536 bytes"):
        health.health(f"http://{place}")
    assert not answers(f"http://{place}", "/", probe="x")
    monkeypatch.setattr(own_mock, "_MOST", 100_000)
    with pytest.raises(TooLong):
        own_mock.asked(f"http://{place}", "GET", "/")


def test_deep_answer_is_no_health(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "asked", lambda *_, **__: (200, b"[" * 60_000))
    with pytest.raises(health.Unhealthy, match="what answers is no mock"):
        health.health("http://127.0.0.1:1")


def test_connection_that_is_kept_gets_a_new_deadline_for_each_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def run() -> None:
            client, _ = listening.accept()
            with client:
                for number in range(3):
                    client.recv(65536)
                    client.sendall(HEAD + b"Content-Length: 1\r\n\r\n%d" % number)

        threading.Thread(target=run, daemon=True).start()
        with closing(HTTPConnection(f"127.0.0.1:{listening.getsockname()[1]}")) as connection:
            found = [asked(connection, "GET", "/", seconds=5, most=10) for _ in range(3)]
    assert [json.loads(text) for _, text in found] == [0, 1, 2]
