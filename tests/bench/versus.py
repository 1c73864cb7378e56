"""Measures the mock side by side with other servers: throughput, latency, processor time, cold start, memory."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import Final

from openapi import world
from tests import page
from tests.bench.load import Loads, Request, press
from tests.bench.processes import cpu_of, usage
from tests.bench.servers import FLOOR, HEADERS, MOCK, Contestant, Running, running
from tests.bench.tables import Table
from tests.bench.windows import CONNECTIONS, Windows

_STARTS: Final = 3


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured of one server. `loads` by the number of connections, `cold` in seconds, `peak` in MB."""

    name: str
    loads: dict[int, Loads]
    cold: float
    peak: float


def measure(others: Iterable[Contestant], windows: Windows, *, starts: int = _STARTS) -> list[Figures]:
    """Return the figures of the mock, of the floor, and of the others.

    They are loaded in turns, so that other work on the machine slows all of them alike.
    """
    request = page_request()
    contestants = [MOCK, FLOOR, *others]
    cold = {one.name: median(_cold(one, request) for _ in range(starts)) for one in contestants}
    found = {one.name: {number: Loads() for number in CONNECTIONS} for one in contestants}
    with ExitStack() as stack:
        servers = [stack.enter_context(running(one, request)) for one in contestants]
        for server in servers:
            _warm(server, request, windows.seconds)
        for _ in range(windows.count):
            for number in CONNECTIONS:
                for server in servers:
                    server.reset()
                    post = partial(press, server.url, request, connections=number, seconds=windows.seconds)
                    found[server.contestant.name][number].take(post, partial(cpu_of, server.pid))
        peaks = {server.contestant.name: usage(server.pid).peak for server in servers}
    return [Figures(one.name, found[one.name], cold[one.name], peaks[one.name]) for one in contestants]


def that_answer(others: Iterable[Contestant]) -> tuple[list[Contestant], list[str]]:
    """Return those that give the right answer on this machine, and why each of the others is left out."""
    right, notices = [], []
    for one in others:
        try:
            with running(one, page_request()):
                right.append(one)
        except RuntimeError as error:
            notices.append(f"no {one.name}: {error}")
    return right, notices


def table(found: Sequence[Figures]) -> Table:
    """Return a row for each server."""
    columns = ("", *(f"{n} conn., req/s (p99 ms)" for n in CONNECTIONS), "CPU µs/request", "cold start ms", "peak MB")
    rows = tuple(
        (
            one.name,
            *(f"{load.per_second:,.0f} ({load.p99:,.1f})" for load in one.loads.values()),
            f"{one.loads[8].cpu_per_request:,.0f}",
            f"{one.cold * 1000:,.0f}",
            f"{one.peak:,.0f}",
        )
        for one in found
    )
    return Table(
        "The page's ENROL request, side by side",
        columns,
        rows,
        "All servers run at the same time and are loaded in turns. The mock forgets its enrolments before each load. "
        "The processor time is that of the server with 8 connections. The floor reads JSON and answers fixed bytes.",
    )


def page_request() -> Request:
    """Return the page's ENROL request, with the promotion that has the highest limit per customer."""
    promotion = max(world.load().promotions, key=lambda promotion: promotion.limit_per_customer)
    body = deepcopy(page.ENROL_REQUEST)
    body["promotion"] = {"id": promotion.id, "promotionId": promotion.promotion_id}
    body["programId"] = promotion.program_id
    return Request(page.PATH, json.dumps(body).encode(), HEADERS)


def _cold(contestant: Contestant, request: Request) -> float:
    with running(contestant, request) as server:
        return server.cold


def _warm(server: Running, request: Request, seconds: float) -> None:
    """Load a server until what is compiled at run time is compiled."""
    press(server.url, request, connections=8, seconds=seconds)
    press(server.url, request, connections=64, seconds=seconds)
