"""The nginx of docs/nginx.conf before two mocks with one store."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.modules import ROOT
from tests.mockserver.process import Process, wait_until
from tests.mockserver.raw import exchange, request

JOURNAL = "/_mock/journal"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@pytest.fixture
def hosts(tmp_path: Path) -> Iterator[tuple[Process, list[Process]]]:
    """nginx, and the mocks behind it."""
    store = f"sqlite:{tmp_path / 'mock.db'}"
    mocks = [Process.start("--auth", "off", "--store", store) for _ in range(2)]
    port, text = free_port(), (ROOT / "docs" / "nginx.conf").read_text(encoding="utf-8")
    for number, mock in enumerate(mocks, 1):
        text = text.replace(f"mock-{number}:8080", "{}:{}".format(*mock.address))
    text = text.replace("listen 8080", f"listen 127.0.0.1:{port}").replace("/tmp/nginx-", f"{tmp_path}/nginx-")
    (tmp_path / "nginx.conf").write_text(text, encoding="utf-8")
    program = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
    assert program
    settings = f"daemon off; pid {tmp_path / 'pid'}; error_log stderr crit;"
    command = [program, "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf"), "-e", "stderr", "-g", settings]
    nginx = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    front = Process(nginx, f"http://127.0.0.1:{port}", "")

    def listens() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(front.address) == 0

    assert wait_until(listens), nginx.communicate()
    yield front, mocks
    for process in (front, *mocks):
        if process.popen.poll() is None:
            process.stop()


def test_mocks_answer_as_one(hosts: tuple[Process, list[Process]]) -> None:
    front, mocks = hosts
    answers = [exchange(front, request()) for _ in range(4)]
    assert [(status, b"already enrolled" in body) for status, _, body in answers] == [(200, False)] + [(200, True)] * 3
    for mock in mocks:
        assert (
            exchange(mock, request(JOURNAL, method="GET", host="Host: localhost", body=b""))[2].count(b'"status":200')
            == 4
        )

    # Paths and headers come as they were sent.
    status, _, _ = exchange(front, request("//v3/%70romotions/enrol?a=%20", "X_Odd: 1", host="Host: mock.test"))
    assert status == 404
    shown = exchange(mocks[0], request(JOURNAL, method="GET", host="Host: localhost", body=b""))[2]
    assert b'"path":"//v3/%70romotions/enrol","query":"a=%20"' in shown
    assert b'"Host":"mock.test"' in shown
    assert b'"X_Odd"' in shown

    # One of them goes, and no client sees it.
    mocks[0].popen.kill()
    mocks[0].popen.communicate()
    assert [exchange(front, request())[0] for _ in range(4)] == [200] * 4
    assert (
        exchange(mocks[1], request(JOURNAL, method="GET", host="Host: localhost", body=b""))[2].count(b'"status":200')
        == 8
    )
