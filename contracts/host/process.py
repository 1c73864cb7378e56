"""Start a host for one run: run a command that prints `listening on URL`, and end it after the run."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from io import StringIO
from pathlib import Path
from queue import Empty, Queue
from typing import IO, Final

from contracts.errors import Misuse

_START_SECONDS: Final = 20.0
_LISTENING: Final = re.compile(r"\blistening on (https?://\S+)")


@contextmanager
def started(command: str, *, seconds: float = _START_SECONDS) -> Iterator[str]:
    """Start a command, yield the URL that it prints after `listening on`, and end it on exit.

    `seconds`: how long to wait for each line of output before that. Raises Misuse.
    """
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise Misuse(f"--start: {command!r} is not a valid command line: {error}") from error
    if not words:
        raise Misuse("--start is empty; give a command, such as 'enrol-mock serve --port 0'")
    try:
        process = subprocess.Popen(
            _prefer_own_environment(words), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
    except OSError as error:
        raise Misuse(f"--start: {words[0]} cannot be started: {error.strerror}") from error
    try:
        yield _url(process, command, seconds)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def given_or_started(stack: ExitStack, host: str | None, command: str | None) -> str | None:
    """Return the host to test. With a command, start it; closing `stack` ends it. Raises Misuse."""
    if command and host:
        raise Misuse("both HOST and --start are given; give one of them")
    return stack.enter_context(started(command)) if command else host


def _prefer_own_environment(words: list[str]) -> list[str]:
    """Use the command beside this Python, if there is one: the virtual environment may not be activated."""
    own = Path(sys.executable).parent / words[0]
    return [str(own), *words[1:]] if own.is_file() else words


def _url(process: subprocess.Popen[str], command: str, seconds: float) -> str:
    lines: Queue[str | None] = Queue()
    errors: deque[str] = deque(maxlen=1)
    readers = (
        threading.Thread(target=_forward_lines, args=(process.stdout, lines), daemon=True),
        threading.Thread(target=_collect_lines, args=(process.stderr, errors), daemon=True),
    )
    for reader in readers:
        reader.start()
    try:
        while (line := lines.get(timeout=seconds)) is not None:
            found = _LISTENING.search(line)
            if found:
                return found[1]
    except Empty:
        raise Misuse(f"--start: {command!r} printed no `listening on URL` within {seconds:g} s") from None
    readers[1].join(1)
    said = " ".join(errors) or f"exit code {process.wait()}"
    raise Misuse(f"--start: {command!r} ended before it printed `listening on URL`: {said}")


def _forward_lines(stream: IO[str] | None, lines: Queue[str | None]) -> None:
    with stream or StringIO() as opened:
        for line in opened:
            lines.put(line)
    lines.put(None)


def _collect_lines(stream: IO[str] | None, lines: deque[str]) -> None:
    with stream or StringIO() as opened:
        lines.extend(filter(None, map(str.strip, opened)))  # the last line says what went wrong
