"""Measures the mock with few and with many customers: until it is ready, its memory, its answers and its reset."""

from __future__ import annotations

import json
import time
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

from tests import people
from tests.bench import kinds
from tests.bench.load import Loads, press
from tests.bench.processes import cpu_of, usage
from tests.bench.tables import Table
from tests.bench.windows import Windows
from tests.mockserver.process import Process

CUSTOMERS: Final = (10, 100_000)
_CONNECTIONS: Final = 8
_RESETS: Final = 20


def table(windows: Windows, customers: tuple[int, ...] = CUSTOMERS) -> Table:
    """Return a column for each number of customers. The servers are loaded in turns."""
    rows: list[tuple[str, ...]] = []
    for kind in ("YAML", "JSON"):
        found = [_start(kind, number) for number in customers]
        rows.append((f"{kind}, until it is ready, s", *(f"{seconds:,.2f}" for seconds, _ in found)))
        rows.append((f"{kind}, most memory of the server, MB", *(f"{most:,.0f}" for _, most in found)))
    loads = [Loads() for _ in customers]
    with ExitStack() as stack:
        processes = [stack.enter_context(kinds.mock_with(number)) for number in customers]
        requests = [next(iter(kinds.requests(number).values())) for number in customers]
        for _ in range(windows.count):
            for process, request, load in zip(processes, requests, loads, strict=True):
                post = partial(press, process.url, request, connections=_CONNECTIONS, seconds=windows.seconds)
                load.take(post, partial(cpu_of, process.popen.pid))
        rows.append(("enrolments/s, 8 connections", *(f"{load.per_second:,.0f}" for load in loads)))
        rows.append(("reset, ms", *(f"{_reset(process):,.1f}" for process in processes)))
    return Table("Customers in the world", ("", *(f"{number:,}" for number in customers)), tuple(rows))


def _start(kind: str, number: int) -> tuple[float, float]:
    """Return the seconds until the mock says that it listens, and the most memory that it had, in MB."""
    data = people.many(number)
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"world.{kind.lower()}"
        path.write_text(people.as_yaml(data) if kind == "YAML" else json.dumps(data), encoding="utf-8")
        begin = time.perf_counter()
        process = Process.start("--world", str(path))
        seconds = time.perf_counter() - begin
        most = usage(process.popen.pid).peak
        process.stop()
    return seconds, most


def _reset(process: Process) -> float:
    """Return the milliseconds that a reset takes, when nobody has been enrolled since the last one."""
    process.reset()
    times = []
    for _ in range(_RESETS):
        begin = time.perf_counter()
        process.reset()
        times.append((time.perf_counter() - begin) * 1000)
    return median(times)
