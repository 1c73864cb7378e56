"""--host unix:PATH: a socket file instead of a port."""

from __future__ import annotations

import json
import os
import shlex
import signal
import socket
import stat
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import page
from tests.mockserver.process import Process, run

Serve = Callable[..., Process]


@pytest.fixture
def at(serve: Serve) -> Callable[[Path], Process]:
    return lambda path: serve("--host", f"unix:{path}")


def answered(process: Process) -> object:
    """Run the command that the mock printed."""
    done = subprocess.run(shlex.split(process.curl), capture_output=True, check=True)
    return json.loads(done.stdout)


def test_the_mock_answers_at_a_socket_that_only_its_user_may_open(
    at: Callable[[Path], Process], tmp_path: Path
) -> None:
    process = at(tmp_path / "x.sock")
    assert process.url == f"unix:{tmp_path / 'x.sock'}"
    found = (tmp_path / "x.sock").stat().st_mode
    assert (stat.S_ISSOCK(found), stat.S_IMODE(found)) == (True, 0o600)
    assert answered(process) == page.ENROL_RESPONSE
    assert process.stop() == (0, "", "")
    assert list(tmp_path.iterdir()) == []


def test_a_base_path_counts_there_too(serve: Serve, tmp_path: Path) -> None:
    process = serve("--host", f"unix:{tmp_path}/x.sock", "--base-path", "/loyalty")
    assert f"http://localhost/loyalty{page.PATH}" in process.curl
    assert answered(process) == page.ENROL_RESPONSE


def test_a_relative_path_is_that_of_the_folder(serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert serve("--host", "unix:x.sock").url == f"unix:{tmp_path}/x.sock"


def test_what_a_killed_mock_leaves_is_no_obstacle(at: Callable[[Path], Process], tmp_path: Path) -> None:
    at(tmp_path / "x.sock").stop(signal.SIGKILL)
    assert (tmp_path / "x.sock").exists()
    assert answered(at(tmp_path / "x.sock")) == page.ENROL_RESPONSE


def test_a_socket_in_use_is_left_to_its_owner(at: Callable[[Path], Process], tmp_path: Path) -> None:
    first = at(tmp_path / "x.sock")
    done = run("serve", "--host", f"unix:{tmp_path}/x.sock")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"enrol-mock: cannot listen on unix:{tmp_path}/x.sock: Address already in use\n"
    assert answered(first) == page.ENROL_RESPONSE


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "file").write_text("keep", encoding="utf-8")
    (tmp_path / "link").symlink_to("file")
    yield tmp_path
    assert (tmp_path / "file").read_text(encoding="utf-8") == "keep"


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("file", "a file that is no socket has this name"),
        ("link", "a file that is no socket has this name"),
        (".", "a file that is no socket has this name"),
        ("none/x.sock", "No such file or directory"),
        ("x" * 200, "AF_UNIX path too long"),
    ],
)
def test_a_path_that_can_be_no_socket_is_refused_in_one_line(folder: Path, path: str, says: str) -> None:
    done = run("serve", "--host", f"unix:{folder}/{path}")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert says in done.stderr


def test_a_missing_path_is_told() -> None:
    assert run("serve", "--host", "unix:").stderr.startswith("enrol-mock: --host unix: needs the path of a socket")


def test_a_socket_of_datagrams_is_left_alone(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as other:
        other.bind(os.fspath(tmp_path / "x.sock"))
        done = run("serve", "--host", f"unix:{tmp_path}/x.sock")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert (tmp_path / "x.sock").exists()
