"""A host that refuses every request and repeats its body, path and headers in the answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.in_thread import in_thread


class _Echo(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 65536  # head and body in one piece, so that no acknowledgement is waited for

    def _answer(self) -> None:
        sent = self.rfile.read(int(self.headers.get("content-length") or 0))
        if self.path.endswith("/token/generate"):
            status, body = 200, json.dumps({"data": {"accessToken": "handed.out.token", "ttlSeconds": 300}})
        else:
            told = f"{self.path} {dict(self.headers.items())} {sent.decode('utf-8', 'replace')}"
            error = {"code": 310005, "message": told}
            status, body = 400, json.dumps({"data": None, "errors": [error], "warnings": None})
        content = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Set-Cookie", "session=of-this-run")
        self.send_header("X-Echo", (self.headers.get("authorization") or "").replace("\n", ""))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815  the names are the library's

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def echoing() -> Iterator[str]:
    """Run the host and yield its URL."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Echo)
    with in_thread(server) as address:
        yield f"http://{address}"
