"""Measures the mock with each store that can keep its enrolments."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.bench import kinds
from tests.bench.databases import Missing, postgresql
from tests.bench.load import Loads, press
from tests.bench.processes import cpu_of
from tests.bench.tables import Table
from tests.bench.windows import CONNECTIONS, Windows
from tests.mockserver.process import Process, run


@contextmanager
def _in_a_file() -> Iterator[str]:
    with TemporaryDirectory() as folder:
        yield f"sqlite:{Path(folder) / 'enrolments.db'}"


# The value of --store, for as long as the store is needed; None for the store that needs no option.
STORES: Final[Mapping[str, Callable[[], AbstractContextManager[str]] | None]] = {
    "memory": None,
    "SQLite file": _in_a_file,
    "PostgreSQL": postgresql,
}


def table(windows: Windows, customers: int = kinds.CUSTOMERS) -> Table:
    """Return a row for each store there is, loaded in turns. The note says what is missing and why."""
    found: dict[str, dict[int, Loads]] = {}
    notices: list[str] = []
    with ExitStack() as stack:
        servers: dict[str, Process] = {}
        for name, store in STORES.items():
            try:
                servers[name] = _start(stack, customers, store)
                found[name] = {number: Loads() for number in CONNECTIONS}
            except Missing as missing:
                notices.append(f"{name}: {missing}")
        requests = {name: next(iter(kinds.requests(customers).values())) for name in servers}
        for _ in range(windows.count):
            for number in CONNECTIONS:
                for name, process in servers.items():
                    post = partial(press, process.url, requests[name], connections=number, seconds=windows.seconds)
                    found[name][number].take(post, partial(cpu_of, process.popen.pid))
    rows = tuple(
        (
            name,
            *(f"{load.per_second:,.0f} ({load.p99:,.1f})" for load in loads.values()),
            f"{loads[8].cpu_per_request:,.0f}",
        )
        for name, loads in found.items()
    )
    columns = ("", *(f"{n} conn., enrolments/s (p99 ms)" for n in CONNECTIONS), "CPU µs/request of the mock")
    note = f"One mock process. {customers:,} customers in the world, another one enrolled each time."
    return Table("Stores", columns, rows, " ".join([note, *(f"{notice}." for notice in notices)]))


def _start(stack: ExitStack, customers: int, store: Callable[[], AbstractContextManager[str]] | None) -> Process:
    """Start a mock with a store. Raises Missing if this mock or this machine has none such."""
    if store is None:
        return stack.enter_context(kinds.mock_with(customers))
    url = stack.enter_context(store())
    if "--store" not in run("serve", "--help").stdout:
        raise Missing("this mock has no option --store")
    return stack.enter_context(kinds.mock_with(customers, "--store", url))
