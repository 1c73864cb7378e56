"""The line Host: the one thing that the proxy changes, and only where it names the proxy."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from contracts.proxy.host_line import HostLine

OWN = b"GET /a HTTP/1.1\r\nA: b\r\nhOst:  127.0.0.1:9000 \r\nC: d\r\n\r\n"
CHANGED = b"GET /a HTTP/1.1\r\nA: b\r\nhOst:  api.example.com \r\nC: d\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: localhost:9000\r\nContent-Length: 24\r\n\r\nHost: localhost:9000\r\n\r\n"
CHUNKS = b"POST / HTTP/1.1\r\nHost: p:9000\r\nTransfer-Encoding: chunked\r\n\r\n14\r\nHost: localhost:9000\r\n0\r\nHost: a:9000\r\n\r\n"


def line() -> HostLine:
    return HostLine(9000, b"api.example.com")


@pytest.mark.parametrize(
    ("sent", "passed"),
    [
        (OWN, CHANGED),
        (OWN.replace(b"127.0.0.1", b"[::1]"), CHANGED),
        (OWN.replace(b"127.0.0.1", b"judge.test"), CHANGED),
        (OWN * 3, CHANGED * 3),
        (POST, POST.replace(b"localhost:9000", b"api.example.com", 1)),
        (CHUNKS, CHUNKS.replace(b"p:9000", b"api.example.com")),
        (POST + OWN + CHUNKS, POST.replace(b"localhost:9000", b"api.example.com", 1) + CHANGED + CHUNKS.replace(b"p:9000", b"api.example.com")),
        (OWN.replace(b"C: d", b"Host: 127.0.0.1:9000"), CHANGED.replace(b"C: d", b"Host: 127.0.0.1:9000")),
        (OWN.replace(b"\r\nA: b\r\n", b"\r\nUpgrade: h2c\r\n") + OWN, CHANGED.replace(b"\r\nA: b\r\n", b"\r\nUpgrade: h2c\r\n") + CHANGED),
    ],
)  # fmt: skip
def test_the_name_of_the_proxy_becomes_that_of_the_host(sent: bytes, passed: bytes) -> None:
    followed = line()
    assert followed.feed(sent) + followed.flush() == passed
    slowly = line()
    assert b"".join(slowly.feed(sent[place : place + 1]) for place in range(len(sent))) + slowly.flush() == passed


@pytest.mark.parametrize(
    "sent",
    [
        OWN.replace(b":9000", b":9001"),
        OWN.replace(b":9000", b""),
        OWN.replace(b"127.0.0.1:9000", b"[::1]"),
        OWN.replace(b"GET /a", b"GET http://127.0.0.1:9000/a"),
        OWN.replace(b"hOst:", b"hOst :"),
        OWN.replace(b"hOst:", b"X-Host:"),
        OWN.replace(b"A: b\r\nhOst:", b"A: b\rhost:"),
        OWN.replace(b"hOst:  127.0.0.1:9000 ", b"hOst:"),
        b"CONNECT 127.0.0.1:9000 HTTP/1.1\r\nHost: 127.0.0.1:9000\r\n\r\n" + OWN,
        b"\x16\x03no HTTP\r\n\r\n" + OWN,
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n" + OWN,
    ],
)
def test_everything_else_stays(sent: bytes) -> None:
    followed = line()
    assert followed.feed(sent) + followed.flush() == sent


def test_only_the_line_itself_is_held() -> None:
    followed = line()
    assert followed.feed(b"GET / HTTP/1.1\r\nAccept: */") == b"GET / HTTP/1.1\r\nAccept: */"
    assert followed.feed(b"*\r\nHo") == b"*\r\n"
    assert followed.feed(b"pe: 1") == b"Hope: 1"
    assert followed.feed(b"\r\nHost: 127.0.0.1:90") == b"\r\n"
    assert followed.feed(b"00\r") == b""
    assert followed.feed(b"\n") == b"Host: api.example.com\r\n"


def test_what_is_held_is_passed_on_at_the_end() -> None:
    followed = line()
    assert followed.feed(b"GET / HTTP/1.1\r\nHost: 127") + followed.flush() == b"GET / HTTP/1.1\r\nHost: 127"


@given(
    st.lists(st.sampled_from([OWN, POST, CHUNKS, b"\r\n", b"Host: a:9000\r\n", b"x"]), max_size=5),
    st.lists(st.integers(0, 600)),
)
@example([b"Host: a:9000\r\n", b"\r\n", OWN], [14])
@example([b"Host: a:9000\r\n", b"\r\n", OWN], [15])
def test_however_it_comes_in_pieces_it_passes_alike(parts: list[bytes], cuts: list[int]) -> None:
    """And nothing is lost or added beside the name itself."""
    sent = b"".join(parts)
    places = [0, *sorted(cuts), len(sent)]
    pieces = [sent[begin:end] for begin, end in pairwise(places)]
    whole, piecewise = line(), line()
    at_once = whole.feed(sent) + whole.flush()
    assert b"".join(map(piecewise.feed, pieces)) + piecewise.flush() == at_once
    for name in (b"127.0.0.1:9000", b"localhost:9000", b"p:9000", b"a:9000"):
        sent = sent.replace(name, b"@")
        at_once = at_once.replace(name, b"@")
    assert at_once.replace(b"api.example.com", b"@") == sent


def test_a_head_that_is_too_long_to_follow_is_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("contracts.proxy.host_line.LONGEST_HEAD", 1000)
    sent = b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 2000
    followed = line()
    assert followed.feed(sent) + followed.feed(b"\r\n\r\n" + OWN) == sent + b"\r\n\r\n" + OWN
