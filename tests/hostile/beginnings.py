"""What a client sends that then stops half-way."""

from __future__ import annotations

from tests import page
from tests.mockserver.raw import request

HEAD = f"POST {page.PATH} HTTP/1.1\r\nHost: mock\r\nContent-Length: 100\r\n".encode()
BEGINNINGS = {
    "nothing": b"",
    "a letter, as of HTTP/2": b"P",
    "half of HTTP/2": b"PRI * HTTP/2.0\r\n",
    "HTTP/2 and then nothing": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0",
    "half a line": HEAD[:20],
    "half a head": HEAD,
    "half a body": HEAD + b"\r\n{",
    "half a chunk": HEAD.replace(b"Content-Length: 100", b"Transfer-Encoding: chunked") + b"\r\nff\r\n{",
    "a whole request": request("/nowhere"),
}
