"""Measures the mock with few and with many customers: until it is ready, its memory, its answers and its reset."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, Final

from tests import page, people
from tests.bench.load import press
from tests.mockserver.process import Process

HEADERS: Final = {"Content-Type": "application/json", "Authorization": page.OPT_IN_AUTHORIZATION}
CUSTOMERS: Final = (10, 100_000)
_CONNECTIONS: Final = 8


def print_table(windows: int, seconds: int, customers: tuple[int, ...] = CUSTOMERS) -> None:
    """Print a column for each number of customers. `windows`: how many loads of `seconds` the median is taken of."""
    print(f"{'customers in the world':40}" + "".join(f"{number:>9,}" for number in customers))
    with TemporaryDirectory() as folder:
        for kind in ("YAML", "JSON"):
            found = [_start(Path(folder), kind, number) for number in customers]
            print(f"{f'{kind}, until it is ready, s':40}" + "".join(f"{one:>9.2f}" for one, _ in found))
            print(f"{f'{kind}, most memory of the server, MB':40}" + "".join(f"{one:>9.0f}" for _, one in found))
        with _servers(Path(folder), customers) as processes:
            loads = [[_load(process, number, seconds) for _ in range(windows)] for process, number in processes]
            print(f"{'requests/s':40}" + "".join(f"{median(one):>9,.0f}" for one in loads))
            print(f"{'reset, ms':40}" + "".join(f"{_reset(process):>9.1f}" for process, _ in processes) + "\n")


def _world(folder: Path, kind: str, number: int) -> Path:
    path = folder / f"{number}.{kind.lower()}"
    if not path.exists():
        data = people.many(number)
        path.write_text(people.as_yaml(data) if kind == "YAML" else json.dumps(data), encoding="utf-8")
    return path


def _start(folder: Path, kind: str, number: int) -> tuple[float, float]:
    """Return the seconds until the mock says that it listens, and the most memory that the serving process had, in MB."""
    path = _world(folder, kind, number)
    begin = time.perf_counter()
    process = Process.start("--world", str(path))
    seconds = time.perf_counter() - begin
    status = Path(f"/proc/{process.popen.pid}/status").read_text()
    process.stop()
    (most,) = re.findall(r"VmHWM:\s+(\d+)", status)
    return seconds, int(most) / 1000


@contextmanager
def _servers(folder: Path, customers: tuple[int, ...]) -> Iterator[list[tuple[Process, int]]]:
    processes = [(Process.start("--world", str(_world(folder, "JSON", number))), number) for number in customers]
    yield processes
    for process, _ in processes:
        process.stop()


def _load(process: Process, number: int, seconds: int) -> float:
    """Return how many enrolments of the last customer are answered in a second."""
    request: dict[str, Any] = {
        **page.ENROL_REQUEST,
        "customer": {"identifierName": "id", "identifierValue": str(people.customer(number - 1)["id"])},
    }
    body = json.dumps(request).encode()
    return press(process.url + page.PATH, body, HEADERS, connections=_CONNECTIONS, seconds=seconds).per_second


def _reset(process: Process) -> float:
    """Return the milliseconds that a reset takes, when nobody has been enrolled since the last one."""
    process.reset()
    times = []
    for _ in range(20):
        begin = time.perf_counter()
        process.reset()
        times.append((time.perf_counter() - begin) * 1000)
    return median(times)
