"""Measures what the parts between the network and the mock cost: the same load with and without each of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from threading import Thread
from typing import Final

from tests.bench.load import Loads, press
from tests.bench.processes import cpu_of
from tests.bench.tables import Table
from tests.bench.versus import page_request
from tests.bench.windows import Windows
from tests.mockserver.process import Process

# What `enrol-mock serve` is started with, by the name of the row. The first one is what the others are compared with.
LAYERS: Final[Mapping[str, tuple[str, ...]]] = {
    "nothing": (),
    "--base-path": ("--base-path", "/loyalty"),
    "--cors": ("--cors", "*"),
    "--log, with the front": ("--log", "text"),
    "--socket-faults, the front": ("--socket-faults",),
}
_CONNECTIONS: Final = (1, 8)


def table(windows: Windows) -> Table:
    """Return a row for each part: requests per second, and how much longer one request takes in microseconds.

    The servers are loaded in turns, so that other work on the machine slows all of them alike.
    """
    page = page_request()
    # A page of another origin, so that the grant of --cors is paid for. Others ignore the header.
    request = replace(page, headers={**page.headers, "Origin": "http://localhost:3000"})
    found = {name: {number: Loads() for number in _CONNECTIONS} for name in LAYERS}
    with ExitStack() as running:
        processes = {name: running.enter_context(_served(*options)) for name, options in LAYERS.items()}
        for _ in range(windows.count):
            for number in _CONNECTIONS:
                for name, process in processes.items():
                    post = partial(press, process.url, request, connections=number, seconds=windows.seconds)
                    found[name][number].take(post, partial(cpu_of, process.popen.pid))
    alone = found["nothing"][1].per_second
    rows = tuple(
        (
            name,
            *(f"{load.per_second:,.0f}" for load in loads.values()),
            f"{(1 / loads[1].per_second - 1 / alone) * 1_000_000:,.0f}",
            f"{loads[8].cpu_per_request:,.0f}",
        )
        for name, loads in found.items()
    )
    columns = ("", *(f"{n} conn., req/s" for n in _CONNECTIONS), "longer by µs", "CPU µs/request")
    return Table("What stands before the mock", columns, rows)


@contextmanager
def _served(*options: str) -> Iterator[Process]:
    """Start a mock, and read what it writes, so that its log finds room."""
    process = Process.start(*options)
    assert process.popen.stderr is not None
    reading = Thread(target=deque, args=(process.popen.stderr, 0))
    reading.start()
    try:
        yield process
    finally:
        process.popen.terminate()
        process.popen.wait(30)
        reading.join()
        process.popen.communicate()
