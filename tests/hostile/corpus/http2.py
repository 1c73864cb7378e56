"""HTTP/2 at a plain port: floods of frames, and frames that are none. No answer of HTTP/1.1 belongs to them."""

from __future__ import annotations

from tests.hostile.case import CLOSED, Case, case

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = range(10)
END_STREAM, END_HEADERS = 1, 4


def frame(kind: int, payload: bytes = b"", *, flags: int = 0, stream: int = 0, length: int | None = None) -> bytes:
    """Return a frame (RFC 9113, section 4.1). `length` may lie."""
    size = len(payload) if length is None else length
    return size.to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload


def _field(name: bytes, value: bytes) -> bytes:
    """Return a header field as HPACK has it without an index (RFC 7541, section 6.2.2), of at most 126 bytes each."""
    return b"\0" + bytes([len(name)]) + name + bytes([len(value)]) + value


GET = b"\x82\x86" + _field(b":path", b"/nowhere") + _field(b":authority", b"mock")  # :method GET, :scheme http


def _ask(stream: int, block: bytes = GET, flags: int = END_STREAM | END_HEADERS) -> bytes:
    return frame(HEADERS, block, flags=flags, stream=stream)


STREAMS = range(1, 4001, 2)
CASES: tuple[Case, ...] = tuple(
    case(f"HTTP/2: {name}", PREFACE + frame(SETTINGS) + sent, CLOSED, half_close=True)
    for name, sent in {
        "a request": _ask(1),
        "2,000 requests": b"".join(map(_ask, STREAMS)),
        "2,000 requests that are taken back": b"".join(_ask(one) + frame(RST_STREAM, b"\0\0\0\x08", stream=one) for one in STREAMS),
        "10,000 pings": frame(PING, bytes(8)) * 10_000,
        "10,000 settings": frame(SETTINGS) * 10_000,
        "10,000 empty pieces of a body": _ask(1, flags=END_HEADERS) + frame(DATA, stream=1) * 10_000,
        "headers that go on for ever": _ask(1, flags=0) + frame(CONTINUATION, _field(b"a", b"b"), stream=1) * 10_000,
        "headers that begin with their end": frame(CONTINUATION, GET, flags=END_HEADERS, stream=1),
        "a bomb of headers": _ask(1, b"\x40\x01a" + b"\x7e" + b"b" * 126 + b"\xbe" * 16_000),
        "an index that there is not": _ask(1, b"\xff\xff\xff\xff\x0f"),
        "half of a number": _ask(1, b"\xff"),
        "no method": _ask(1, _field(b":path", b"/")),
        "a method twice": _ask(1, GET + b"\x82"),
        "a name in capitals": _ask(1, GET + _field(b"Host", b"a")),
        "a line break in a value": _ask(1, GET + _field(b"x", b"a\r\nHost: b")),
        "NUL in a value": _ask(1, GET + _field(b"x", b"\0")),
        "a connection of its own": _ask(1, GET + _field(b"connection", b"close")),
        "chunks": _ask(1, GET + _field(b"transfer-encoding", b"chunked")),
        "a length that lies": _ask(1, GET + _field(b"content-length", b"5"), flags=END_HEADERS) + frame(DATA, b"abcdefgh", flags=END_STREAM, stream=1),
        "a stream of the server's": _ask(2),
        "a stream that goes back": _ask(5) + _ask(3),
        "headers of no stream": _ask(0),
        "data before headers": frame(DATA, b"a", stream=1),
        "a window of nothing": frame(WINDOW_UPDATE, bytes(4)),
        "a window without end": frame(WINDOW_UPDATE, b"\x7f\xff\xff\xff") * 2,
        "settings of a wrong length": frame(SETTINGS, b"abcde"),
        "settings that nobody can keep": frame(SETTINGS, b"\0\4\xff\xff\xff\xff\0\5\0\0\0\0"),
        "a frame of 16 MiB": frame(DATA, b"a", stream=1, length=2**24 - 1),
        "an unknown frame": frame(99, b"a" * 1000, flags=255, stream=2**31 - 1) * 10,
        "a promise": frame(PUSH, b"\0\0\0\2" + GET, flags=END_HEADERS, stream=1),
        "a stream that depends on itself": frame(PRIORITY, b"\0\0\0\1\0", stream=1),
        "a farewell": frame(GOAWAY, bytes(8)) + _ask(1),
        "HTTP/1.1": b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    }.items()
)  # fmt: skip
