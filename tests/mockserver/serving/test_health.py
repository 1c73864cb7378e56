"""`enrol-mock health` says whether a mock answers, and is content with nothing else that does."""

from __future__ import annotations

import http.server
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.in_thread import in_thread
from tests.mockserver.process import COMMAND, Process


def health(*words: str) -> tuple[int, str, str]:
    done = subprocess.run([*COMMAND, "health", *words], capture_output=True, text=True, check=False, timeout=30)
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def other_server() -> Iterator[str]:
    """A server that answers everything with 200 and a page, as a gateway may."""

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"status": "ok"}' if "json" in self.path else b"<html>welcome</html>")

        def log_message(self, format: str, *args: object) -> None: ...

    with in_thread(http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)) as address:
        yield f"http://{address}"


@pytest.mark.parametrize("how", [["--base-path", "/loyalty"], ["--tls"], ["--control-token", "secret"]])
def test_a_mock_that_answers_is_healthy(how: list[str]) -> None:
    mock = Process.start(*how)
    try:
        url = mock.url.removesuffix("/loyalty") + ("/loyalty" if "--base-path" in how else "")
        code, out, err = health(url)
        assert (code, err) == (0, "")
        assert out.startswith("the mock 0.")
        assert f" answers at {url}, up for " in out
    finally:
        mock.stop()


def test_a_mock_at_a_unix_socket_is_healthy(tmp_path: Path) -> None:
    mock = Process.start("--host", f"unix:{tmp_path}/socket")
    try:
        assert health(f"unix:{tmp_path}/socket")[0] == 0
        assert health(f"unix:{tmp_path}/another") == (
            1,
            "",
            f"enrol-mock: unix:{tmp_path}/another: no mock answers: No such file or directory\n",
        )
    finally:
        mock.stop()


def test_nothing_that_answers_is_unhealthy() -> None:
    assert health("http://127.0.0.1:9") == (
        1,
        "",
        "enrol-mock: http://127.0.0.1:9: no mock answers: Connection refused\n",
    )


@pytest.mark.parametrize("path", ["", "/json"])
def test_another_server_is_no_healthy_mock(other_server: str, path: str) -> None:
    code, out, err = health(other_server + path)
    assert (code, out) == (1, "")
    assert err.startswith(f"enrol-mock: {other_server}{path}: what answers is no mock")
    assert err.count("\n") == 1


def test_a_mock_that_is_coming_up_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "socket"
    waiting = subprocess.Popen([*COMMAND, "health", f"unix:{path}", "--wait", "20"], stdout=subprocess.PIPE, text=True)
    mock = Process.start("--host", f"unix:{path}")
    try:
        assert "up for" in waiting.communicate(timeout=20)[0]
        assert waiting.returncode == 0
    finally:
        mock.stop()


@pytest.mark.parametrize("url", ["nonsense", "127.0.0.1:8080", "ftp://127.0.0.1", "http://", "http://127.0.0.1:99999"])
def test_what_is_no_url_is_wrong_use(url: str) -> None:
    assert health(url) == (
        2,
        "",
        f"enrol-mock: {url} is no URL of a mock; give one such as http://127.0.0.1:8080, or unix:PATH\n",
    )
