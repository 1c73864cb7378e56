"""The command `proxy` in a thread of the tests, and clients that send enrolments through it."""

from __future__ import annotations

import io
import json
import re
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Any, Final
from urllib.parse import urlsplit

from rich.console import Console

from contracts.commands.proxy import proxy
from contracts.exchange import NOTHING
from contracts.session.opening import Order
from contracts.verdict.result import Result
from openapi.world import Customer
from tests.contracts.answers import ask
from tests.contracts.proxy.bytes_host import Line

LOGIN: Final = {"Authorization": "Basic c3RvcmUuc2VydmVyOjIwMmNiOTYyYWM1OTA3NWI5NjRiMDcxNTJkMjM0Yjcw"}
CALL: Final = "/v3/promotions/enrol"
_SECONDS: Final = 20.0


@dataclass
class Proxied:
    """A proxy that runs. `url`: where clients reach it. `result`: there once it has ended."""

    url: str = ""
    output: io.StringIO = field(default_factory=io.StringIO)
    result: Result | None = None

    @property
    def said(self) -> str:
        return self.output.getvalue()

    def told(self, text: str) -> str:
        """Wait until a text was printed, and return all that was."""
        until = time.monotonic() + _SECONDS
        while text not in self.said and time.monotonic() < until:
            time.sleep(0.005)
        assert text in self.said, self.said
        return self.said

    def client(self) -> Line:
        """Return a plain connection to the proxy."""
        return Line(socket.create_connection(("127.0.0.1", int(self.url.rpartition(":")[2]))))

    @property
    def broken(self) -> list[str]:
        assert self.result
        return [finding.claim for finding in self.result.findings if finding.level == "broken"]

    def ask(self, *bodies: Any, headers: dict[str, str] = LOGIN, path: str = CALL) -> list[tuple[int, Any]]:
        """Send requests one after the other over one connection. Return the answers."""
        parts = urlsplit(self.url)
        connection = HTTPConnection(parts.hostname or "", parts.port or 0, timeout=_SECONDS)
        answers = []
        for body in bodies:
            connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json", **headers})
            answer = connection.getresponse()
            content = answer.read()
            is_json = "json" in (answer.headers["Content-Type"] or "")
            answers.append((answer.status, json.loads(content) if is_json else content))
        connection.close()
        return answers

    def ask_at_once(self, bodies: Sequence[Any]) -> list[tuple[int, Any]]:
        """Send requests at the same moment, each over a connection of its own."""
        barrier = threading.Barrier(len(bodies))

        def ask(body: Any) -> tuple[int, Any]:
            barrier.wait()
            return self.ask(body)[0]

        with ThreadPoolExecutor(len(bodies)) as pool:
            return list(pool.map(ask, bodies))


@contextmanager
def proxied(url: str, output: io.StringIO | None = None, **order: Any) -> Iterator[Proxied]:
    """Start a proxy before a host; it ends with the block. `output`: what it prints to."""
    running, end, failures = Proxied(output=output or io.StringIO()), threading.Event(), list[BaseException]()
    terminal = Console(file=running.output, width=200)

    def run() -> None:
        try:
            running.result = proxy(Order(host=url, **order), ("127.0.0.1", 0), terminal, wait=end.wait)
        except BaseException as error:  # raised again where the test waits for the thread
            failures.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    while thread.is_alive() and not running.url:
        found = re.search(r"listening on (\S+)", running.said)
        running.url = found[1] if found else ""
        thread.join(0.002)
    try:
        if running.url:
            yield running
    finally:
        end.set()
        thread.join(3 * _SECONDS)
        assert not thread.is_alive()
        if failures:
            raise failures[0]


def enrolment(promotion: str, customer: Customer, action: str = "ENROL", **changes: Any) -> dict[str, Any]:
    """Return a body that names a promotion by its short identifier, and a customer by id. It has no requestId."""
    return ask(promotion, customer, **{"action": action, "requestId": NOTHING, **changes})
