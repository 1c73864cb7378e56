"""Framing over a real socket: answers that do not end where they say, and bodies sent in chunks."""

from __future__ import annotations

import gzip
import json
import socket
from typing import Final

import pytest

from contracts.exchange import Request
from contracts.host.framing import pieces
from tests.contracts.host.test_wire import send, wired
from tests.contracts.socket_host import Script, http

BODY: Final = json.dumps({"data": None, "errors": [], "warnings": None}).encode()
SIZE: Final = str(len(BODY))
CHUNKED: Final = {"Transfer_Encoding": "chunked", "Content_Length": ""}


def chunked(rest: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + f"{len(BODY):x}\r\n".encode() + BODY + rest


def flaw(answer: Script, timeout: float = 5.0) -> str:
    with wired(answer, timeout=timeout) as (_, wire):
        received = send(wire, Request(body={}))
    assert received.status == 200
    return received.flaw


@pytest.mark.parametrize(
    "answer",
    [
        http(BODY),
        http(b""),
        chunked(b"\r\n0\r\n\r\n"),
        chunked(b"\r\n0\r\nX-Trailer: 1\r\n\r\n"),
        b"HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n" + BODY,
        http(gzip.compress(BODY, mtime=0), Content_Encoding="gzip"),
        http(BODY, Content_Encoding="identity"),
        http(BODY * 3000),
    ],
)
def test_a_whole_answer_has_no_flaw(answer: bytes) -> None:
    assert flaw(answer) == ""


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (
            http(BODY, Content_Length=str(len(BODY) + 3)),
            f"{SIZE} of the {len(BODY) + 3} bytes that Content-Length names",
        ),
        (http(BODY[:10], Content_Length=SIZE), f"10 of the {SIZE} bytes that Content-Length names"),
        (http(BODY + b"\n", Content_Length=SIZE), f"more than the {SIZE} bytes that Content-Length names"),
        (http(BODY, Content_Length="10"), "more than the 10 bytes that Content-Length names"),
        (chunked(b"\r\n"), f"{SIZE} bytes in chunks, and no last chunk"),
        (chunked(b"\r\n0\r\n\r\nmore"), "more bytes behind the last chunk"),
        (http(BODY, Content_Encoding="gzip"), "Content-Encoding is gzip, and the body is not"),
        (
            http(gzip.compress(BODY, mtime=0)[:-6], Content_Encoding="gzip"),
            "Content-Encoding is gzip, and the body ends early",
        ),
        (http(BODY, Content_Encoding="br"), "Content-Encoding is br, which the request does not accept"),
    ],
)
def test_an_answer_with_a_flaw_says_which(answer: bytes, words: str) -> None:
    assert flaw(answer) == words


def test_an_answer_whose_length_never_comes_is_not_lost() -> None:
    def answer(connection: socket.socket) -> None:
        connection.sendall(http(BODY, Content_Length=str(len(BODY) + 3)))
        connection.recv(1)  # until the other side gives up

    assert flaw(answer, timeout=2.0) == f"{SIZE} of the {len(BODY) + 3} bytes that Content-Length names"


def test_a_body_in_chunks_comes_in_pieces_and_without_a_length() -> None:
    rest = bytearray()

    def answer(connection: socket.socket) -> None:
        while not (host.body() + rest).endswith(b"0\r\n\r\n"):
            rest.extend(connection.recv(65536))
        connection.sendall(http(BODY))

    with wired(answer) as (host, wire):
        send(wire, Request(body={"requestId": "é" * 50}, headers=(("Transfer-Encoding", "chunked"),)))
    assert host.header("Transfer-Encoding") == "chunked"
    assert host.header("Content-Length") is None
    assert (host.body() + rest).startswith(b'1\r\n{\r\n2\r\n"r\r\n3\r\nequ\r\n')


@pytest.mark.parametrize("size", [0, 1, 3, 142, 143, 10_000])
def test_pieces_are_the_whole_body(size: int) -> None:
    payload = bytes(range(256)) * 40
    assert b"".join(pieces(payload[:size])) == payload[:size]


def test_a_header_without_a_value_is_not_sent() -> None:
    with wired(http(BODY)) as (host, wire):
        send(wire, Request(body={}, headers=(("Accept", ""),)))
    assert host.header("Accept") is None
