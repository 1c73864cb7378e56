"""The mock as a process: how it starts, stops, and holds its port."""

from __future__ import annotations

import http.client
import json
import shlex
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import page
from tests.mockserver.process import COMMAND, Process, post, run, wait_until

Serve = Callable[..., Process]


def answers(address: tuple[str, int]) -> bool:
    connection = http.client.HTTPConnection(*address)
    try:
        connection.request("GET", "/_mock/health")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def test_printed_command_gets_the_page_response(running: Process) -> None:
    done = subprocess.run(shlex.split(running.curl), capture_output=True, check=True)
    assert json.loads(done.stdout) == page.ENROL_RESPONSE


def test_without_credentials_the_printed_command_has_none(serve: Serve) -> None:
    process = serve("--auth", "off")
    assert "Authorization" not in process.curl
    done = subprocess.run(shlex.split(process.curl), capture_output=True, check=True)
    assert json.loads(done.stdout) == page.ENROL_RESPONSE


@pytest.mark.parametrize(
    "credentials", ["headers: [Bearer abc]", "oauth: [{key: k, secret: s}]"], ids=["header", "token"]
)
def test_printed_command_uses_what_the_world_has(serve: Serve, tmp_path: Path, credentials: str) -> None:
    world = tmp_path / "world.yaml"
    world.write_text(f"credentials: {{{credentials}}}\n", encoding="utf-8")
    done = subprocess.run(shlex.split(serve("--world", str(world)).curl), capture_output=True, check=True)
    assert json.loads(done.stdout)["errors"][0]["code"] == 400, "let in, and nothing found"


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_server_stops_at_once_and_quietly(serve: Serve, how: signal.Signals) -> None:
    process = serve()
    idle = process.connect()
    idle.request("GET", "/_mock/health")
    idle.getresponse().read()
    started = time.monotonic()
    assert process.stop(how) == (0, "", "")
    assert time.monotonic() - started < 5
    assert not answers(process.address)
    idle.close()


@pytest.mark.slow
def test_half_sent_request_does_not_keep_the_server(serve: Serve) -> None:
    process = serve()
    with socket.create_connection(process.address) as client:
        client.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc")
        time.sleep(0.1)
        assert process.stop()[0] == 0


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGHUP])
def test_killed_server_leaves_nothing_behind(serve: Serve, how: signal.Signals) -> None:
    process = serve()
    process.stop(how)
    assert not answers(process.address)


def test_port_is_shared_with_nobody(running: Process) -> None:
    port = running.address[1]
    done = run("serve", "--port", str(port))
    assert done.returncode == 2
    assert "Address already in use" in done.stderr


def test_port_can_be_used_again_at_once(serve: Serve) -> None:
    first = serve()
    post(first)
    first.stop()
    port = first.address[1]
    second = serve("--port", str(port))
    assert second.address[1] == port
    assert post(second)[1] == page.ENROL_RESPONSE


def test_closed_stdout_does_no_harm() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        address: tuple[str, int] = free.getsockname()
    with subprocess.Popen(
        [*COMMAND, "serve", "--port", str(address[1])], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as popen:
        assert popen.stdout is not None
        assert popen.stderr is not None
        popen.stdout.close()
        assert wait_until(lambda: answers(address))
        time.sleep(0.1)  # enough for the mock to print to the closed pipe
        popen.terminate()
        assert popen.stderr.read() == b""
    assert popen.returncode == 0


@pytest.mark.parametrize(
    ("host", "urls"),
    [
        ("localhost", ("http://127.0.0.1:{}", "http://[::1]:{}")),
        ("LocalHost", ("http://127.0.0.1:{}", "http://[::1]:{}")),
        ("127.0.0.1", ("http://127.0.0.1:{}",)),
        ("127.0.0.2", ("http://127.0.0.2:{}",)),
        ("0.0.0.0", ("http://127.0.0.1:{}",)),
        ("::1", ("http://[::1]:{}",)),
        ("::", ("http://[::1]:{}",)),
    ],
)
def test_server_answers_at_every_address_of_its_host(serve: Serve, host: str, urls: tuple[str, ...]) -> None:
    """RFC 6761, section 6.3: localhost has both loopback addresses. The mock behind them is one."""
    process = serve("--host", host)
    port = process.address[1]
    assert process.url == urls[0].format(port)
    for number, url in enumerate(urls):
        connection = http.client.HTTPConnection(url.format(port).removeprefix("http://"), timeout=10)
        connection.request("GET", f"/{number}")
        connection.getresponse().read()
        connection.request("GET", "/_mock/journal")
        exchanges = json.loads(connection.getresponse().read())["exchanges"]
        assert [one["path"] for one in exchanges] == [f"/{seen}" for seen in range(number + 1)]
        connection.close()


@pytest.mark.parametrize(("held", "host"), [("::1", "localhost"), ("127.0.0.1", "localhost"), ("::1", "::1")])
def test_port_that_is_taken_at_one_address_is_taken(held: str, host: str) -> None:
    with socket.create_server((held, 0), family=socket.AF_INET6 if ":" in held else socket.AF_INET) as other:
        port = other.getsockname()[1]
        done = run("serve", "--host", host, "--port", str(port))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"enrol-mock: cannot listen on {host} port {port}: Address already in use; "
        "give another --port, or 0 for one that is free\n"
    )


@pytest.mark.parametrize("host", ["::1", "127.0.0.1", "localhost"])
def test_no_address_of_a_running_mock_can_be_taken_by_another_one(serve: Serve, host: str) -> None:
    port = serve("--host", "localhost").address[1]
    assert run("serve", "--host", host, "--port", str(port)).returncode == 2


@pytest.mark.parametrize("host", ["no.such.host.invalid", "192.0.2.1", ""])
def test_host_that_is_not_this_machine_is_refused_in_one_line(host: str) -> None:
    done = run("serve", "--host", host, "--port", "0")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"enrol-mock: cannot listen on {host} port 0: ")
    assert done.stderr.count("\n") == 1
