"""Answers of hostile hosts, by kind: what a host does with a connection, and what is told of it.

`LOST`: there is no answer; the words say why. `FLAWED`: there is one, and clients cannot read it. `WHOLE`: it can be
read.
"""

from __future__ import annotations

import gzip
import json
import socket
import time
import zlib
from functools import cache
from typing import Final

from tests.hostile_kit.sockets import Script, goes_on, hear, says

BODY: Final = json.dumps({"data": None, "errors": [{"code": 310005, "message": "x"}], "warnings": None}).encode()
SIZE: Final = len(BODY)
CUT: Final = BODY[:-5]
LATE: Final = "its answer did not end within the timeout (--timeout)"
SILENT: Final = "it did not answer within the timeout (--timeout)"
CLOSED: Final = "it closed the connection before the headers of its answer had ended"
LONG_HEADERS: Final = "the headers of its answer have more than 100 KiB"
TOO_LONG: Final = "a body of more than 4,194,304 bytes, of which no more are read"
DRIP: Final = 0.02  # seconds between two bytes of a host that drips


def head(*lines: str, first: str = "HTTP/1.1 200 OK") -> bytes:
    """Return the first line and the headers of an answer."""
    return "\r\n".join([first, "Content-Type: application/json", *lines, "", ""]).encode("latin-1")


def sized(body: bytes = BODY, *lines: str, length: object = None) -> bytes:
    """Return an answer whose Content-Length is that of its body, or `length`."""
    return head(f"Content-Length: {len(body) if length is None else length}", *lines) + body


def coded(coding: str, body: bytes) -> bytes:
    return sized(body, f"Content-Encoding: {coding}")


def chunk(body: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(body), body)


OPEN: Final = head()
CHUNKED: Final = head("Transfer-Encoding: chunked")
OLD: Final = head(first="HTTP/1.0 200 OK")


@cache
def bomb(size: int = 100 * 2**20) -> bytes:
    """Return the gzip of so many zeros."""
    squeeze = zlib.compressobj(9, wbits=31)
    return b"".join([*(squeeze.compress(bytes(2**20)) for _ in range(size // 2**20)), squeeze.flush()])


def deaf(connection: socket.socket) -> None:
    """Take the connection, read nothing, say nothing."""
    time.sleep(2)


def speaks_first(text: bytes) -> Script:
    def script(connection: socket.socket) -> None:
        connection.sendall(text)
        hear(connection)

    return script


def goes_away(connection: socket.socket) -> None:
    connection.recv(10)


LOST: Final[dict[str, tuple[Script, str]]] = {
    # What never ends, and what comes a byte at a time.
    "endless headers": (goes_on(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n" * 1000), LONG_HEADERS),
    "an endless header": (goes_on(b"HTTP/1.1 200 OK\r\nX: ", b"y" * 60_000), LONG_HEADERS),
    "an endless first line": (goes_on(b"HTTP/1.1 200 ", b"x" * 60_000), LONG_HEADERS),
    "a million headers": (says(b"HTTP/1.1 200 OK\r\n" + b"a:b\r\n" * 10**6 + b"\r\n"), LONG_HEADERS),
    "headers that drip": (goes_on(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n", pause=DRIP), LATE),
    "a first line that drips": (goes_on(b"HTTP/1.1 200 ", b"x", pause=DRIP), LATE),
    "endless interim answers": (goes_on(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 9, pause=0.001), LATE),
    "interim answers that drip": (goes_on(b"", b"HTTP/1.1 100 Continue\r\n\r\n", pause=DRIP), LATE),
    "a body that drips": (goes_on(OPEN, b"x", pause=DRIP), LATE),
    "a body of a known length that drips": (goes_on(head("Content-Length: 9999"), b"x", pause=DRIP), LATE),
    "chunks that drip": (goes_on(CHUNKED, b"1\r\nx\r\n", pause=DRIP), LATE),
    "a chunk extension that drips": (goes_on(CHUNKED + b"1;", b"a", pause=DRIP), LATE),
    "a chunk of many exabytes": (says(CHUNKED + b"FFFFFFFFFFFFFFFF\r\nabc", end=False), LATE),
    "JSON whose end nobody tells": (says(OPEN + BODY, end=False), LATE),
    "line feeds without an end": (goes_on(b"", b"\r\n" * 1000), "its answer has no status line"),
    "line feeds only": (says(b"HTTP/1.1 200 OK\n\n{}", end=False), LATE),
    "silence": (says(end=False), SILENT),
    "a connection that is never read": (deaf, SILENT),
    # What is no answer of HTTP/1.
    "no answer": (says(), "Server disconnected without sending a response."),
    "half of a request is enough": (goes_away, ""),  # closed or reset, as the system has it
    "HTTP/0.9": (says(BODY), CLOSED),
    "a carriage return for a line end": (says(b"HTTP/1.1 200 OK\rX: y\r\r{}"), CLOSED),
    "headers that break off": (says(b"HTTP/1.1 200 OK\r\nContent-Le"), CLOSED),
    "the preface of HTTP/2": (says(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), "illegal status line"),
    "frames of HTTP/2": (says(b"\0\0\0\4\0\0\0\0\0"), "its answer is no HTTP/1.1"),
    "HTTP/2 in letters": (says(b"HTTP/2 200\r\n\r\n{}"), "illegal status line"),
    "small letters": (says(b"http/1.1 200 OK\r\n\r\n{}"), "illegal status line"),
    "a greeting of another protocol": (speaks_first(b"220 mail.example.com ESMTP\r\n\r\n"), "illegal status line"),
    "a terminal's title": (says(b"\x1b]0;owned\x07 200\r\n\r\n"), "illegal status line"),
    "status 2000": (says(b"HTTP/1.1 2000 OK\r\n\r\n"), "illegal status line"),
    "status -1": (says(b"HTTP/1.1 -1 OK\r\n\r\n"), "illegal status line"),
    "another protocol": (
        says(b"HTTP/1.1 101 X\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n"),
        "it switched to another protocol (HTTP 101), which nobody asked for",
    ),
    "an escape as a header": (says(b"HTTP/1.1 200 OK\r\n\x1b[2J: x\r\n\r\n"), "illegal header line"),
    "a space before the colon": (says(b"HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\n{}"), "illegal header line"),
    "a header of NUL": (says(b"HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n"), "illegal header line"),
    # What lies about its length.
    "two lengths": (says(head("Content-Length: 7", "Content-Length: 9")), "conflicting Content-Length headers"),
    "a length with a sign": (says(sized(length="+2")), "bad Content-Length"),
    "a length in hexadecimal": (says(sized(length="0x2")), "bad Content-Length"),
    "a length with a point": (says(sized(length="2.0")), "bad Content-Length"),
    "an empty length": (says(sized(length="")), "bad Content-Length"),
    "a length of 400 digits": (says(sized(length="9" * 400)), "bad Content-Length"),
    "a coding of the transfer": (says(head("Transfer-Encoding: gzip") + BODY), "Only Transfer-Encoding: chunked"),
}  # fmt: skip
FLAWED: Final[dict[str, tuple[Script, str]]] = {
    # Shorter or longer than they say, in every way in which an answer can end.
    "a length too long by five": (says(sized(length=SIZE + 5)), f"{SIZE} of the {SIZE + 5} bytes that Content-Length names"),
    "a body that lacks five bytes": (says(sized(CUT, length=SIZE)), f"{SIZE - 5} of the {SIZE} bytes that Content-Length names"),
    "the same by HTTP/1.0": (
        says(head(f"Content-Length: {SIZE}", first="HTTP/1.0 200 OK") + CUT),
        f"{SIZE - 5} of the {SIZE} bytes that Content-Length names",
    ),
    "JSON that ends with its connection": (says(OPEN + CUT), f"{SIZE - 5} bytes of JSON that break off, and no length"),
    "the same by HTTP/1.0, in a text": (says(OLD + BODY[:15]), "15 bytes of JSON that break off, and no length"),
    "the same within a character": (says(OLD + b'{"a": "\xe2\x82'), "9 bytes of JSON that break off, and no length"),
    "no body at all": (says(head("Content-Length: 2")), "0 of the 2 bytes that Content-Length names"),
    "a length of many exabytes": (says(sized(length=10**18), end=False), f"{SIZE} of the {10**18} bytes that Content-Length names"),
    "a length too short": (says(sized(length=10)), "more than the 10 bytes that Content-Length names"),
    "two answers": (says(sized() * 2, end=False), f"more than the {SIZE} bytes that Content-Length names"),
    "two answers in chunks": (says((CHUNKED + chunk(BODY) + b"0\r\n\r\n") * 2), "more bytes behind the last chunk"),
    "two answers, the second with trailers": (
        says(CHUNKED + chunk(BODY) + b"0;x=y\r\nX: y\r\n\r\n" + CHUNKED + chunk(BODY) + b"0\r\n\r\n"),
        "more bytes behind the last chunk",
    ),
    "no last chunk": (says(CHUNKED + chunk(BODY)), f"{SIZE} bytes in chunks, and no last chunk"),
    "no last chunk, and no end": (says(CHUNKED + chunk(BODY), end=False), f"{SIZE} bytes in chunks, and no last chunk"),
    "no last chunk by HTTP/1.0": (
        says(head("Transfer-Encoding: chunked", first="HTTP/1.0 200 OK") + chunk(BODY)),
        f"{SIZE} bytes in chunks, and no last chunk",
    ),
    "half of a chunk": (says(CHUNKED + chunk(BODY)[:-20]), f"{SIZE - 18} bytes in chunks, and no last chunk"),
    "a chunk of no number": (says(CHUNKED + chunk(BODY) + b"-1\r\n"), f"{SIZE} bytes in chunks, and then something that is no chunk"),
    "a chunk of 30 digits": (says(CHUNKED + b"F" * 30 + b"\r\nabc"), "0 bytes in chunks, and then something that is no chunk"),
    "a chunk without its number": (says(CHUNKED + b"\r\nabc"), "0 bytes in chunks, and then something that is no chunk"),
    "endless chunk extensions": (goes_on(CHUNKED + b"1;", b"a=b;" * 10_000), "0 bytes in chunks, and no last chunk"),
    "endless trailers": (goes_on(CHUNKED + chunk(BODY) + b"0\r\n", b"X: y\r\n" * 1000), "in chunks, and no last chunk"),
    "trailers that drip": (goes_on(CHUNKED + chunk(BODY) + b"0\r\n", b"X: y\r\n", pause=DRIP), "in chunks, and no last chunk"),
    "an endless body": (goes_on(OPEN, b"x" * 60_000), TOO_LONG),
    "an endless chunk": (goes_on(CHUNKED + b"FFFFFFFFFF\r\n", b"x" * 60_000), TOO_LONG),
    "a body of 5 MiB": (says(sized(b'"' + b"x" * 5 * 2**20 + b'"')), TOO_LONG),
    # Coded bodies.
    "a bomb of gzip": (says(coded("gzip", bomb())), TOO_LONG),
    "a bomb of deflate": (says(coded("deflate", zlib.compress(bytes(50 * 2**20)))), TOO_LONG),
    "a bomb in a bomb": (
        says(coded("gzip, gzip", gzip.compress(bomb()))),
        "Content-Encoding is gzip, gzip, which the request does not accept",
    ),
    "100,000 empty members": (says(coded("gzip", gzip.compress(b"", mtime=0) * 100_000)), TOO_LONG),
    "gzip that breaks off": (says(coded("gzip", gzip.compress(BODY)[:-6])), "Content-Encoding is gzip, and the body ends early"),
    "a second member that breaks off": (
        says(coded("gzip", gzip.compress(CUT) + gzip.compress(BODY[-5:])[:-9])),
        "Content-Encoding is gzip, and the body ends early",
    ),
    "gzip in chunks that breaks off": (
        says(head("Transfer-Encoding: chunked", "Content-Encoding: gzip") + chunk(gzip.compress(BODY)[:-6]) + b"0\r\n\r\n"),
        "Content-Encoding is gzip, and the body ends early",
    ),
    "gzip without a length that breaks off": (
        says(head("Content-Encoding: gzip") + gzip.compress(BODY)[:-6]),
        "Content-Encoding is gzip, and the body ends early",
    ),
    "gzip with a wrong checksum": (
        says(coded("gzip", gzip.compress(BODY)[:-8] + bytes(8))),
        "Content-Encoding is gzip, and the body is not",
    ),
    "gzip that is none": (says(coded("gzip", BODY)), "Content-Encoding is gzip, and the body is not"),
    "brotli": (says(coded("br", b"\x0b\x02\x80{}\x03")), "Content-Encoding is br, which the request does not accept"),
    "zstd": (says(coded("zstd", b"\x28\xb5\x2f\xfd\x20\x02\x11\0\0{}")), "Content-Encoding is zstd, which the request"),
    "a coding of 50,000 letters": (says(coded("x" * 50_000, b"\xff\xfe")), "which the request does not accept"),
}  # fmt: skip
WHOLE: Final[dict[str, Script]] = {
    "by its length": says(sized()),
    "by the end of the connection": says(OPEN + BODY),
    "by HTTP/1.0": says(OLD + BODY),
    "in chunks": says(CHUNKED + chunk(BODY[:9]) + chunk(BODY[9:]) + b"0\r\n\r\n"),
    "in chunks with extensions": says(CHUNKED + b"%x;a=b\r\n%s\r\n0;c\r\nX: y\r\n\r\n" % (SIZE, BODY)),
    "gzip": says(coded("gzip", gzip.compress(BODY))),
    "gzip in two members": says(coded("gzip", gzip.compress(CUT) + gzip.compress(BODY[-5:]))),
    "gzip with bytes behind it": says(coded("gzip", gzip.compress(BODY) + b"\0" * 9)),
    "a charset as a coding": says(coded("utf-8", BODY)),
    "a charset of 50,000 letters": says(coded("x" * 50_000, BODY)),
    "interim answers": says(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 20 + sized()),
    "before it is asked": speaks_first(sized()),
    "a flood of cookies": says(head(f"Content-Length: {SIZE}", *(f"Set-Cookie: c{i}=v{i}" for i in range(3000))) + BODY),
    "folded headers": says(head("X: a\r\n b", f"Content-Length: {SIZE}") + BODY),
    "escapes in headers and words": says(
        b"HTTP/1.1 200 \x1b[31mEvil\r\nX: \x1b[2J\xe2\x80\xae\r\nContent-Length: %d\r\n\r\n%s" % (SIZE, BODY)
    ),
}  # fmt: skip
