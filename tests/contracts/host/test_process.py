"""A host that --start starts: its URL is read from its output, it is ended, and a failed start is reported."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from contracts.errors import Misuse
from contracts.host.process import started

STAY = "import signal; print('hello'); print('listening on http://127.0.0.1:1234', flush=True); signal.pause()"


def python(code: str) -> str:
    return shlex.join([sys.executable, "-c", code])


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[str]]:
    """The processes that were started during the test."""
    every: list[subprocess.Popen[str]] = []

    class Kept(subprocess.Popen[str]):
        def __init__(self, *arguments: Any, **options: Any):
            super().__init__(*arguments, **options)
            every.append(self)

    monkeypatch.setattr(subprocess, "Popen", Kept)
    return every


def error_of(command: str, *, seconds: float = 20) -> str:
    with pytest.raises(Misuse) as caught, started(command, seconds=seconds):
        pass
    return str(caught.value)


def test_a_started_host_is_found_by_its_output_and_ended_afterwards(processes: list[subprocess.Popen[str]]) -> None:
    with started(python(STAY), seconds=20) as url:
        assert url == "http://127.0.0.1:1234"
        assert processes[0].poll() is None
    assert processes[0].returncode == -15


def test_a_host_is_ended_when_the_run_fails(processes: list[subprocess.Popen[str]]) -> None:
    with pytest.raises(RuntimeError), started(python(STAY), seconds=20):
        raise RuntimeError
    assert processes[0].returncode is not None


def test_a_host_that_will_not_end_is_killed(
    processes: list[subprocess.Popen[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    with started(python(STAY), seconds=20):
        wait = processes[0].wait

        def time_out(timeout: float | None = None) -> int:
            if timeout is not None:
                raise subprocess.TimeoutExpired("host", timeout)
            return wait()

        monkeypatch.setattr(processes[0], "wait", time_out)
        monkeypatch.setattr(processes[0], "terminate", lambda: None)
    assert processes[0].returncode == -9


def test_a_command_beside_this_python_needs_no_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command = tmp_path / "a-host"
    command.write_text("#!/bin/sh\necho listening on http://127.0.0.1:99\n", encoding="utf-8")
    command.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with started("a-host --port 0", seconds=20) as url:
        assert url == "http://127.0.0.1:99"


@pytest.mark.parametrize("command", ["", "  "])
def test_an_empty_command_is_refused(command: str) -> None:
    assert error_of(command) == "--start is empty; give a command, such as 'enrol-mock serve --port 0'"


def test_a_command_with_an_open_quote_is_refused() -> None:
    assert (
        error_of("enrol-mock 'serve")
        == '--start: "enrol-mock \'serve" is not a valid command line: No closing quotation'
    )


def test_a_command_that_does_not_exist_is_refused() -> None:
    assert error_of("no-such-command") == "--start: no-such-command cannot be started: No such file or directory"


def test_a_host_that_ends_at_once_is_reported_with_its_error_output() -> None:
    command = python("import sys; sys.exit('the port is taken')")
    assert error_of(command) == f"--start: {command!r} ended before it printed `listening on URL`: the port is taken"


def test_a_host_that_ends_without_output_is_reported_with_its_exit_code() -> None:
    command = python("import sys; sys.exit(7)")
    assert error_of(command) == f"--start: {command!r} ended before it printed `listening on URL`: exit code 7"


def test_only_the_last_line_of_error_output_is_reported() -> None:
    command = python("raise ValueError('no such fault')")
    assert error_of(command) == (
        f"--start: {command!r} ended before it printed `listening on URL`: ValueError: no such fault"
    )


def test_a_host_that_never_prints_its_url_is_reported(processes: list[subprocess.Popen[str]]) -> None:
    command = python("import signal; signal.pause()")
    assert error_of(command, seconds=0.05) == f"--start: {command!r} printed no `listening on URL` within 0.05 s"
    assert processes[0].returncode is not None
