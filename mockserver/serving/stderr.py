"""Standard error: lines for people, which keep no request waiting, whoever reads them."""

from __future__ import annotations

import contextlib
import json
import select
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final, Literal

from command_line.printable import printable

Format = Literal["text", "json"]
Write = Callable[[str], None]

# A pipe to which anything can be written takes so many bytes at once.
LONGEST: Final = 4096
_LONGEST_TEXTS: Final = (2000, 300, 60)  # characters of a text in a line; one of them may need twelve bytes


class Stderr:
    """Writes lines of at most LONGEST bytes. Where nobody reads a pipe that is full, they are left out and counted."""

    def __init__(self, form: Format | None) -> None:
        """`form`: that of the log, if there is one. Notices have it too, so that a log in JSON stays one."""
        self._form = form
        self._left_out = 0

    def write(self, line: str) -> None:
        """Write a line. If nobody reads any more, nothing happens."""
        with contextlib.suppress(OSError, ValueError):
            if not _takes_more():
                self._left_out += 1
                return
            if lost := self._left_out:
                self._left_out = 0
                self.tell(f"{lost} lines were left out here, since nobody read them in time")
                self.write(line)
                return
            print(line, file=sys.stderr, flush=True)

    def tell(self, text: str) -> None:
        """Write what the mock has to say beside its log."""
        self.write(fitting(lambda longest: self._notice(text[:longest])))

    def _notice(self, text: str) -> str:
        if self._form == "json":
            return quoted({"time": timestamp(time.time()), "notice": text})
        return f"enrol-mock: {printable(text)}"


def fitting(line: Callable[[int], str]) -> str:
    """Return a line whose texts are cut as short as it takes. `line` makes it of texts with so many characters."""
    return next(
        made for longest in _LONGEST_TEXTS if len(made := line(longest)) < LONGEST or longest == _LONGEST_TEXTS[-1]
    )


def timestamp(at: float) -> str:
    """Return a Unix time as in RFC 3339, in UTC."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def quoted(value: Any) -> str:
    """Return JSON, in printable ASCII only."""
    return json.dumps(value)


def _takes_more() -> bool:
    """Whether something can be written at once."""
    poll = select.poll()
    poll.register(sys.stderr, select.POLLOUT)
    return any(event & (select.POLLOUT | select.POLLERR | select.POLLHUP) for _, event in poll.poll(0))
