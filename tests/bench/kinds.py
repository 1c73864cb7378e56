"""Kinds of requests in a world with many customers, and how fast the mock answers each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from tests import page, people
from tests.bench.load import CUSTOMER, USUAL, Customers, Loads, Request, press
from tests.bench.processes import cpu_of
from tests.bench.tables import Table
from tests.bench.windows import CONNECTIONS, Windows
from tests.mockserver.process import Process

CUSTOMERS: Final = 100_000
_HEADERS: Final = {**USUAL, "Content-Type": "application/json", "Authorization": page.OPT_IN_AUTHORIZATION}
_ONCE: Final = {"id": "68c3f64bbd0a8a0aa705c7aa", "promotionId": 1133590099}


def world(customers: int = CUSTOMERS) -> dict[str, Any]:
    """Return a world with this many customers, a promotion without an end, and one for once in a life."""
    data = people.many(customers)
    once = {**data["promotions"][0], **_ONCE, "identifier": "once-99", "limitPerCustomer": 1}
    return {**data, "promotions": [*data["promotions"], once]}


def requests(customers: int = CUSTOMERS) -> Mapping[str, Request]:
    """Return a request of each kind that is compared over the network."""

    def request(value: str, *, refused: bool = False, turns: bool = False, **changes: Any) -> Request:
        body = {**page.ENROL_REQUEST, "customer": {"identifierName": "id", "identifierValue": value}, **changes}
        all_of_them = Customers(people.FIRST_ID, people.FIRST_ID + customers) if turns else None
        return Request(page.PATH, json.dumps(body).encode(), _HEADERS, all_of_them, refused)

    anew = request(CUSTOMER, turns=True)
    return {
        "enrolled, another customer each time": anew,
        "the same, a bare request": anew.bare,
        "already enrolled": request(str(people.FIRST_ID), promotion=_ONCE),
        "refused, no such customer": request(CUSTOMER, refused=True),
    }


def table(windows: Windows, customers: int = CUSTOMERS) -> Table:
    """Return a row for each kind: requests per second and p99, and the processor time of the mock for each request."""
    asked = requests(customers)
    found = {name: {number: Loads() for number in CONNECTIONS} for name in asked}
    with mock_with(customers) as process:
        for _ in range(windows.count):
            for number in CONNECTIONS:
                for name, request in asked.items():
                    post = partial(press, process.url, request, connections=number, seconds=windows.seconds)
                    found[name][number].take(post, partial(cpu_of, process.popen.pid))
    rows = tuple(
        (
            name,
            *(f"{load.per_second:,.0f} ({load.p50:,.1f}, {load.p99:,.1f})" for load in loads.values()),
            f"{loads[8].cpu_per_request:,.0f}",
        )
        for name, loads in found.items()
    )
    columns = ("", *(f"{n} conn., req/s (p50, p99 ms)" for n in CONNECTIONS), "CPU µs/request")
    note = (
        f"{customers:,} customers in the world. Each enrolment is kept, so the state grows from load to load. "
        "A bare request has no User-Agent and no Accept."
    )
    return Table("Kinds of requests over the network", columns, rows, note)


@contextmanager
def mock_with(customers: int, *options: str) -> Iterator[Process]:
    """Start a mock that serves the world with this many customers."""
    with TemporaryDirectory() as folder, ExitStack() as ends:
        path = Path(folder) / "world.json"
        path.write_text(json.dumps(world(customers)), encoding="utf-8")
        process = Process.start("--world", str(path), *options)
        ends.callback(process.stop)
        yield process
