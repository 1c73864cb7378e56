"""Load the mock and the judging proxy with everything, and tell whether they leak or fail."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from openapi.closed_pipe import silent_end
from tests.bench.tables import as_markdown
from tests.soak import servers, traffic, verdict
from tests.soak.clients import Server, Told, keep_asking, keep_being_odd
from tests.soak.servers import Started
from tests.soak.watching import Watched

# Each of these sessions has clients of its own; the last one is also the one whose state the control plane changes.
SESSIONS: Final = ("", "one", "two", "three")
_CONTROLLED: Final = "controlled"
_SAMPLES: Final = 200  # over all the time
_PATIENCE: Final = 60  # seconds for the clients to end


def main(arguments: Sequence[str] | None = None) -> None:
    """Soak for as long as asked, print the table, and exit with 1 if something leaks or fails."""
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600, help="how long")
    asked = parser.parse_args(arguments)
    started: list[Started] = []
    try:
        started += [servers.mock("mock"), servers.mock("mock behind the front", "--socket-faults")]
        if servers.has_proxy():
            started.append(servers.mock("mock behind the proxy"))
            started.append(servers.proxy(started[-1]))
        else:
            print("no proxy: this enrol-contract has no such command")
        found = list(soak(started, asked.seconds))
    finally:
        ends = [line for one in reversed(started) for line in one.end()]
    print("\n".join([*found, *ends]) or "no leak, no error")
    sys.exit(1 if found or ends else 0)


def soak(started: Sequence[Started], seconds: float, sessions: Sequence[str] = SESSIONS) -> Iterator[str]:
    """Load the servers for so long, print the table, and yield what is wrong. A mock behind a proxy has its clients only."""
    told = {one.name: Told() for one in started}
    proxied = {one.mock.url: told[one.name] for one in started if one.url != one.mock.url}
    watched = [
        Watched(one.name, one.popen.pid, proxied.get(one.url, told[one.name]), filling=one.filling) for one in started
    ]
    loaded = [Server(*one.address, told[one.name]) for one in started if one.url not in proxied]
    alive = [one.popen for one in started]
    asyncio.run(_load(loaded, watched, seconds, sessions, lambda: all(each.poll() is None for each in alive)))
    print(as_markdown(verdict.table(watched)))
    yield from verdict.leaks(watched)
    for one in started:
        yield from verdict.errors(one.name, told[one.name].errors)
        if one.popen.poll() is None:
            yield from servers.journal(one)


async def _load(
    loaded: Sequence[Server],
    watched: Sequence[Watched],
    seconds: float,
    sessions: Sequence[str],
    alive: Callable[[], bool],
) -> None:
    """Load and watch for so long, or until one of the processes is not alive any more."""
    end = time.monotonic() + seconds

    def ended() -> bool:
        return time.monotonic() > end or not alive()

    clients = [
        asyncio.create_task(each)
        for server in loaded
        for each in (
            *(keep_asking(server, traffic.calls(session), ended) for session in sessions),
            keep_asking(server, traffic.control(_CONTROLLED), ended),
            keep_being_odd(server, ended),
        )
    ]
    while not ended():
        with contextlib.suppress(OSError):  # it has just ended
            for one in watched:
                one.look()
        await asyncio.sleep(seconds / _SAMPLES)
    async with asyncio.timeout(_PATIENCE):
        await asyncio.gather(*clients)


if __name__ == "__main__":
    with silent_end():
        main()
