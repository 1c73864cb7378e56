"""What has passed on a connection is read as the exchanges that it was, however it came in pieces."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field

import pytest

from contracts.archive.exchange import LeftOut
from contracts.exchange import Exchange
from contracts.host.target import load as load_target
from contracts.proxy.follower import LONGEST_BODY, Follower, Passing
from contracts.proxy.reading import Reader
from contracts.proxy.tap import Piece, Tap, TappedConnection, Way
from openapi import document

GET = b"GET /a?b HTTP/1.1\r\nHost: x\r\n\r\n"
HEAD = b"HEAD /h HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST /v3/promotions/enrol?q=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@dataclass
class Followed:
    """What a follower has seen: exchanges that began, that ended, and requests that it lost."""

    began: list[Passing] = field(default_factory=list)
    ended: list[Passing] = field(default_factory=list)
    lost: int = 0

    @property
    def seen(self) -> list[tuple[str, int, bytes, bool]]:
        return [
            (one.method, one.status, bytes(one.answer.body), one.request.is_whole and one.answer.is_whole)
            for one in self.ended
        ]


def followed(*pieces: bytes | str, step: int = 0) -> Followed:
    """Follow pieces: `>` and `<` say who sends what comes next, `fresh` that something was lost, `end` ends the host's side."""
    found = Followed()

    def lose() -> None:
        found.lost += 1

    way: Way = "sent"
    one, at, fresh = Follower(found.began.append, found.ended.append, lose), 0.0, False
    for piece in pieces:
        if piece in (">", "<"):
            way = "sent" if piece == ">" else "came"
        elif piece == "fresh":
            fresh = True
        elif piece == "end":
            one.take(Piece(1, "came-end", at))
        elif isinstance(piece, bytes):
            for place in range(0, len(piece), step or len(piece)):
                at += 1.0
                one.take(Piece(1, way, at, piece[place : place + (step or len(piece))], fresh))
                fresh = False
    return found


def reader(url: str) -> Reader:
    return Reader(load_target(url, None), document.load())


@pytest.mark.parametrize("step", [0, 1, 7])
@pytest.mark.parametrize(
    ("pieces", "seen"),
    [
        ((">", GET, "<", OK), [("GET", 200, b"ok", True)]),
        ((">", GET + POST + HEAD, "<", OK + OK + b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"),
         [("GET", 200, b"ok", True), ("POST", 200, b"ok", True), ("HEAD", 200, b"", True)]),
        ((">", GET, "<", b"HTTP/1.1 103 Early Hints\r\nA: b\r\n\r\n" + OK), [("GET", 200, b"ok", True)]),
        ((">", GET, "<", b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n"), [("GET", 304, b"", True)]),
        ((">", GET, "<", b"HTTP/1.0 200 OK\r\n\r\nto the end", "end"), [("GET", 200, b"to the end", True)]),
        ((">", GET, "<", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x\r\nok\r\n0\r\nT: 1\r\n\r\n", ">", GET, "<", OK),
         [("GET", 200, b"ok", True)] * 2),
        ((">", b"\r\n" + GET + b"\r\n\r\n" + GET, "<", OK * 2), [("GET", 200, b"ok", True)] * 2),
        ((">", GET, "<", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok", "end"), [("GET", 200, b"ok", False)]),
        ((">", GET, "end"), [("GET", 0, b"", False)]),
        ((">", GET, "<", b"what?\r\n\r\n", ">", GET, "<", OK), [("GET", 0, b"", False)]),
        ((">", POST[:-1], "<", OK), [("POST", 200, b"ok", False)]),
        ((">", b"CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", "<", b"HTTP/1.1 200 OK\r\n\r\n", ">", GET), [("CONNECT", 200, b"", False)]),
    ],
)  # fmt: skip
def test_exchanges_are_those_that_passed(
    pieces: tuple[bytes | str, ...], seen: list[tuple[str, int, bytes, bool]], step: int
) -> None:
    assert followed(*pieces, step=step).seen == seen


def test_what_is_no_http_is_lost_and_counted() -> None:
    no_host = b"GET / HTTP/1.1\r\n\r\n"
    found = followed(">", no_host, "<", OK, ">", GET, "<", OK, ">", GET, "<", OK)
    assert (found.seen, found.lost) == ([], 3)
    assert followed(">", GET, "<", b"what?\r\n\r\n", ">", GET, "<", OK).lost == 1


def test_after_a_gap_the_next_request_is_followed() -> None:
    found = followed(">", POST, "<", OK[:5], "fresh", ">", GET, "<", OK)
    assert found.seen == [("POST", 0, b"", False), ("GET", 200, b"ok", True)]


def test_times_are_those_of_the_first_and_the_last_byte() -> None:
    found = followed(">", GET, "<", OK, ">", GET[:3], GET[3:], "<", OK[:9], OK[9:])
    assert [(one.start, one.end) for one in found.ended] == [(1.0, 2.0), (3.0, 6.0)]


def test_a_long_body_is_followed_and_not_kept() -> None:
    long = b"x" * (LONGEST_BODY + 1)
    (one,) = followed(">", POST, "<", b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(long) + long).ended
    assert (one.request.is_long, one.answer.is_long, bytes(one.answer.body)) == (False, True, long[:-1])
    assert reader("http://127.0.0.1:1").exchange(one) == LeftOut("with a body of more than 1 MiB")


def test_requests_that_nobody_answers_are_not_kept_without_end() -> None:
    found = followed(">", GET * 300)
    assert len(found.began) == len(found.ended) == 101


def test_an_answer_is_read_without_its_coding() -> None:
    coded = gzip.compress(b'{"data": null}')
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n"
    (one,) = followed(">", POST, "<", head % len(coded) + coded).ended
    reading = reader("http://127.0.0.1:1")
    assert reading.is_of_the_call(one)
    read = reading.exchange(one)
    assert isinstance(read, Exchange)
    assert read.answer.content == b'{"data": null}'
    (cut,) = followed(">", POST, "<", head % (len(coded) - 5) + coded[:-5]).ended
    assert reading.exchange(cut) == LeftOut("with an answer that is still compressed")


@pytest.mark.parametrize(
    ("url", "target", "is_call"),
    [
        ("http://127.0.0.1:1", "/v3/promotions/enrol", True),
        ("http://127.0.0.1:1", "http://elsewhere/v3/promotions/enrol?x", True),
        ("http://127.0.0.1:1", "/v3/promotions/enrol/", False),
        ("http://127.0.0.1:1", "*", False),
        ("http://127.0.0.1:1", "http://[", False),
        ("http://127.0.0.1:1/base", "/base/v3/promotions/enrol", True),
        ("http://127.0.0.1:1/base", "/v3/promotions/enrol", False),
    ],
)
def test_the_path_says_what_is_of_the_call(url: str, target: str, is_call: bool) -> None:
    (one,) = followed(">", GET.replace(b"/a?b", target.encode()), "<", OK).ended
    assert reader(url).is_of_the_call(one) is is_call


def test_the_tap_keeps_no_more_than_it_has_room_for() -> None:
    tap = Tap(room=1000)
    one = TappedConnection(tap, 1)
    for _ in range(3):  # the second exchange has no room
        one.passed("sent", 0.0, b"x" * 100)
        one.passed("came", 0.0, b"y" * 100)
    one.passed("sent-end", 0.0)
    tap.end()
    assert [(piece.way, piece.fresh) for piece in iter(tap.take, None)] == [
        ("sent", False),
        ("came", False),
        ("sent-end", True),
    ]
    assert tap.unseen == 2
    one.passed("sent", 0.0)
    assert tap.take() == Piece(1, "sent", 0.0, fresh=True)
