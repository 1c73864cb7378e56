"""A program that is killed leaves no mock behind, also while a client is in the middle of a request."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from urllib.parse import urlsplit

from tests.mockserver.process import wait_until
from tests.mockserver.raw import request


def test_killed_exec_leaves_no_mock_behind() -> None:
    command = [sys.executable, "-m", "mockserver", "exec", "--", "sh", "-c", "echo $ENROL_MOCK_URL $$; exec sleep 60"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as parent:
        assert parent.stdout is not None
        url, sleeping = parent.stdout.readline().split()
        address = (urlsplit(url).hostname or "", urlsplit(url).port or 0)
        try:
            with socket.create_connection(address) as client:
                client.sendall(request()[:-10])
                parent.kill()
                assert wait_until(lambda: not _listens(address), seconds=20)
        finally:
            os.kill(int(sleeping), signal.SIGKILL)


def _listens(address: tuple[str, int]) -> bool:
    try:
        socket.create_connection(address, timeout=5).close()
    except OSError:
        return False
    return True
