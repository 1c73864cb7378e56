"""Request lines and header lines: odd methods, targets and versions, floods, and lines that are none."""

from __future__ import annotations

import ssl

from tests import page
from tests.hostile.case import CLOSED, Case, case, heads
from tests.mockserver.raw import request


def _client_hello() -> bytes:
    """Return how a client begins that speaks TLS."""
    sent = ssl.MemoryBIO()
    client = ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), sent, server_hostname="localhost")
    try:
        client.do_handshake()
    except ssl.SSLWantReadError:
        return sent.read()
    raise AssertionError("nobody has answered")


METHODS = ("post", "P", "POSTS", "X-Y", "TRACE", "CONNECT", "OPTIONS", "PURGE", "M" * 1000, "!#$%&'*+-.^_`|~", "PRI")
NO_METHODS = ("", "PO ST", "P\0ST", "P\u00d6ST", "(POST)", "POST:", "{}", "\tPOST")
TARGETS = (
    "//v3/promotions/enrol", "/v3/promotions/enrol/..", "/%2e%2e/%2e%2e/etc/passwd", "/../../etc/passwd", "/%00", "/%", "/%zz",
    "/v3/promotions/enrol%0d%0aX:1", "/v3/promotions/enrol;jsessionid=1", "/v3/promotions/ENROL", "/\u00e4", "/a|b", "/[a]", "/{a}",
    "/~root", "/_s/a/_s/b/v3/promotions/enrol", "/" + "a" * 60_000, "/" + "a/" * 20_000, "/" + "%2F" * 10_000, "http://[::1]:80/v3",
    "http://user:secret@mock/v3", "mailto://a", "/.git/config", "/wp-login.php", "/cgi-bin/.%2e/bin/sh",
)  # fmt: skip
NO_TARGETS = (
    "",
    "a b",
    "\0",
    "/a\0b",
    "/a\x7f",
    "/a\tb",
    "v3/promotions/enrol",
    "?",
    "#",
    "http://",
    "://",
    "/a\rb",
    "ab:cd:ef",
    "[::1",
)
VERSIONS = ("2.0", "1.2", "9.9", "0.9", "1", "1.10", "01.1", "1.1 ", "1.1x", "", "1,1", "\u00b9.\u00b9")
HOSTS = {
    "none": None,
    "empty": "Host: ",
    "two": "Host: mock\r\nHost: mock",
    "a blank": "Host: a b",
    "a slash": "Host: a/b",
    "an at sign": "Host: user@mock",
    "a port that is none": "Host: mock:port",
    "an address that is none": "Host: [::1",
    "half a percent sign": "Host: a%2",
    "NUL": "Host: a\0",
    "a list": "Host: a, b",
    "a whole URL": "Host: http://mock",
}
LINES = {
    "no colon": "X",
    "no name": ": a",
    "a blank in the name": "X Y: a",
    "a blank before the colon": "X : a",
    "a folded line": "X: a\r\n b",
    "a folded line without a line": "\r\n X: a",
    "NUL in the name": "X\0: a",
    "NUL in the value": "X: a\0b",
    "a carriage return": "X: a\rb",
    "a control character": "X: a\x01b",
    "delete": "X: a\x7fb",
    "a letter that is not ASCII in the name": "\u00c4: a",
    "brackets in the name": "X(y): a",
}
FINE_LINES = {
    "bytes beyond ASCII": "X: \u00e4\u00ff\u0080",
    "an empty value": "X:",
    "many blanks": f"X:{' ' * 10_000}a",
    "tabs": "X:\t\ta\t",
    "a long name": f"{'X' * 1000}: a",
    "a long value": f"X: {'a' * 20_000}",
    "80 lines": [f"X-{number}: a" for number in range(80)],
    "80 times the same": ["X: a"] * 80,
    "terminal escapes": "User-Agent: a\x80[2J",
    "a proxy": "Proxy: http://127.0.0.1:1/",
    "underscores": ("Content_Length: 0", "Authorization_: Basic x"),
    "an upgrade to WebSocket": (
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: eA==",
    ),
    "an upgrade to HTTP/2": ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__"),
    "an upgrade to TLS": ("Connection: Upgrade", "Upgrade: TLS/1.2"),
    "connection names of others": "Connection: close, content-length, host, authorization",
    "many connections": f"Connection: {', '.join(['x'] * 4000)}",
    "a range": "Range: bytes=0-1,2-3,-9999999999999999999",
    "conditions": ("If-Match: *", "If-None-Match: *", "If-Modified-Since: never"),
    "forwarded": ("Forwarded: for=127.0.0.1", "X-Forwarded-For: 127.0.0.1", "X-Original-URL: /_mock/reset"),
    "another method": "X-HTTP-Method-Override: DELETE",
    "3,000 cookies": f"Cookie: {'; '.join(f'a{number}=b' for number in range(3000))}",
    "languages": f"Accept-Language: {','.join(['de;q=0.1'] * 2000)}",
    "weights": f"Accept: {','.join(['a/b;q=9e999'] * 1000)}",
}
FLOODS = {
    "101 lines": [f"X-{number}: a" for number in range(101)],
    "10,000 lines": [f"X-{number}: a" for number in range(10_000)],
    "a name of 100,000 letters": f"{'X' * 100_000}: a",
    "a value of 100,000 letters": f"X: {'a' * 100_000}",
    "a value of 2 MB": f"X: {'a' * 2_000_000}",
    "100,000 empty lines of a header": ["X:"] * 100_000,
}
PREFERENCES = {
    "no status": "Prefer: code=abc",
    "a status below all": "Prefer: code=99",
    "a status of a million digits": f"Prefer: code={'9' * 20_000}",
    "a negative delay": "Prefer: delay=-1",
    "no delay": "Prefer: delay=NaN",
    "a delay without end": "Prefer: delay=inf",
    "an unknown outcome": "Prefer: outcome=../../etc/passwd",
    "an open quote": 'Prefer: outcome="a',
    "many": f"Prefer: {', '.join(['a=b'] * 3000)}",
    "only commas": f"Prefer: {',' * 20_000}",
    "only quotes": "Prefer: " + '"' * 19_999,
    "only backslashes": 'Prefer: a="' + "\\" * 20_000,
}
SESSIONS = {
    "a path": "X-Mock-Session: ../../etc",
    "dots": "X-Mock-Session: ..",
    "empty": "X-Mock-Session: ",
    "too long": f"X-Mock-Session: {'a' * 65}",
    "bytes beyond ASCII": "X-Mock-Session: \u00e4",
    "two": ("X-Mock-Session: a", "X-Mock-Session: b"),
}

CASES: tuple[Case, ...] = (
    *(case(f"method: {method[:20]}", request(method=method), 400, 405, CLOSED) for method in METHODS),
    *(case(f"no method: {method!r}", request(method=method), 400, CLOSED) for method in NO_METHODS),
    *(case(f"target: {target[:40]}", request(target), 404, 400, 414) for target in TARGETS),
    case("target: 70,000 letters", request("/" + "a" * 70_000), 414, 431),
    case("target: a query of 70,000 letters", request(f"{page.PATH}?{'a' * 70_000}"), 414, 431),
    case("target: a query of 60,000 letters", request(f"{page.PATH}?{'a' * 60_000}"), 200, 414, 431),
    *(case(f"no target: {target!r}", request(target), 400, 404, CLOSED) for target in NO_TARGETS),
    *(case(f"version: {version!r}", request(version=version), 400, 505, CLOSED, half_close=True) for version in VERSIONS),
    *(case(f"host: {name}", request(host=host), 400) for name, host in HOSTS.items()),
    *heads("no header", LINES, 400, CLOSED),
    *heads("header", FINE_LINES, 200, 400),
    *heads("flood", FLOODS, 431, CLOSED),
    *heads("preference", PREFERENCES, 200, 400),
    *heads("session", SESSIONS, 400),
    *heads("expectation", {"unknown": "Expect: money", "twice": ("Expect: 100-continue", "Expect: 100-continue")}, 200, 417, 400),
    case("lines: only line feeds", request().replace(b"\r\n", b"\n"), 200, 400, CLOSED),
    case("lines: only carriage returns", request().replace(b"\r\n", b"\r"), 400, CLOSED, half_close=True),
    case("lines: empty ones first", b"\r\n" * 5 + request(), 200, 400, CLOSED),
    case("lines: 100,000 empty ones", b"\r\n" * 100_000 + request(), 200, 400, 431, CLOSED),
    case("HTTP/0.9", b"GET /\r\n", 400, CLOSED, half_close=True),
    case("only a line", b"hello\r\n\r\n", 400, CLOSED),
    case("HTTP/2 and rubbish", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\xff" * 1000, CLOSED),
    case("HTTP/2 and HTTP/1.1", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + request(), CLOSED),
    case("half of HTTP/2", b"PRI * HTTP/2.0\r\n\r\nS", CLOSED, 400, half_close=True),
    case("TLS", _client_hello(), 400, CLOSED, half_close=True),
    case("SMTP", b"EHLO mock\r\n", 400, CLOSED, half_close=True),
    case("a proxy's line", b"PROXY TCP4 1.2.3.4 127.0.0.1 1 2\r\n" + request(), 400, CLOSED),
    case("NUL", b"\0" * 10_000, 400, CLOSED),
    case("random bytes", bytes(range(128, 256)) * 100, 400, CLOSED, half_close=True),
    case("an answer", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 400, CLOSED),
    case("pipelined: 50 requests", request("/nowhere") * 50, 404, answers=50),
    case("pipelined: the second is none", request("/nowhere") + b"\0\r\n\r\n", 404, answers=2),
    case("pipelined: behind a refused body", request("/nowhere", body=b" " * 2**21) + request("/nowhere"), 404, answers=2),
)  # fmt: skip
