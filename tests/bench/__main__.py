"""`python -m tests.bench`: measures, and prints a table."""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from statistics import median
from typing import Any, Final

from openapi import world
from tests import page
from tests.bench import layers, load, scale
from tests.bench.load import Load, press
from tests.mockserver.process import Process

HEADERS: Final = {"Content-Type": "application/json", "Authorization": page.OPT_IN_AUTHORIZATION}
CONNECTIONS: Final = (1, 8, 64)


def main() -> None:
    """Measure everything and print the table."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--starts", type=int, default=10, help="processes to start for the cold start")
    parser.add_argument("--windows", type=int, default=3, help="windows of each load, of which the median counts")
    parser.add_argument("--seconds", type=int, default=3, help="length of a window")
    asked = parser.parse_args()
    print(f"load by {'wrk' if load.TOOL else 'a generator of our own, itself slow: only the ratio tells'}\n")
    starts = [_cold_start() * 1000 for _ in range(asked.starts)]
    print(f"{'cold start to the first enrolment, ms':40}{median(starts):>9,.0f}   (longest {max(starts):,.0f})\n")
    print(f"{'connections':40}" + "".join(f"{connections:>9}" for connections in CONNECTIONS))
    _print_loads(_loads(asked.windows, asked.seconds))
    layers.print_table(json.dumps(_request()).encode(), HEADERS, asked.windows, asked.seconds)
    scale.print_table(asked.windows, asked.seconds)
    for profile in ("quick", "default"):
        seconds, requests = _contract_run(profile)
        print(f"{f'enrol-contract run --profile {profile}, s':40}{seconds:>9.1f}   ({requests} requests)")


def _print_loads(loads: Mapping[str, list[Load]]) -> None:
    mock, bare = loads["mock"], loads["bare"]
    for name, found in loads.items():
        print(f"{f'{name}, requests/s':40}" + "".join(f"{one.per_second:>9,.0f}" for one in found))
        print(f"{f'{name}, p99 ms':40}" + "".join(f"{one.p99:>9,.1f}" for one in found))
    ratios = (one.per_second / other.per_second for one, other in zip(mock, bare, strict=True))
    print(f"{'mock : bare':40}" + "".join(f"{ratio:>9.2f}" for ratio in ratios) + "\n")


def _cold_start() -> float:
    """Return the seconds from the start of a process to its first answer to the page's ENROL request."""
    begin = time.perf_counter()
    process = Process.start()
    try:
        connection = process.connect()
        connection.request("POST", page.PATH, json.dumps(page.ENROL_REQUEST), HEADERS)
        answer = connection.getresponse()
        if json.load(answer) != page.ENROL_RESPONSE:
            raise RuntimeError("the mock does not answer as the page does")
        seconds = time.perf_counter() - begin
        connection.close()
    finally:
        process.stop()
    return seconds


def _loads(windows: int, seconds: int) -> dict[str, list[Load]]:
    """Load both servers in turns, so that other work on the machine slows both alike."""
    body = json.dumps(_request()).encode()
    found: dict[str, dict[int, list[Load]]] = {name: {n: [] for n in CONNECTIONS} for name in ("mock", "bare")}
    mock = Process.start()
    try:
        with _bare() as bare:
            urls = {"mock": mock.url + page.PATH, "bare": bare + page.PATH}
            for url in urls.values():
                press(url, body, HEADERS, connections=8, seconds=1)
            for _ in range(windows):
                for connections in CONNECTIONS:
                    for name, url in urls.items():
                        one = press(url, body, HEADERS, connections=connections, seconds=seconds)
                        found[name][connections].append(one)
    finally:
        mock.stop()
    return {
        name: [Load(median(o.per_second for o in ones), median(o.p99 for o in ones)) for ones in loads.values()]
        for name, loads in found.items()
    }


def _request() -> dict[str, Any]:
    """Return the page's ENROL request for the promotion with the highest limit per customer."""
    promotion = max(world.load().promotions, key=lambda promotion: promotion.limit_per_customer)
    request = deepcopy(page.ENROL_REQUEST)
    request["promotion"] = {"id": promotion.id, "promotionId": promotion.promotion_id}
    request["programId"] = promotion.program_id
    return request


@contextmanager
def _bare() -> Iterator[str]:
    """Start the bare app, wait until it answers, and yield its URL."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-m", "tests.bench.bare", str(port)])
    try:
        deadline = time.monotonic() + 30
        while not _answers(port):
            if time.monotonic() > deadline or process.poll() is not None:
                raise RuntimeError("the bare app does not start")
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    with contextlib.suppress(OSError), contextlib.closing(connection):
        connection.request("POST", page.PATH, b"[1]")
        return connection.getresponse().status == 200
    return False


def _contract_run(profile: str) -> tuple[float, str]:
    """Run the contract tests against a mock, and return the seconds and the number of requests."""
    begin = time.perf_counter()
    command = str(Path(sys.executable).with_name("enrol-contract"))
    options = ["run", "--start", "enrol-mock serve --port 0", "--profile", profile, "--seed", "1"]
    done = subprocess.run([command, *options], capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - begin
    requests = re.search(r"^(\d+) requests in ", done.stdout, re.MULTILINE)
    if done.returncode != 0 or requests is None:
        raise RuntimeError(f"the contract tests end with {done.returncode}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return seconds, requests[1]


if __name__ == "__main__":
    main()
