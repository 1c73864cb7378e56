"""What asks an HTTP server of its own accord: no answer takes longer, and none takes more memory, than it may."""

from __future__ import annotations

import json
import socket
import threading
import time
from contextlib import closing
from http.client import HTTPConnection

import pytest

from mockserver.running import own_mock
from mockserver.serving import health
from mockserver.serving.asking import TooLong, asked
from mockserver.serving.readiness import answers
from tests.endless import ENDLESS, HEAD, endless


@pytest.mark.parametrize("kind", ENDLESS)
def test_answer_that_drips_has_one_deadline(kind: str) -> None:
    began = time.monotonic()
    with (
        endless(kind, 0.02, 1) as place,
        closing(HTTPConnection(place)) as connection,
        pytest.raises(OSError, match="timed out"),
    ):
        asked(connection, "GET", "/", seconds=1, most=10**9)
    assert 0.9 <= time.monotonic() - began < 15


@pytest.mark.parametrize("kind", ["bodies", "chunks"])
def test_answer_that_is_too_long_is_given_up(kind: str) -> None:
    with endless(kind, 0.001, 10_000) as place, closing(HTTPConnection(place)) as connection, pytest.raises(TooLong):
        asked(connection, "GET", "/", seconds=20, most=100_000)


def test_everybody_who_asks_has_both(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_mock, "_MOST", 100_000)
    with endless("bodies", 0.001, 10_000) as place:
        with pytest.raises(health.Unhealthy, match="the answer has more than 65,536 bytes"):
            health.health(f"http://{place}")
        assert not answers(f"http://{place}", "/", probe="x")
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
