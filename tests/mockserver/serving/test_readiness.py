"""--ready-file and --ready-fd: scripts wait for the mock without asking it again and again."""

from __future__ import annotations

import http.client
import os
import select
import subprocess
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from mockserver.serving.readiness import Ready
from tests.mockserver.process import COMMAND, Process, run, wait_until

Serve = Callable[..., Process]


def answers(url: str) -> bool:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
    try:
        connection.request("GET", f"{urlsplit(url).path}/_mock/health")
        return connection.getresponse().status == 200
    finally:
        connection.close()


def test_the_file_holds_the_url_of_a_mock_that_answers(serve: Serve, tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    ready.write_text("http://127.0.0.1:1\n", encoding="utf-8")  # of a mock that was killed
    process = serve("--ready-file", str(ready), "--base-path", "/loyalty")
    assert wait_until(ready.exists)
    url = ready.read_text(encoding="utf-8")
    assert url == f"{process.url}\n"
    assert url.endswith("/loyalty\n")
    assert answers(url.strip())
    assert process.stop() == (0, "", "")
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_an_earlier_mock_is_gone_before_the_new_one_answers(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    ready.write_text("earlier", encoding="utf-8")
    Ready(ready).check()  # the mock calls it before it listens
    assert list(tmp_path.iterdir()) == []


def test_the_file_appears_with_the_whole_url(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    ready.write_text("earlier", encoding="utf-8")
    seen: list[str] = []
    with subprocess.Popen(
        [*COMMAND, "serve", "--port", "0", "--ready-file", ready], stdout=subprocess.DEVNULL
    ) as popen:
        while not seen or seen[-1] in ("earlier", "gone"):
            seen.append(content(ready))
        popen.terminate()
    assert seen[-1].startswith("http://127.0.0.1:"), "never a part of a URL"
    assert seen[-1].endswith("\n")


def content(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return "gone"


def test_the_descriptor_gets_the_url_and_its_end() -> None:
    reader, writer = os.pipe()
    with subprocess.Popen(
        [*COMMAND, "serve", "--port", "0", "--ready-fd", str(writer)], stdout=subprocess.DEVNULL, pass_fds=[writer]
    ) as popen:
        os.close(writer)
        with os.fdopen(reader, "rb", buffering=0) as pipe:
            line = pipe.readline().decode()
            closed = bool(select.select([pipe], [], [], 5)[0])
        answered = answers(line.removesuffix("\n"))
        popen.terminate()
    assert (closed, answered) == (True, True)
    assert popen.returncode == 0


def test_a_reader_that_has_gone_does_no_harm() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with subprocess.Popen(
        [*COMMAND, "serve", "--port", "0", "--ready-fd", str(writer)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        pass_fds=[writer],
        text=True,
    ) as popen:
        os.close(writer)
        assert popen.stdout is not None
        url = popen.stdout.readline().removeprefix("listening on ").strip()
        assert answers(url)
        popen.terminate()
        assert popen.communicate()[1] == ""
    assert popen.returncode == 0


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--ready-fd", "77"], "--ready-fd 77: is no open file descriptor that can be written to"),
        (["--ready-fd", "99999999999999999999"], "is no open file descriptor"),
        (["--ready-fd", "0"], "0 is not in the range"),
        (["--ready-file", "/nowhere/ready"], "--ready-file /nowhere/ready: cannot be written: No such file"),
        (["--ready-file", "."], "--ready-file .: cannot be written: Is a directory"),
    ],
)
def test_what_cannot_be_written_is_refused_in_one_line(options: list[str], says: str) -> None:
    done = run("serve", "--port", "0", *options)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert says in done.stderr


def test_a_descriptor_that_is_only_read_is_refused() -> None:
    with Path(os.devnull).open("rb") as nothing:
        done = run("serve", "--port", "0", "--ready-fd", str(nothing.fileno()), pass_fds=[nothing.fileno()])
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
