"""Serve the mock on a real socket, change its answers on the way back, and run the suite against hosts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Any

from rich.console import Console
from werkzeug.datastructures import Headers
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.test import run_wsgi_app

from contracts.commands.run import run
from contracts.inputs.profiles import Profile
from contracts.session.opening import Order
from contracts.verdict.result import Result
from mockserver.app import Mock
from openapi import document, questions, world
from openapi.document import Document
from tests.in_thread import in_thread

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# A few requests for each part of the suite.
SMALL = Profile("quick", pairs=10, echoes=5, fuzz=5, journeys=1, steps=15, repeats=3, rounds=2, connections=0, rest=0.0)

Body = Any
Change = Callable[["Seen"], None]


class Seen:
    """A request and its answer, which a Change may modify before it is sent."""

    def __init__(self, environ: WSGIEnvironment, asked: Body, status: int, headers: dict[str, str], answer: Body):
        self.environ = environ
        self.asked = asked
        self.status = status
        self.headers = headers
        self.answer = answer

    def say(self, raw: bytes, media_type: str) -> None:
        """Replace the answer by bytes of another media type."""
        self.answer = raw
        self.headers["Content-Type"] = media_type


@contextmanager
def served(app: WSGIApplication) -> Iterator[str]:
    """Serve an application on a free port of this machine and yield its URL."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Connection)
    with in_thread(server) as address:
        yield f"http://{address}"


def mock(contract: Document | None = None) -> Mock:
    """Return a fresh mock of the sample world. `contract`: a document other than enrol.yaml."""
    return Mock.of(contract or document.load(), world.load(), questions.defaults(questions.load()))


def broken(change: Change, app: WSGIApplication | None = None) -> WSGIApplication:
    """Return a mock whose answers to the enrol call are modified by `change`."""
    inner = app or mock()

    def outer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        in_chunks = environ.get("wsgi.input_terminated")
        payload = environ["wsgi.input"].read(*([] if in_chunks else [int(environ.get("CONTENT_LENGTH") or 0)]))
        environ["wsgi.input"], environ["CONTENT_LENGTH"] = BytesIO(payload), str(len(payload))
        parts, status, headers = run_wsgi_app(inner, environ)
        answer = b"".join(parts)
        if environ["PATH_INFO"] == "/v3/promotions/enrol":
            seen = Seen(environ, _json(payload), int(status[:3]), dict(headers), _json(answer))
            change(seen)
            answer = seen.answer if isinstance(seen.answer, bytes) else json.dumps(seen.answer).encode()
            status, headers = f"{seen.status} X", Headers(list(seen.headers.items()))
        left = [(name, value) for name, value in headers if name.lower() != "content-length"]
        start_response(status, [*left, ("Content-Length", str(len(answer)))])
        return [answer]

    return outer


def carry_out(url: str | None, *parts: str, profile: Profile = SMALL, **changed: Any) -> Result:
    """Run the suite, or the named parts of it, against a host with the profile SMALL."""
    usual: dict[str, Any] = {"profile": profile, "seed": 7, "timeout": 10.0}
    return run(Order(host=url, parts=parts, **usual | changed), Console(quiet=True))


def broken_claims(result: Result) -> set[str]:
    return {finding.claim for finding in result.findings if finding.level == "broken"}


class _Connection(WSGIRequestHandler):
    """One connection, which stays open between requests, as with most hosts. Werkzeug itself would close it."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def run_wsgi(self) -> None:
        environ = self.make_environ()
        body = environ["wsgi.input"]
        if not environ.get("wsgi.input_terminated"):
            environ["wsgi.input"] = BytesIO(body.read(int(environ.get("CONTENT_LENGTH") or 0)))
        parts, status, headers = run_wsgi_app(self.server.app, environ)
        content = b"".join(parts)
        headers.setdefault("Date", self.date_time_string())
        headers.setdefault("Content-Length", str(len(content)))
        self.close_connection = self.close_connection or headers.get("Connection", "").lower() == "close"
        lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers), "", ""]
        shown = b"" if self.command == "HEAD" else content
        self.wfile.write("\r\n".join(lines).encode("latin-1") + shown)

    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing."""


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return content
