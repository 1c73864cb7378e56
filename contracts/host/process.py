"""Start a host for one run: run a command that prints `listening on URL`, and end it after the run."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import IO, Final

from contracts.errors import Misuse

_START_SECONDS: Final = 20.0
_PATIENCE: Final = 10
_LONGEST_LINE: Final = 64 * 1024  # characters that are read at a time
_LISTENING: Final = re.compile(r"\blistening on (https?://\S+)")


@contextmanager
def started(command: str, *, seconds: float = _START_SECONDS) -> Iterator[str]:
    """Start a command, yield the URL that it prints after `listening on`, and end it on exit.

    `seconds`: how long to wait for each line of output before that, and ten times as long for all of them. Raises
    Misuse.
    """
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise Misuse(f"--start: {command!r} is not a valid command line: {error}") from error
    if not words:
        raise Misuse("--start is empty; give a command, such as 'enrol-mock serve --port 0'")
    try:
        process = subprocess.Popen(
            _prefer_own_environment(words),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
        )
    except (OSError, ValueError) as error:  # ValueError for a NUL
        raise Misuse(f"--start: {words[0]} cannot be started: {getattr(error, 'strerror', error)}") from error
    try:
        yield _url(process, command, seconds)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _prefer_own_environment(words: list[str]) -> list[str]:
    """Use the command beside this Python, if there is one: the virtual environment may not be activated."""
    own = Path(sys.executable).parent / words[0]
    return [str(own), *words[1:]] if own.is_file() else words


def _url(process: subprocess.Popen[str], command: str, seconds: float) -> str:
    output, errors = _Output(process.stdout), _Output(process.stderr)
    begin = time.monotonic()
    while (now := time.monotonic()) < min(output.heard + seconds, begin + _PATIENCE * seconds):
        try:
            url = output.url.result(min(output.heard + seconds, begin + _PATIENCE * seconds) - now)
        except TimeoutError:
            continue  # something else was printed in the meantime
        if url:
            return url
        errors.wait(1)
        said = errors.last or f"exit code {process.wait()}"
        raise Misuse(f"--start: {command!r} ended before it printed `listening on URL`: {said}")
    waited = seconds if now >= output.heard + seconds else _PATIENCE * seconds
    raise Misuse(f"--start: {command!r} printed no `listening on URL` within {waited:g} s")


class _Output:
    """Reads what a command prints for as long as it runs, so that it never waits for a reader, and keeps next to nothing.

    `url`: what it listens on, "" if it ends before it says so. `heard`: when it printed something. `last`: its last
    line.
    """

    def __init__(self, stream: IO[str] | None):
        self.url: Future[str] = Future()
        self.heard = time.monotonic()
        self.last = ""
        self._stream = stream or StringIO()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def wait(self, seconds: float) -> None:
        """Wait until all is read, but no longer than so many seconds."""
        self._reader.join(seconds)

    def _read(self) -> None:
        with self._stream as opened:
            while line := opened.readline(_LONGEST_LINE):
                self.heard = time.monotonic()
                self.last = line.strip() or self.last
                found = _LISTENING.search(line)
                if found and not self.url.done():
                    self.url.set_result(found[1])
        if not self.url.done():
            self.url.set_result("")
