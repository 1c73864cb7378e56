"""An answer has one deadline and takes little memory, whatever the host does. It is told in words, and never taken for whole."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest
import trustme

from contracts.exchange import Answer, Request
from contracts.host.connection import BODY_LIMIT, Unreachable
from contracts.host.dialect import Dialect
from contracts.host.login import Login
from contracts.host.wire import Wire
from openapi.world import World
from tests.contracts.conftest import make_target
from tests.hostile_kit.answers import (
    BODY,
    CHUNKED,
    CUT,
    FLAWED,
    LATE,
    LOST,
    OPEN,
    SILENT,
    SIZE,
    WHOLE,
    chunk,
    deaf,
    head,
    sized,
)
from tests.hostile_kit.running import bounded
from tests.hostile_kit.sockets import Script, goes_on, hear, hosted, says

# Seconds for a host that never says a word. One that says something has longer, so a busy machine hears it in time.
SILENCE: Final = 0.3
TIMEOUT: Final = 2.0
# Seconds after which an answer must have been given up on this loaded machine.
LATEST: Final = 7.0
LOGIN: Final = Login(basic=("till", "pass word"))


@contextmanager
def wired(
    script: Script, *, tls: ssl.SSLContext | None = None, bundle: Path | None = None, timeout: float = TIMEOUT
) -> Iterator[Wire]:
    """Yield a wire to a host that carries out a script."""
    with hosted(script, tls=tls) as port:
        url = f"http{'s' if bundle else ''}://127.0.0.1:{port}"
        target = make_target(url, login=LOGIN, data=World(), live=False)
        wire = Wire(target, path="/v3/promotions/enrol", method="post", timeout=timeout, ca_bundle=bundle)
        try:
            yield wire
        finally:
            wire.close()


def asked(wire: Wire, request: Request = Request(body={})) -> Answer | str:  # noqa: B008  a request is a value
    """Return the answer to a request, or the reason why there was none. Either comes in time."""
    began = time.monotonic()
    with bounded(LATEST * 2):
        try:
            return wire.send(request, Dialect(wire._target.login.first))
        except Unreachable as error:
            return str(error).partition(" gave no answer: ")[2]
        finally:
            assert time.monotonic() - began < LATEST


@pytest.mark.parametrize("name", LOST)
def test_an_answer_that_does_not_come_is_told_why(name: str) -> None:
    script, words = LOST[name]
    with wired(script, timeout=SILENCE if words == SILENT else TIMEOUT) as wire:
        said = asked(wire)
    assert isinstance(said, str), said
    assert said.startswith(words)
    assert "\n" not in said


@pytest.mark.parametrize("name", FLAWED)
def test_an_answer_that_lies_is_not_taken_for_whole(name: str) -> None:
    script, words = FLAWED[name]
    with wired(script) as wire:
        answer = asked(wire)
    assert isinstance(answer, Answer), answer
    assert words in answer.flaw
    assert len(answer.flaw) < 200
    assert len(answer.content) <= BODY_LIMIT


@pytest.mark.parametrize("name", WHOLE)
def test_an_odd_answer_that_is_whole_is_read(name: str) -> None:
    with wired(WHOLE[name]) as wire:
        answer = asked(wire)
    assert isinstance(answer, Answer), answer
    assert (answer.status, answer.content, answer.flaw) == (200, BODY, "")


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}}", b"[" * 100_000, b'{"a":' * 100_000, b"{" + b"9" * 10**5])
def test_what_is_no_beginning_of_json_has_no_flaw_of_its_length(body: bytes) -> None:
    with wired(says(OPEN + body)) as wire:
        answer = asked(wire)
    assert isinstance(answer, Answer)
    assert (answer.content, answer.flaw) == (body, "")


# TLS.


@pytest.fixture(scope="module")
def context(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


def politely(text: bytes) -> Script:
    """Return a script that answers and ends TLS as it should."""

    def script(connection: socket.socket) -> None:
        hear(connection)
        connection.sendall(text)
        assert isinstance(connection, ssl.SSLSocket)
        connection.unwrap()

    return script


@pytest.mark.parametrize(
    ("script", "flaw"),
    [
        (politely(OPEN + BODY), ""),
        (says(OPEN + BODY), ""),  # JSON shows its end
        (says(sized()), ""),
        (says(OPEN + CUT), f"{SIZE - 5} bytes, and a TLS connection that was cut (without close_notify) in place of their end"),
        (says(sized(CUT, length=SIZE)), f"{SIZE - 5} of the {SIZE} bytes that Content-Length names"),
        (says(CHUNKED + chunk(BODY)), f"{SIZE} bytes in chunks, and no last chunk"),
    ],
    ids=["whole", "whole and cut", "by its length", "cut", "cut by its length", "no last chunk"],
)  # fmt: skip
def test_a_tls_connection_that_is_cut_is_no_end(
    script: Script, flaw: str, context: ssl.SSLContext, bundle: Path
) -> None:
    with wired(script, tls=context, bundle=bundle) as wire:
        answer = asked(wire)
    assert isinstance(answer, Answer), answer
    assert answer.flaw == flaw


def greets(*pieces: bytes) -> Script:
    """Return a script that begins a handshake of TLS and then drips."""

    def script(connection: socket.socket) -> None:
        connection.recv(2000)
        connection.sendall(b"".join(pieces))
        while True:
            connection.sendall(b"\0")
            time.sleep(0.02)

    return script


@pytest.mark.parametrize("script", [deaf, greets(b"\x16\x03\x03\x10\0\x02\0\x0f\xfc")], ids=["silent", "drips"])
def test_a_handshake_that_does_not_end_is_given_up(script: Script, bundle: Path) -> None:
    with wired(script, bundle=bundle, timeout=SILENCE) as wire:
        assert asked(wire) == SILENT


def test_a_body_that_drips_over_tls_is_given_up(context: ssl.SSLContext, bundle: Path) -> None:
    with wired(goes_on(OPEN, b"x", pause=0.02), tls=context, bundle=bundle) as wire:
        assert asked(wire) == LATE


# The other direction, and other hosts.


def test_a_host_that_reads_slowly_has_the_same_deadline() -> None:
    def reads(connection: socket.socket) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2**18)
        while connection.recv(2**17):
            time.sleep(0.02)

    with wired(reads, timeout=SILENCE) as wire:
        assert asked(wire, Request(raw=bytes(40 * 2**20))) == SILENT


def test_names_that_are_never_looked_up_hold_nothing_up(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait(30) or [])
    wire = Wire(make_target("https://shop.example"), path="/", method="post", timeout=SILENCE)
    for _ in range(3):
        assert str(asked(wire)).startswith("no address of shop.example was found within the timeout")
    over.set()
    wire.close()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed_and_no_cookie_is_sent_back(status: int) -> None:
    """So a host can send the credentials to no other one, and no number of redirects keeps a run busy."""
    heard: list[bytes] = []

    def elsewhere(connection: socket.socket) -> None:
        heard.append(hear(connection))

    with hosted(elsewhere) as port:
        answer = head(
            f"Location: http://127.0.0.1:{port}/v3/promotions/enrol",
            f"Refresh: 0; url=http://127.0.0.1:{port}/",
            f"Link: <http://127.0.0.1:{port}/>; rel=preload",
            f'Alt-Svc: h2="127.0.0.1:{port}"',
            "Set-Cookie: a=b; Domain=127.0.0.1; Path=/",
            "Content-Length: 0",
            first=f"HTTP/1.1 {status} X",
        )
        requests: list[bytes] = []

        def redirects(connection: socket.socket) -> None:
            for _ in range(2):
                requests.append(hear(connection))
                connection.sendall(answer)

        with wired(redirects) as wire:
            for _ in range(2):
                got = asked(wire)
                assert isinstance(got, Answer)
                assert got.status == status
    assert heard == []
    assert len(requests) == 2
    assert not any(b"\r\ncookie:" in one.lower() for one in requests)
