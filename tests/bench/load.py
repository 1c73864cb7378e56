"""Puts load on one URL, with wrk if it is installed, and otherwise with a small generator of our own."""

from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from urllib.parse import urlsplit

TOOL: Final = shutil.which("wrk")
_SCRIPT: Final = 'wrk.method = "POST"\nwrk.body = [==[{body}]==]\n{headers}\n'
_MILLISECONDS: Final = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60000.0}


@dataclass(frozen=True, slots=True)
class Load:
    """The result: answers per second, and the 99th percentile of the response time in milliseconds."""

    per_second: float
    p99: float


def press(url: str, body: bytes, headers: Mapping[str, str], *, connections: int, seconds: int) -> Load:
    """Post one body repeatedly over a number of connections. Raises RuntimeError on an answer that is not 200."""
    if TOOL:
        return _by_wrk(TOOL, url, body, headers, connections=connections, seconds=seconds)
    return asyncio.run(_by_ourselves(url, body, headers, connections=connections, seconds=seconds))


def _by_wrk(tool: str, url: str, body: bytes, headers: Mapping[str, str], *, connections: int, seconds: int) -> Load:
    lines = "\n".join(f'wrk.headers["{name}"] = "{value}"' for name, value in headers.items())
    with TemporaryDirectory() as folder:
        script = Path(folder) / "post.lua"
        script.write_text(_SCRIPT.format(body=body.decode(), headers=lines), encoding="utf-8")
        said = subprocess.run(
            [tool, "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", str(script), url],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    late = re.search(r"99%\s+([\d.]+)(us|ms|s|m)\b", said)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    if late is None or rate is None or "Non-2xx" in said or "Socket errors" in said:
        raise RuntimeError(f"wrk met errors:\n{said}")
    return Load(float(rate[1]), float(late[1]) * _MILLISECONDS[late[2]])


async def _by_ourselves(url: str, body: bytes, headers: Mapping[str, str], *, connections: int, seconds: int) -> Load:
    parts = urlsplit(url)
    head = [f"POST {parts.path} HTTP/1.1", f"Host: {parts.netloc}", f"Content-Length: {len(body)}"]
    raw = "\r\n".join([*head, *(f"{name}: {value}" for name, value in headers.items()), "", ""]).encode() + body
    times: list[float] = []
    begin = time.perf_counter()

    async def post() -> None:
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        try:
            while (sent := time.perf_counter()) < begin + seconds:
                writer.write(raw)
                answer = await reader.readuntil(b"\r\n\r\n")
                length = re.search(rb"content-length: (\d+)", answer, re.IGNORECASE)
                if not answer.startswith(b"HTTP/1.1 200 ") or length is None:
                    raise RuntimeError(f"{url} answered {answer!r}")
                await reader.readexactly(int(length[1]))
                times.append(time.perf_counter() - sent)
        finally:
            writer.close()
            await writer.wait_closed()

    posting = [asyncio.create_task(post()) for _ in range(connections)]
    failed = [error for error in await asyncio.gather(*posting, return_exceptions=True) if error]
    if failed:
        raise RuntimeError(f"{len(failed)} of {connections} connections failed: {failed[0]}")
    times.sort()
    return Load(len(times) / (time.perf_counter() - begin), times[len(times) * 99 // 100] * 1000)
