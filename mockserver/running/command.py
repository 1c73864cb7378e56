"""Run a command: pass signals on to it, and end it if it takes too long."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import IO, Final

from mockserver.errors import MockError

_PASSED_ON: Final = (
    signal.SIGINT,
    signal.SIGTERM,
    signal.SIGHUP,
    signal.SIGQUIT,
    signal.SIGUSR1,
    signal.SIGUSR2,
)
_ENDING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
_OF_A_TERMINAL: Final = (signal.SIGINT, signal.SIGQUIT)  # a terminal sends them to the command as well
_SHOWN: Final = 64 * 1024  # bytes of what a command prints, its end


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended: its exit code, 128 and the signal's number if one killed it, or None if it was too late.

    `seconds` is how long it took, `output` the end of what it printed, if that was kept.
    """

    code: int | None
    seconds: float
    output: str = ""


def run(command: Sequence[str], variables: Mapping[str, str]) -> Ran:
    """Run a command until it ends, with more environment variables. Signals of this process are passed on to it.

    Raises MockError if it cannot be started.
    """
    begun = time.monotonic()
    with _passing_on() as started:
        process = _process(command, variables, output=None)
        started(process)
        code = process.wait()
    return Ran(_as_a_shell(code), time.monotonic() - begun)


def run_within(command: Sequence[str], variables: Mapping[str, str], *, deadline: float) -> Ran:
    """Run a command and keep what it prints. After `deadline` seconds, end it with all that it has started.

    Raises MockError if it cannot be started, and SystemExit if a signal ends this process meanwhile.
    """
    begun = time.monotonic()
    with tempfile.TemporaryFile() as output, _passing_on() as started:
        process = _process(command, variables, output=output)
        code: int | None
        try:
            started(process)
            code = process.wait(deadline)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if started.ending:
            raise SystemExit(128 + started.ending)
        seconds = time.monotonic() - begun
        output.seek(max(0, output.seek(0, os.SEEK_END) - _SHOWN))
        said = output.read().decode(errors="replace")
    return Ran(None if code is None else _as_a_shell(code), seconds, said)


def _process(
    command: Sequence[str], variables: Mapping[str, str], *, output: IO[bytes] | None
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            command,
            env={**os.environ, **variables},
            stdin=None if output is None else subprocess.DEVNULL,
            stdout=output,
            stderr=None if output is None else subprocess.STDOUT,
            start_new_session=output is not None,
        )
    except OSError as error:
        raise MockError(f"the command {command[0]!r} cannot be started: {error.strerror}") from error
    except ValueError as error:
        raise MockError(f"the command cannot be started: {error}") from error


@contextmanager
def _passing_on() -> Iterator[_Start]:
    """Pass signals on to the process that is started meanwhile, also those that come a little earlier."""
    passing = _Start()
    before = {number: signal.signal(number, passing.take) for number in _PASSED_ON}
    try:
        yield passing
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _Start:
    """Passes signals on. `ending` is the last of those that end a process by default, 0 for none."""

    def __init__(self) -> None:
        self.ending = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._early: list[int] = []

    def __call__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        for number in self._early:
            process.send_signal(number)

    def take(self, number: int, _: FrameType | None) -> None:
        if number in _ENDING:
            self.ending = number
        if self._process is None:
            self._early.append(number)
        elif not (number in _OF_A_TERMINAL and _has_the_terminal(self._process)):
            self._process.send_signal(number)


def _has_the_terminal(process: subprocess.Popen[bytes]) -> bool:
    """Return whether the process gets what is typed at a terminal by itself."""
    try:
        with open("/dev/tty", "rb", buffering=0) as terminal:  # noqa: PTH123 - a device
            return os.tcgetpgrp(terminal.fileno()) == os.getpgid(process.pid)
    except OSError:
        return False


def _as_a_shell(code: int) -> int:
    return code if code >= 0 else 128 - code
