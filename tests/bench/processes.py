"""What processes use, as Linux counts it under /proc: processor time, memory, open files and threads."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_PROC: Final = Path("/proc")
_TICKS: Final = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Usage:
    """What a process and those below it use. `cpu` in seconds since they began, `rss` and `peak` in MB.

    `peak` is the sum of the most that each of them has had.
    """

    cpu: float
    rss: float
    peak: float
    files: int
    threads: int


def usage(pid: int) -> Usage:
    """Return what a process and all processes that it has started use. Raises OSError if it is not there."""
    found = [_of_one(pid)]
    for child in _children(pid):
        try:
            found.append(usage(child))
        except OSError:  # it has ended meanwhile
            continue
    return Usage(
        cpu=sum(one.cpu for one in found),
        rss=sum(one.rss for one in found),
        peak=sum(one.peak for one in found),
        files=sum(one.files for one in found),
        threads=sum(one.threads for one in found),
    )


def cpu_of(pid: int) -> float:
    """Return the processor time in seconds of a process and those that it has started."""
    return usage(pid).cpu


def _of_one(pid: int) -> Usage:
    folder = _PROC / str(pid)
    status = dict(re.findall(r"^(VmHWM|VmRSS|Threads):\s+(\d+)", (folder / "status").read_text(), re.MULTILINE))
    # The name of the program stands in brackets, and may have blanks and brackets itself.
    fields = (folder / "stat").read_text().rpartition(") ")[2].split()
    return Usage(
        cpu=sum(int(each) for each in fields[11:15]) / _TICKS,  # its own, and that of ended children
        rss=int(status.get("VmRSS", 0)) / 1000,
        peak=int(status.get("VmHWM", 0)) / 1000,
        files=sum(1 for _ in (folder / "fd").iterdir()),
        threads=int(status.get("Threads", 0)),
    )


def _children(pid: int) -> list[int]:
    lists = (_PROC / str(pid) / "task").glob("*/children")
    return [int(each) for one in lists for each in one.read_text().split()]
