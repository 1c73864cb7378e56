"""A host that is started for one run: a command that prints `listening on URL`, ended afterwards."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from queue import Empty, Queue
from typing import IO, Final

from contracts.errors import Misuse

_START_SECONDS: Final = 20.0
_LISTENING: Final = re.compile(r"\blistening on (https?://\S+)")


@contextmanager
def started(command: str, *, seconds: float = _START_SECONDS) -> Iterator[str]:
    """Start a command, yield the URL it says it listens on, and end it. Raises Misuse."""
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise Misuse(f"--start: {command!r} is no command: {error}") from error
    if not words:
        raise Misuse("--start is empty; give it a command, such as 'enrol-mock serve --port 0'")
    try:
        process = subprocess.Popen(_beside(words), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
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


def _beside(words: list[str]) -> list[str]:
    """Find a command beside this Python first, so that it works without an activated environment."""
    own = Path(sys.executable).parent / words[0]
    return [str(own), *words[1:]] if own.is_file() else words


def _url(process: subprocess.Popen[str], command: str, seconds: float) -> str:
    lines: Queue[str | None] = Queue()
    errors: list[str] = []
    readers = (
        threading.Thread(target=_pass_on, args=(process.stdout, lines), daemon=True),
        threading.Thread(target=_keep, args=(process.stderr, errors), daemon=True),
    )
    for reader in readers:
        reader.start()
    try:
        while (line := lines.get(timeout=seconds)) is not None:
            found = _LISTENING.search(line)
            if found:
                return found[1]
    except Empty:
        raise Misuse(f"--start: {command!r} did not say where it listens within {seconds:g} s") from None
    readers[1].join(1)
    said = " ".join(errors).strip() or f"exit code {process.wait()}"
    raise Misuse(f"--start: {command!r} ended before it listened: {said}")


def _pass_on(stream: IO[str] | None, lines: Queue[str | None]) -> None:
    with stream or StringIO() as opened:
        for line in opened:
            lines.put(line)
    lines.put(None)


def _keep(stream: IO[str] | None, lines: list[str]) -> None:
    with stream or StringIO() as opened:
        for line in opened:
            if len(lines) < 20:
                lines.append(line.strip())
