"""Where and when it was measured."""

from __future__ import annotations

import os
import platform
import re
from datetime import UTC, datetime
from pathlib import Path

from tests.bench import load


def described() -> str:
    """Return the processors, the system, Python, the day, the load of the machine, and what put load on the servers."""
    models = re.findall(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    model = models[0].strip() if models else platform.machine()
    before = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    tool = "wrk with one thread" if load.TOOL else "a generator of our own, which is slow itself: only ratios tell"
    busy = os.getloadavg()[0] > (os.cpu_count() or 1) / 2
    return (
        f"{os.cpu_count()} processors ({model}), shared by the servers and the load; {platform.system()} {platform.machine()}; "
        f"Python {platform.python_version()}; {datetime.now(UTC):%Y-%m-%d}; load of the machine before the run "
        f"{before} (over 1, 5 and 15 minutes); load by {tool}."
        + (" **The machine was busy with other work: do not rely on these figures.**" if busy else "")
    )
