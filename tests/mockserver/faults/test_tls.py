"""The front when clients speak TLS to it."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
import trustme

from mockserver.addresses import Addresses
from mockserver.errors import MockError
from mockserver.faults.armed import Faults
from mockserver.faults.effects import Abilities
from mockserver.faults.fault import Fault
from mockserver.faults.front.server import Front
from tests import page
from tests.mockserver.caller import AUTHORIZED
from tests.mockserver.process import COMMAND, Process, run, wait_until

TLS = Abilities({}, sockets=True, tls=True)


async def curl(*options: str) -> tuple[int, str]:
    """Run curl, and return its exit code and what it received."""
    process = await asyncio.create_subprocess_exec("curl", "--silent", *options, stdout=asyncio.subprocess.PIPE)
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


def with_front(process: Process, faults: Faults, ask: Callable[[str], Awaitable[None]], folder: Path) -> None:
    """Put a front before a mock, and call a function with the options of curl that reach it."""
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(folder / "ca.pem")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        port = free.getsockname()[1]

        async def run() -> None:
            front = Front(faults, Addresses((process.address[0],), process.address[1], ()), tls=context)
            listening = await front.listen(["127.0.0.1"], port, backlog=10, room=10)
            await ask(f"https://127.0.0.1:{port}{page.PATH}")
            listening.close()

        asyncio.run(run())


def test_tls_is_refused_as_often_as_the_fault_says(running: Process, tmp_path: Path) -> None:
    async def ask(url: str) -> None:
        options = ["--cacert", str(tmp_path / "ca.pem"), url, "--json", json.dumps(page.ENROL_REQUEST)]
        options += ["--header", f"Authorization: {AUTHORIZED['Authorization']}"]
        assert [(await curl(*options))[0] for _ in range(3)] == [0, 35, 35]
        code, said = await curl(*options)
        assert (code, bool(json.loads(said)["warnings"])) == (0, True)
        assert (await curl("--insecure", url, "--request", "GET"))[0] == 0
        assert (await curl(url))[0] == 60, "the certificate is not trusted"
        assert (await curl("--max-time", "2", url.replace("https", "http")))[0] in (52, 56), "no TLS"

    with_front(running, Faults(TLS, (Fault("refuse-tls", after=1, count=2),)), ask, tmp_path)


@pytest.mark.parametrize("keys", [{"action": "ENROL"}, {"path": "*"}, {"delay": 1.0}, {"pieces": 2, "over": 1.0}])
def test_refused_tls_meets_connections_only(keys: dict[str, object]) -> None:
    with pytest.raises(MockError, match="it takes only after, count, probability, seed"):
        Faults(TLS, (Fault("refuse-tls", **keys),))  # type: ignore[arg-type]  # keys of several types


def test_mock_with_tls_refuses_it_as_told(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    options = ["--tls", "--auth", "off", "--fault", "refuse-tls:count=1", "--fault", "reset-in:count=1"]
    command = [*COMMAND, "serve", "--port", "0", "--ready-file", str(ready), *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert wait_until(ready.exists)
        url = ready.read_text(encoding="utf-8").strip()
        ask = ["curl", "--silent", "--insecure", url + page.PATH, "--json", json.dumps(page.ENROL_REQUEST)]
        assert [subprocess.run(ask, capture_output=True, check=False).returncode for _ in range(3)] == [35, 56, 0]
    finally:
        process.terminate()
        assert process.communicate(timeout=30)[1] == ""


def test_socket_faults_need_a_port(tmp_path: Path) -> None:
    done = run("serve", "--host", f"unix:{tmp_path}/mock.sock", "--socket-faults")
    assert done.returncode == 2
    assert done.stderr.endswith("faults break connections at a port only; leave one of the two out\n")
