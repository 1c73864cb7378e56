"""Where a body ends: lengths that lie, chunks that are broken, codings, and two messages that pass for one (smuggling)."""

from __future__ import annotations

import gzip
import zlib

from tests import page
from tests.hostile.case import CLOSED, Case, case, heads
from tests.mockserver.raw import JSON, request

CHUNKED = "Transfer-Encoding: chunked"
WHOLE = b"%x\r\n%b\r\n0\r\n\r\n" % (len(JSON), JSON)
# No server may take this for a request of its own: it stands inside the body of another one.
HIDDEN = b"GET /_s/smuggled/_mock/health HTTP/1.1\r\nHost: localhost\r\n\r\n"

LENGTHS = {
    "two that differ": ("Content-Length: 3", "Content-Length: 4"),
    "two in a list that differ": f"Content-Length: {len(JSON)}, 3",
    "the same twice in a list": f"Content-Length: {len(JSON)}, {len(JSON)}",
    "negative": "Content-Length: -1",
    "with a sign": f"Content-Length: +{len(JSON)}",
    "hexadecimal": f"Content-Length: {len(JSON):#x}",
    "with a point": f"Content-Length: {len(JSON)}.0",
    "with an exponent": "Content-Length: 1e2",
    "empty": "Content-Length: ",
    "a word": "Content-Length: all",
    "other digits": "Content-Length: \u00b2",
    "64 bits and one": "Content-Length: 18446744073709551617",
    "a thousand digits": f"Content-Length: {'9' * 1000}",
    "a blank inside": "Content-Length: 2 41",
    "with an underscore": "Content-Length: 2_41",
    "a blank before the colon": f"Content-Length : {len(JSON)}",
}
CODINGS = {
    "gzip": "Transfer-Encoding: gzip",
    "chunked, then gzip": "Transfer-Encoding: chunked, gzip",
    "unknown": "Transfer-Encoding: xchunked",
    "identity": "Transfer-Encoding: identity",
    "a list of nothing": "Transfer-Encoding: ,",
    "a quoted word": 'Transfer-Encoding: "chunked"',
    "a blank before the colon": "Transfer-Encoding : chunked",
    "a vertical tab": "Transfer-Encoding: \x0bchunked",
    "a folded line": "Transfer-Encoding:\r\n chunked",
    "a NUL": "Transfer-Encoding: chunked\0",
    "a parameter": "Transfer-Encoding: chunked;q=1",
}
# A chunk in place of a whole body. Nothing follows, so the client ends its half of the connection.
CHUNKS = {
    "no size": b"\r\nabc\r\n0\r\n\r\n",
    "no hexadecimal": b"zz\r\n" + WHOLE,
    "negative": b"-1\r\n" + WHOLE,
    "with a sign": b"+5\r\nhello\r\n0\r\n\r\n",
    "with 0x": b"0x5\r\nhello\r\n0\r\n\r\n",
    "with an underscore": b"1_0\r\nhello\r\n0\r\n\r\n",
    "64 bits and one": b"10000000000000001\r\na\r\n0\r\n\r\n",
    "all bits": b"ffffffffffffffff\r\na\r\n0\r\n\r\n",
    "a thousand digits": b"0" * 1000 + b"5\r\nhello\r\n0\r\n\r\n",
    "longer than it is": b"ff\r\nhello\r\n0\r\n\r\n",
    "shorter than it is": b"2\r\nhello\r\n0\r\n\r\n",
    "no end of a chunk": b"5\r\nhello0\r\n\r\n",
    "a line feed for an end": b"5\r\nhello\n0\r\n\r\n",
    "a carriage return for an end": b"5\rhello\r0\r\r",
    "no last chunk": b"%x\r\n%b\r\n" % (len(JSON), JSON),
    "a last chunk that is cut": b"%x\r\n%b\r\n0\r\n" % (len(JSON), JSON),
    "an extension of 100,000 letters": b"5;" + b"a" * 100_000 + b"\r\nhello\r\n0\r\n\r\n",
    "an extension with a line feed": b"5;a\nb\r\nhello\r\n0\r\n\r\n",
    "10,000 extensions": b"1;a=b\r\n{\r\n" * 10_000 + b"0\r\n\r\n",
    "a trailer without a colon": WHOLE[:-2] + b"Trailer\r\n\r\n",
    "a trailer of 100,000 letters": WHOLE[:-2] + b"A: " + b"a" * 100_000 + b"\r\n\r\n",
    "10,000 trailers": WHOLE[:-2] + b"A: b\r\n" * 10_000 + b"\r\n",
    "nothing": b"",
}
# Of these the first answer must be the whole story: what is hidden in the body may not be answered by itself.
SMUGGLED = {
    "length and chunks": ((f"Content-Length: {len(WHOLE) + len(HIDDEN)}", CHUNKED), WHOLE + HIDDEN),
    "chunks and length": ((CHUNKED, "Content-Length: 4"), WHOLE + HIDDEN),
    "a length of nothing, and chunks": (("Content-Length: 0", CHUNKED), WHOLE + HIDDEN),
    "chunked twice": ((CHUNKED, CHUNKED), WHOLE + HIDDEN),
    "chunked and identity": ((CHUNKED, "Transfer-Encoding: identity"), WHOLE + HIDDEN),
    "identity and chunked": (("Transfer-Encoding: identity", CHUNKED), WHOLE + HIDDEN),
    "chunked and a word": ((CHUNKED, "Transfer-Encoding: x"), WHOLE + HIDDEN),
    "another case": ((f"Content-Length: {len(HIDDEN)}", "TRANSFER-ENCODING: CHUNKED"), WHOLE + HIDDEN),
    "a tab": ((f"Content-Length: {len(HIDDEN)}", "Transfer-Encoding:\tchunked"), WHOLE + HIDDEN),
    "an underscore in the name": ((f"Content-Length: {len(HIDDEN)}", "Transfer_Encoding: chunked"), HIDDEN),
    "a length in a folded line": (("X: a\r\n Content-Length: 0", f"Content-Length: {len(HIDDEN)}"), HIDDEN),
    "a body of GET": ((f"Content-Length: {len(HIDDEN)}",), HIDDEN),
}
CODED = {
    "gzip": ("gzip", gzip.compress(JSON)),
    "deflate": ("deflate", zlib.compress(JSON)),
    "br": ("br", JSON),
    "zstd": ("zstd", b"\x28\xb5\x2f\xfd" + JSON),
    "gzip twice": ("gzip, gzip", gzip.compress(gzip.compress(JSON))),
    "a gigabyte in a megabyte": ("gzip", gzip.compress(b"\0" * 2**24) * 60),
    "unknown": ("x-unknown", JSON),
    "gzip that is none": ("gzip", JSON),
}

CASES: tuple[Case, ...] = (
    *heads("length", LENGTHS, 400),
    case("length: the same on two lines", request(page.PATH, *[f"Content-Length: {len(JSON)}"] * 2), 200, 400),
    case(
        "length: one byte more than comes",
        request(page.PATH, f"Content-Length: {len(JSON) + 1}"),
        400,
        CLOSED,
        half_close=True,
    ),
    case("length: a terabyte", request(page.PATH, "Content-Length: 1099511627776"), 400, 413, CLOSED, half_close=True),
    case("length: shorter than the body", request(page.PATH, "Content-Length: 2"), 400),
    case("length: none", request(page.PATH, "Content-Length: 0", body=b""), 400),
    case("length: 1 MiB and one byte", request(body=b" " * 2**20 + b"1"), 413),
    case("length: 17 MiB", request(body=b"1" * (17 * 2**20)), 413),
    *heads("coding", CODINGS, 400, CLOSED),
    *(
        case(f"chunk: {name}", request(page.PATH, CHUNKED, body=body), 400, CLOSED, half_close=True)
        for name, body in CHUNKS.items()
    ),
    case("chunks: 2,000 of one byte", request(page.PATH, CHUNKED, body=b"1\r\n \r\n" * 2000 + WHOLE), 200),
    case("chunks: 2 MiB", request(page.PATH, CHUNKED, body=b"10000\r\n%b\r\n" % (b" " * 2**16) * 32 + WHOLE), 413),
    case(
        "chunks: in HTTP/1.0", request(page.PATH, CHUNKED, body=WHOLE, version="1.0"), 400, 200, CLOSED, half_close=True
    ),
    *(
        case(f"smuggled: {name}", request(page.PATH, *lines, body=body), 200, 400, 405, CLOSED, half_close=True)
        for name, (lines, body) in SMUGGLED.items()
    ),
    *(
        case(f"content coding: {name}", request(page.PATH, f"Content-Encoding: {coding}", body=body), 415)
        for name, (coding, body) in CODED.items()
    ),
    case("half-closed: whole request", request(), 200, CLOSED, half_close=True),
    case("half-closed: no request", b"", CLOSED, half_close=True),
    case("half-closed: half a head", request()[:40], 400, CLOSED, half_close=True),
    case("half-closed: half a body", request()[:-40], 400, CLOSED, half_close=True),
)
