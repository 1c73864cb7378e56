"""Measures the mock inside one process, without a network: processor time for each request."""

from __future__ import annotations

import gc
import io
import json
import time
from collections.abc import Mapping, Sequence
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from mockserver.app import Mock
from openapi import document, questions, world
from tests import page
from tests.bench.servers import HEADERS
from tests.bench.tables import Table
from tests.bench.versus import page_request

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_ROUNDS: Final = 7
_REQUESTS: Final = 2_000


def table(requests: int = _REQUESTS) -> Table:
    """Return a row for each kind of request: microseconds for each, the median of several rounds taken in turns."""
    mock = Mock.of(document.load(), world.load(), questions.defaults(questions.load()))
    kinds = _kinds()
    found: dict[str, list[float]] = {name: [] for name in kinds}
    for _ in range(_ROUNDS):
        for name, (environ, status, body) in kinds.items():
            found[name].append(microseconds(mock, environ, status, [body] * requests))
    rows = tuple((name, f"{median(one):,.1f}") for name, one in found.items())
    note = "Credentials, validation, state, journal and the check of the mock's own answer are on."
    return Table("In one process, without a network", ("", "µs/request"), rows, note)


def microseconds(mock: Mock, environ: WSGIEnvironment, status: str, bodies: Sequence[bytes]) -> float:
    """Send a request with each of these bodies, and return the processor time of one. Raises RuntimeError on another status."""
    answered: list[str] = []

    def start(line: str, headers: Any, failure: Any = None) -> Any:
        answered.append(line)

    gc.collect()
    begin = time.process_time()
    for body in bodies:
        b"".join(mock({**environ, "wsgi.input": io.BytesIO(body)}, start))
    spent = time.process_time() - begin
    wrong = {line for line in answered if not line.startswith(status)}
    if wrong:
        raise RuntimeError(f"answered {wrong} in place of {status}")
    return spent / len(bodies) * 1_000_000


def environ_of(length: int, *, path: str = page.PATH, **headers: str) -> WSGIEnvironment:
    """Return a request as a WSGI server hands it over, but without its body of this length."""
    return {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "REQUEST_URI": path,
        "QUERY_STRING": "",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(length),
        "HTTP_HOST": "127.0.0.1:8080",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8080",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        **headers,
    }


def _kinds() -> Mapping[str, tuple[WSGIEnvironment, str, bytes]]:
    """Return each kind of request with the status of its answer and its body."""
    login = {"HTTP_AUTHORIZATION": HEADERS["Authorization"]}
    unknown = {"identifierName": "id", "identifierValue": "999999999", "source": "INSTORE"}
    nameless = {key: value for key, value in page.ENROL_REQUEST.items() if key != "action"}
    anew = page_request().body

    def asked(status: str, body: Any, **changed: Any) -> tuple[WSGIEnvironment, str, bytes]:
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        return environ_of(len(sent), **{**login, **changed}), status, sent

    return {
        "enrolled anew": asked("200", anew),
        "already enrolled": asked("200", page.ENROL_REQUEST),
        "opted in already": asked("200", page.OPT_IN_REQUEST),
        "refused, no such customer": asked("400", {**page.ENROL_REQUEST, "customer": unknown}),
        "refused, a field is missing": asked("400", nameless),
        "refused, no JSON": asked("400", b'{"requestId": '),
        "refused, wrong password": asked("401", anew, HTTP_AUTHORIZATION="Basic c3RvcmUuc2VydmVyOjEyNA=="),
        "another path": asked("404", anew, path="/v3/promotions"),
    }
