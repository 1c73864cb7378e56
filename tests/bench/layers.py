"""Measures what the parts between the network and the mock cost: the same load with and without each of them."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from statistics import median
from typing import Final

from tests import page
from tests.bench.load import press
from tests.mockserver.process import COMMAND

# What `enrol-mock serve` is started with, by the name of the row. The first one is what the others are compared with.
LAYERS: Final[Mapping[str, tuple[str, ...]]] = {
    "nothing": (),
    "--base-path": ("--base-path", "/loyalty"),
    "--cors": ("--cors", "*"),
    "--log, with the front": ("--log", "text"),
    "--socket-faults, the front": ("--socket-faults",),
}
_CONNECTIONS: Final = (1, 8)


def print_table(body: bytes, headers: Mapping[str, str], windows: int, seconds: int) -> None:
    """Print a row for each part: requests per second, and how much longer one request takes in microseconds.

    `windows`: how many loads of `seconds` the median is taken of. The servers are loaded in turns, so that other work on
    the machine slows all of them alike.
    """
    found: dict[str, list[list[float]]] = {name: [[] for _ in _CONNECTIONS] for name in LAYERS}
    with ExitStack() as running:
        urls = {name: running.enter_context(_served(*options)) + page.PATH for name, options in LAYERS.items()}
        for _ in range(windows):
            for index, connections in enumerate(_CONNECTIONS):
                for name, url in urls.items():
                    # A page of another origin, so that the grant of --cors is paid for. Others ignore the header.
                    sent = {**headers, "Origin": "http://localhost:3000"}
                    one = press(url, body, sent, connections=connections, seconds=seconds)
                    found[name][index].append(one.per_second)
    print(f"{'before the mock, requests/s':40}" + "".join(f"{n:>9}" for n in _CONNECTIONS) + "    costs, µs")
    alone = median(found["nothing"][0])
    for name, loads in found.items():
        rates = [median(one) for one in loads]
        costs = (1 / rates[0] - 1 / alone) * 1_000_000
        print(f"{name:40}" + "".join(f"{rate:>9,.0f}" for rate in rates) + f"{costs:>12,.0f}")
    print()


@contextmanager
def _served(*options: str) -> Iterator[str]:
    """Start a mock, whose log nobody reads, and yield its URL."""
    process = subprocess.Popen(
        [*COMMAND, "serve", "--port", "0", *options], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout is not None
        yield process.stdout.readline().removeprefix("listening on ").rstrip("\n")
    finally:
        process.terminate()
        process.communicate(timeout=30)
