"""Puts load on one URL, with wrk if it is installed, and otherwise with a small generator of our own."""

from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final
from urllib.parse import urlsplit

TOOL: Final = shutil.which("wrk")
# The place of the customer in a body. Every number that replaces it has as many digits, so the body keeps its length.
CUSTOMER: Final = "999999999"
_SCRIPT: Final = """
local before, after, customer = {before}, {after}, {first}
request = function()
  local sent = before .. customer .. after
  customer = customer + 1
  if customer == {end} then customer = {start} end
  return sent
end
"""
# What curl sends beside the headers of the call. A client without them is told so by the mock, which takes its time.
USUAL: Final = {"User-Agent": "curl/8.5.0", "Accept": "*/*"}
_FIXED: Final = "local raw = {raw}\nrequest = function() return raw end\n"
_PATIENCE: Final = 20  # seconds for an answer
_MILLISECONDS: Final = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60000.0}


@dataclass(slots=True)
class Customers:
    """The customers whose numbers take the place of CUSTOMER: one after the other, over all loads, and then again.

    All numbers from `start` to before `end` have the same length.
    """

    start: int
    end: int
    _next: int = 0

    @property
    def first(self) -> int:
        """The number that the next load begins with."""
        return self.start + self._next % (self.end - self.start)

    def used(self, requests: int) -> None:
        """Go on after this many more requests."""
        self._next += requests

    def take(self) -> int:
        """Return the next number."""
        number = self.first
        self.used(1)
        return number


@dataclass(frozen=True, slots=True)
class Request:
    """What is posted. With `customers` each request names another one. `refused`: the right answer has status 4xx."""

    path: str
    body: bytes
    headers: Mapping[str, str]
    customers: Customers | None = None
    refused: bool = False

    def next_body(self) -> bytes:
        """Return the body of the next request."""
        customers = self.customers
        return self.body.replace(CUSTOMER.encode(), str(customers.take()).encode()) if customers else self.body

    @property
    def bare(self) -> Request:
        """The same request without what usual clients send beside the headers of the call."""
        return replace(self, headers={name: value for name, value in self.headers.items() if name not in USUAL})

    def raw(self, url: str) -> bytes:
        """Return the request as it goes over the wire to a server at this URL, with CUSTOMER in its place."""
        to = urlsplit(url)
        head = [f"POST {to.path}{self.path} HTTP/1.1", f"Host: {to.netloc}", f"Content-Length: {len(self.body)}"]
        lines = [*head, *(f"{name}: {value}" for name, value in self.headers.items()), "", ""]
        return "\r\n".join(lines).encode() + self.body


@dataclass(frozen=True, slots=True)
class Load:
    """The result of one load: how many answers, how many in a second, and response times in milliseconds."""

    requests: int
    per_second: float
    p50: float
    p99: float


@dataclass(slots=True)
class Loads:
    """Several loads of the same kind, and the processor time in seconds that the server used during each."""

    loads: list[Load] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def take(self, press: Callable[[], Load], cpu: Callable[[], float]) -> None:
        """Carry out one more load. `cpu` returns the processor time of the server so far."""
        before = cpu()
        self.loads.append(press())
        self.cpu.append(cpu() - before)

    @property
    def per_second(self) -> float:
        return median(load.per_second for load in self.loads)

    @property
    def p50(self) -> float:
        return median(load.p50 for load in self.loads)

    @property
    def p99(self) -> float:
        return median(load.p99 for load in self.loads)

    @property
    def cpu_per_request(self) -> float:
        """The processor time of the server for each request, in microseconds."""
        return median(cpu / load.requests for cpu, load in zip(self.cpu, self.loads, strict=True)) * 1_000_000


def press(url: str, request: Request, *, connections: int, seconds: float) -> Load:
    """Post requests to a server over a number of connections. Raises RuntimeError on an answer that is not the right one.

    wrk knows whole seconds only, so shorter loads are those of our own generator.
    """
    if TOOL and seconds >= 1:
        return _by_wrk(TOOL, url, request, connections=connections, seconds=int(seconds))
    return asyncio.run(_by_ourselves(url, request, connections=connections, seconds=seconds))


def _by_wrk(tool: str, url: str, request: Request, *, connections: int, seconds: int) -> Load:
    raw, customers = request.raw(url), request.customers
    if customers:
        before, _, after = raw.partition(CUSTOMER.encode())
        numbers = {"first": customers.first, "start": customers.start, "end": customers.end}
        text = _SCRIPT.format(before=_in_lua(before), after=_in_lua(after), **numbers)
    else:
        text = _FIXED.format(raw=_in_lua(raw))
    with TemporaryDirectory() as folder:
        script = Path(folder) / "post.lua"
        script.write_text(text, encoding="utf-8")
        said = subprocess.run(
            [
                tool,
                "-t1",
                f"-c{connections}",
                f"-d{seconds}s",
                f"--timeout={_PATIENCE}s",
                "--latency",
                "-s",
                str(script),
                url,
            ],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    count = re.search(r"(\d+) requests in", said)
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    late = {each: re.search(rf"{each}%\s+([\d.]+)(us|ms|s|m)\b", said) for each in (50, 99)}
    half, most = late[50], late[99]
    if rate is None or count is None or half is None or most is None or "Socket errors" in said:
        raise RuntimeError(f"wrk met errors:\n{said}")
    if (int(refused[1]) if refused else 0) != (int(count[1]) if request.refused else 0):
        raise RuntimeError(f"not every answer was the right one:\n{said}")
    if customers:
        customers.used(int(count[1]) + connections)  # those whose answer did not come in time, too
    p50, p99 = (float(each[1]) * _MILLISECONDS[each[2]] for each in (half, most))
    return Load(int(count[1]), float(rate[1]), p50, p99)


def _in_lua(text: bytes) -> str:
    """Return a string of Lua with these bytes. In its long form Lua would change the ends of lines."""
    return '"' + "".join(f"\\{byte:03}" for byte in text) + '"'


async def _by_ourselves(url: str, request: Request, *, connections: int, seconds: float) -> Load:
    parts = urlsplit(url)
    head = request.raw(url).removesuffix(request.body)
    times: list[float] = []
    right = b"HTTP/1.1 4" if request.refused else b"HTTP/1.1 200 "
    begin = time.perf_counter()

    async def post() -> None:
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        try:
            while not times or time.perf_counter() < begin + seconds:
                at = time.perf_counter()
                writer.write(head + request.next_body())
                answer = await reader.readuntil(b"\r\n\r\n")
                length = re.search(rb"content-length: (\d+)", answer, re.IGNORECASE)
                if not answer.startswith(right) or length is None:
                    raise RuntimeError(f"{url} answered {answer!r}")
                await reader.readexactly(int(length[1]))
                times.append(time.perf_counter() - at)
        finally:
            writer.close()
            await writer.wait_closed()

    posting = [asyncio.create_task(post()) for _ in range(connections)]
    failed = [error for error in await asyncio.gather(*posting, return_exceptions=True) if error]
    if failed:
        raise RuntimeError(f"{len(failed)} of {connections} connections failed: {failed[0]}")
    times.sort()
    elapsed = time.perf_counter() - begin
    return Load(len(times), len(times) / elapsed, median(times) * 1000, times[len(times) * 99 // 100] * 1000)
