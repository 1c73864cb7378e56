"""The fuzzer: changes cases of the corpus at random, the same ones for the same seed."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from tests.hostile.case import CLOSED, Case, case

_LONGEST = 20_000  # bytes; longer ones are tried as they are
# What the mock may answer to a request of which nobody knows what it means. 500 is not among them.
_ALLOWED = (CLOSED, 200, 204, 303, 400, 401, 403, 404, 405, 408, 413, 414, 415, 417, 422, 431, 503, 505)
_TOKENS = (
    b"\r\n", b"\n", b"\r", b"\0", b" ", b"\t", b":", b";", b",", b'"', b"\\", b"[", b"]", b"{", b"}", b"%", b"%00", b"%2F", b"..", b"/", b"?",
    b"#", b"&", b"=", b"-1", b"0", b"1e999", b"NaN", b"null", b"true", b"9" * 400, b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\\ud800", b"[" * 300,
    b"\r\n\r\n", b"Content-Length: 0\r\n", b"Transfer-Encoding: chunked\r\n", b"Host: a\r\n", b"Expect: 100-continue\r\n", b"Connection: close\r\n",
    b"HTTP/1.0", b"HTTP/2.0", b"GET ", b"PUT ", b"/_mock/", b"/_s/x", b"0\r\n\r\n", b"X-Mock-Session: y\r\n", b"Prefer: code=404\r\n",
)  # fmt: skip


def changed(corpus: Sequence[Case], *, seed: int, number: int) -> Iterator[Case]:
    """Return so many changed cases. Whatever is left open by a change, the client ends its half of the connection."""
    chance = random.Random(seed)
    short = [one.sent for one in corpus if 0 < len(one.sent) <= _LONGEST]
    for count in range(number):
        sent = chance.choice(short)
        for _ in range(chance.randint(1, 4)):
            sent = _changed(sent, chance, short)
        yield case(f"change {count} of seed {seed}: {sent[:200]!r}", sent, *_ALLOWED, half_close=True)


def _changed(sent: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    begin = chance.randrange(len(sent) + 1)
    end = min(len(sent), begin + int(chance.expovariate(0.1)))
    match chance.randrange(7):
        case 0:
            return sent[:begin] + sent[end:]
        case 1:
            return sent[:end] + sent[begin:]
        case 2:
            return sent[:begin] + bytes(chance.randrange(256) for _ in range(end - begin)) + sent[end:]
        case 3:
            other = chance.choice(others)
            return sent[:begin] + other[chance.randrange(len(other)) :]
        case 4:
            return sent[:begin] + sent[begin:end].swapcase() + sent[end:]
        case _:
            return sent[:begin] + chance.choice(_TOKENS) + sent[end if chance.random() < 0.5 else begin :]
