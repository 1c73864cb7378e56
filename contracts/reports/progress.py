"""The progress of a run: a line for each part, and while a part lasts, a line that says how far it is."""

from __future__ import annotations

import _thread
import threading
from types import TracebackType
from typing import Final

from rich.console import Console
from rich.status import Status
from rich.text import Text

from contracts.errors import PipeClosed
from contracts.plural import plural
from contracts.verdict.record import Record

# Seconds between two looks: on a terminal one line changes; anywhere else each look is a line of its own.
_ON_TERMINAL: Final = 0.5
_ELSEWHERE: Final = 10.0


class Progress:
    """Prints a line for each part of the suite: its name, its number of requests, and its result.

    `planned`: how many requests the suite will send, if that is known; `pace`: requests a minute. As a context manager
    it also says from time to time how far the part is. `every`: seconds between two such lines.
    """

    def __init__(
        self,
        console: Console,
        record: Record,
        *,
        planned: int | None = None,
        pace: float | None = None,
        every: float | None = None,
    ):
        self._console = console
        self._record = record
        self._planned = planned
        self._pace = pace
        self._every = every or (_ON_TERMINAL if console.is_terminal else _ELSEWHERE)
        self._part = ""
        self._requests = 0
        self._findings = 0
        self._before_suite = 0
        self._over = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Progress:
        self._watcher.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        self._watcher.join()

    def begin(self, part: str) -> None:
        """Note the start of a part of the suite, and print the line of the one before."""
        if part != self._part:
            if not self._part:
                self._before_suite = len(self._record.exchanges)
            self.end()
            self._part = part
            self._requests = len(self._record.exchanges)
            self._findings = self._record.findings.count("broken")

    def end(self) -> None:
        """Print the line of the current part, if there is one."""
        if self._part:
            findings = self._record.findings.count("broken") - self._findings
            requests = len(self._record.exchanges) - self._requests
            line = Text(f"  {self._part:<14}{requests:>6} {'request' if requests == 1 else 'requests':<11}")
            if findings:
                line.append(f"{findings} broken", style="red")
            elif requests:
                line.append("ok")
            else:
                line.append("nothing sent", style="cyan")
            self._console.print(line, soft_wrap=True)
        self._part = ""

    def state(self) -> str:
        """Return in words how far the run is."""
        sent = len(self._record.exchanges)
        if not self._part:
            return f"connecting: {plural(sent, 'request')} so far" if not self._before_suite else "writing reports"
        if self._planned is None:
            return f"{self._part}: {plural(sent - self._requests, 'request')} so far"
        done = min(sent - self._before_suite, self._planned)
        left = f", about {(self._planned - done) * 60 / self._pace:.0f} s left" if self._pace else ""
        return f"{self._part}: {done} of {plural(self._planned, 'request')}{left}"

    def _watch(self) -> None:
        shown = Status("", console=self._console) if self._console.is_terminal else None
        try:
            while not self._over.wait(self._every):
                if shown:
                    shown.update(self.state())
                    shown.start()
                else:
                    self._console.print(Text(f"  … {self.state()}"), soft_wrap=True)
        except (PipeClosed, OSError):
            _thread.interrupt_main()  # nobody can read the progress any more
        finally:
            if shown:
                shown.stop()
