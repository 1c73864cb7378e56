"""Measures how long a contract run takes."""

from __future__ import annotations

import re
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from tests.bench.tables import Table

PROFILES: Final = ("quick", "default")


def table(profiles: tuple[str, ...] = PROFILES) -> Table:
    """Return a row for each profile: seconds, those of the processors, and the number of requests."""
    rows = tuple((f"enrol-contract run --profile {profile}", *_run(profile)) for profile in profiles)
    note = "The run starts a mock for itself. The processor time is that of both."
    return Table("A contract run", ("", "s", "CPU s", "requests"), rows, note)


def _run(profile: str) -> tuple[str, str, str]:
    """Run the contract tests against a mock. Raises RuntimeError if they do not pass."""
    command = [str(Path(sys.executable).with_name("enrol-contract")), "run", "--start", "enrol-mock serve --port 0"]
    begin, used = time.perf_counter(), _cpu()
    done = subprocess.run([*command, "--profile", profile, "--seed", "1"], capture_output=True, text=True, check=False)
    seconds, cpu = time.perf_counter() - begin, _cpu() - used
    requests = re.search(r"^(\d+) requests in ", done.stdout, re.MULTILINE)
    if done.returncode != 0 or requests is None:
        raise RuntimeError(f"the contract tests end with {done.returncode}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return f"{seconds:,.1f}", f"{cpu:,.1f}", f"{int(requests[1]):,}"


def _cpu() -> float:
    """Return the processor time of all processes that have ended below this one."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ended.ru_utime + ended.ru_stime
