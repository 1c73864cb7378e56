"""Run a command in this process with hostile input, and see that it ends in time, stays small and says it in plain lines."""

from __future__ import annotations

import contextlib
import re
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from types import FrameType
from typing import Final, NoReturn

from command_line.printable import INVISIBLE

Main = Callable[[list[str]], None]

# A command takes a few hundredths of a second; a loaded machine with coverage is slower.
SECONDS: Final = 8.0
MEBIBYTES: Final = 300
_LONGEST: Final = 2500  # characters of an error, with the paths that it names


class Hangs(BaseException):
    """Raised where a command does not end; no handler of the kit takes it for an error of its own."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended: its exit code, what it printed, and its errors."""

    code: int
    said: str
    error: str


def ended(main: Main, *words: object) -> Ended:
    """Run a command. It must end by itself, within bounds of time and memory, and print nothing that controls a terminal."""
    output, errors = StringIO(), StringIO()
    code, began = 0, time.process_time()
    with bounded(), contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
        try:
            main([str(word) for word in words])
        except SystemExit as left:
            code = int(left.code or 0)
    assert time.process_time() - began < SECONDS
    seen = Ended(code, output.getvalue(), errors.getvalue())
    assert not INVISIBLE.search((seen.said + seen.error).replace("\n", "")), seen
    assert "Traceback" not in seen.error
    assert "bug" not in seen.error
    return seen


def refused(main: Main, *words: object) -> str:
    """Run a command that must exit 2 with one line. Return the line without the name of the tool."""
    seen = ended(main, *words)
    assert (seen.code, seen.error.count("\n"), len(seen.error) < _LONGEST) == (2, 1, True), seen
    tool, _, said = seen.error.rstrip("\n").partition(": ")
    assert tool in ("enrol-contract", "enrol-mock")
    return said


@contextlib.contextmanager
def bounded(seconds: float = 60.0) -> Iterator[None]:
    """End what is run after so many seconds, and fail if it took more memory than a command may."""

    def end(number: int, frame: FrameType | None) -> NoReturn:
        raise Hangs

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    base = _peak(again=True)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert _peak() - base < MEBIBYTES * 1024


def _peak(*, again: bool = False) -> int:
    """Return the most memory that this process had, in KiB. `again`: count anew from here, where the system can."""
    if again:
        with contextlib.suppress(OSError):
            Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    found = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text(encoding="ascii"))
    assert found
    return int(found[1])
