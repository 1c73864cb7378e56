"""What a soak has found: a row for each process, and what is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from tests.bench.processes import Usage
from tests.bench.tables import Table
from tests.soak.watching import TEN_MINUTES, Watched


@dataclass(frozen=True, slots=True)
class Limit:
    """How much something may grow in ten minutes, and at least: a short time shows the noise only."""

    what: str
    of: Callable[[Usage], float]
    ten_minutes: float
    least: float


MEMORY: Final = Limit("memory, MB", lambda used: used.rss, ten_minutes=10, least=10)
LIMITS: Final = (
    MEMORY,
    Limit("open files", lambda used: used.files, ten_minutes=20, least=20),
    Limit("threads", lambda used: used.threads, ten_minutes=8, least=8),
)


def table(found: list[Watched]) -> Table:
    """Return a row for each process: its requests, its memory, and how that grows by a straight line.

    The line begins when the process keeps all that it keeps, such as the journal of a mock, and the record of a proxy.
    """
    rows = []
    for one in found:
        memory = one.growth(lambda used: used.rss)
        last = one.samples[-1]
        rows.append(
            (
                one.name,
                f"{last.requests:,}",
                f"{one.warm[-1].at - one.warm[0].at:,.0f} s" if one.is_full else "still filling",
                f"{one.warm[0].used.rss:,.0f}",
                f"{last.used.rss:,.0f}",
                f"{memory.ten_minutes:+,.1f}",
                f"{memory.million:+,.1f}",
                f"{one.warm[0].used.files} … {last.used.files}",
                f"{one.warm[0].used.threads} … {last.used.threads}",
            )
        )
    columns = (
        "",
        "requests",
        "full for",
        "MB when warm",
        "MB at the end",
        "MB in 10 min",
        "MB in 10⁶ requests",
        "files",
        "threads",
    )
    return Table("Soak", columns, tuple(rows))


def leaks(found: list[Watched]) -> Iterator[str]:
    """Yield what grows more than its limit. What is still filling may grow by what it is full with."""
    for one in found:
        lasted = one.warm[-1].at - one.warm[0].at
        for limit in LIMITS:
            growth = one.growth(limit.of)
            kept = 0.0 if one.is_full or limit is not MEMORY else one.filling.megabytes
            if growth.over_all > kept + max(limit.least, limit.ten_minutes * lasted / TEN_MINUTES):
                yield f"{one.name}: {limit.what}: {growth.over_all:+,.1f} in {lasted:,.0f} s"


def errors(name: str, found: Counter[str]) -> Iterator[str]:
    """Yield each kind of error, the most frequent first."""
    for text, times in found.most_common():
        yield f"{name}: {times} times {text}"
