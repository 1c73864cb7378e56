"""`make hostile`: the corpus and thousands of changes of it, and what a healthy client has noticed of that."""

from __future__ import annotations

import argparse
import contextlib
import resource
import socket
import sys
import time
from collections.abc import Sequence

from openapi.closed_pipe import silent_end
from tests.bench.processes import usage
from tests.hostile import shapes
from tests.hostile.beginnings import BEGINNINGS
from tests.hostile.case import bodies
from tests.hostile.changes import changed
from tests.hostile.healthy import healthy
from tests.hostile.siege import CORPUS, besiege
from tests.mockserver.process import Process


def main() -> int:
    """Print the figures, and each answer that is wrong. Return 1 if there is one."""
    parser = argparse.ArgumentParser(prog="python -m tests.hostile", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="of the changes  [default: 1]")
    parser.add_argument("--changes", type=int, default=10_000, help="how many there are  [default: 10000]")
    options = parser.parse_args()
    whole = [case for cases in CORPUS.values() for case in cases]
    process = Process.start()
    before = usage(process.popen.pid).rss
    siege = besiege(process, [*whole, *changed(whole, seed=options.seed, number=options.changes)])
    wrong = siege.wrong(siege.cases)
    print(
        f"{len(whole)} cases of the corpus and {options.changes} changes of seed {options.seed}: {_said(siege.waits)}"
    )
    print(
        f"the mock had {before:.0f} MB before, {siege.memory:.0f} MB at most, {usage(process.popen.pid).rss:.0f} MB afterwards"
    )
    wrong += _megabytes(process)
    _stop_half_way(process)
    print(*wrong, f"{len(wrong)} answers are wrong", sep="\n")
    process.stop()
    return 1 if wrong else 0


def _megabytes(process: Process) -> list[str]:
    """Print what a healthy client has noticed of 48 others, each with a hostile body of a megabyte. Return wrong answers."""
    cases = bodies("megabyte", shapes.bodies(), 200, 400)
    siege = besiege(process, cases * 3)
    print(f"{len(siege.cases)} hostile bodies of a megabyte, 48 at once: {_said(siege.waits)}")
    return siege.wrong(cases)


def _stop_half_way(process: Process) -> None:
    """Print what a healthy client has noticed of thousands that stop half-way."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    for number in (1000, 5000):
        with contextlib.ExitStack() as opened, healthy(process.url) as waits:
            for count in range(number):
                client = opened.enter_context(socket.create_connection(process.address, timeout=30))
                client.sendall(list(BEGINNINGS.values())[count % len(BEGINNINGS)])
            time.sleep(3)
        print(
            f"{number} clients that stop half-way: {_said(waits)}; the mock has {usage(process.popen.pid).rss:.0f} MB"
        )


def _said(waits: Sequence[float]) -> str:
    """Say how long a healthy client had to wait."""
    shown = sorted(round(wait * 1000) for wait in waits)
    half, most = shown[len(shown) // 2], shown[len(shown) * 99 // 100]
    return (
        f"{len(shown)} answers to a healthy client, half of them in {half} ms, 99 % in {most} ms, all in {shown[-1]} ms"
    )


if __name__ == "__main__":
    with silent_end():
        sys.exit(main())
