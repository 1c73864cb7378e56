"""The mock as a process: start, stop, and what only a socket shows."""

from __future__ import annotations

import http.client
import json
import shlex
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests import page
from tests.mockserver.caller import AUTHORIZED
from tests.mockserver.process import COMMAND, Process, run

Serve = Callable[..., Process]


def post(process: Process, body: Any = page.ENROL_REQUEST, **headers: str) -> tuple[int, Any]:
    connection = process.connect()
    connection.request("POST", page.PATH, json.dumps(body), {"Content-Type": "application/json"} | AUTHORIZED | headers)
    response = connection.getresponse()
    answer = response.status, json.loads(response.read())
    connection.close()
    return answer


def gone(pid: int) -> bool:
    """Whether the process is gone, or a zombie that only its parent still has to notice."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def answers(address: tuple[str, int]) -> bool:
    connection = http.client.HTTPConnection(*address)
    try:
        connection.request("GET", "/_mock/health")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def wait_until(condition: Callable[[], bool], seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    return condition()


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
    workers = process.workers
    started = time.monotonic()
    assert process.stop(how) == (0, "", "")
    assert time.monotonic() - started < 2
    assert all(gone(pid) for pid in workers)
    idle.close()


def test_half_sent_request_does_not_keep_the_server(serve: Serve) -> None:
    process = serve()
    with socket.create_connection(process.address) as client:
        client.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc")
        time.sleep(0.1)
        assert process.stop()[0] == 0


def test_worker_does_not_outlive_its_parent(serve: Serve) -> None:
    process = serve()
    workers = process.workers
    assert workers
    process.popen.kill()
    assert wait_until(lambda: all(gone(pid) for pid in workers))


def test_hang_up_ends_the_server(serve: Serve) -> None:
    process = serve()
    workers = process.workers
    process.stop(signal.SIGHUP)
    assert wait_until(lambda: all(gone(pid) for pid in workers))


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
        time.sleep(0.1)  # for the lines that nobody reads
        popen.terminate()
        assert popen.stderr.read() == b""
    assert popen.returncode == 0


def test_host_may_be_a_name_or_an_ipv6_address(serve: Serve) -> None:
    assert serve("--host", "localhost").url.startswith("http://")
    assert serve("--host", "0.0.0.0").url.startswith("http://127.0.0.1:")
    if Path("/proc/net/if_inet6").exists():
        assert serve("--host", "::1").url.startswith("http://[::1]:")


@pytest.mark.parametrize("promotion", ["seats-66", "enr-58"])
def test_limit_admits_exactly_that_many_under_parallelism(running: Process, promotion: str) -> None:
    """Seats: three for everybody. The other: one for each customer, asked for by all three identifiers."""
    connection = running.connect()
    connection.request("GET", "/_mock/world")
    world = json.loads(connection.getresponse().read())
    connection.close()
    found = next(one for one in world["promotions"] if one["identifier"] == promotion)
    customers = [
        {"identifierName": name, "identifierValue": str(customer[name])}
        for customer in world["customers"]
        for name in ("id", "mobile", "email")
    ]
    ids = {"id": found["id"], "promotionId": found["promotionId"]}
    answers: list[str] = []

    def ask(customer: dict[str, str]) -> None:
        body = {"action": "ENROL", "promotion": ids, "customer": customer, "programId": found["programId"]}
        answers.append(post(running, body)[1]["data"]["status"])

    threads = [threading.Thread(target=ask, args=(customer,)) for customer in customers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == len(customers)
    assert answers.count("SUCCESS") == (3 if promotion == "seats-66" else len(world["customers"]))


def test_chunked_body_is_read(running: Process) -> None:
    raw = json.dumps(page.ENROL_REQUEST).encode()
    connection = running.connect()
    headers = {"Content-Type": "application/json"} | AUTHORIZED
    connection.request("POST", page.PATH, iter([raw[:50], raw[50:]]), headers, encode_chunked=True)
    response = connection.getresponse()
    assert (response.status, json.loads(response.read())) == (200, page.ENROL_RESPONSE)
    connection.close()


def test_connection_survives_early_answers(running: Process) -> None:
    connection = running.connect()
    big = b" " * 3_000_000
    for method, path, status in [("POST", "/", 404), ("PUT", page.PATH, 405), ("POST", page.PATH, 401)]:
        connection.request(method, path, big)
        response = connection.getresponse()
        response.read()
        assert response.status == status
    connection.request("HEAD", page.PATH)
    response = connection.getresponse()
    assert (response.status, response.read()) == (405, b"")
    connection.request("POST", page.PATH, big, AUTHORIZED)
    response = connection.getresponse()
    response.read()
    assert response.status == 413
    connection.request("GET", "/_mock/health")
    assert connection.getresponse().read() == b'{"status":"ok"}'
    connection.close()


def test_cut_short_request_is_recorded_and_harms_nobody(running: Process) -> None:
    with socket.create_connection(running.address) as client:
        head = f"POST {page.PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Basic DllZTk=\r\n"
        client.sendall(f"{head}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{{}}".encode())
    journal: list[Any] = []

    def recorded() -> bool:
        connection = running.connect()
        connection.request("GET", "/_mock/journal")
        journal[:] = json.loads(connection.getresponse().read())["exchanges"]
        connection.close()
        return bool(journal)

    assert wait_until(recorded)
    assert journal[0]["why"] == "The body is shorter than its Content-Length."


def test_environment_of_the_server_does_not_count_as_headers(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://user:secret@proxy")
    monkeypatch.setenv("HTTP_AUTHORIZATION", page.OPT_IN_AUTHORIZATION)
    connection = serve().connect()
    connection.request("POST", page.PATH, b"{}", {"Content-Type": "application/json"})
    response = connection.getresponse()
    response.read()
    assert response.status == 401
    connection.request("GET", "/_mock/journal")
    assert "secret" not in connection.getresponse().read().decode()
    connection.close()


def test_id_of_an_exchange_is_unique(running: Process) -> None:
    ids = set()
    connection = running.connect()
    for _ in range(20):
        connection.request("GET", "/nowhere")
        response = connection.getresponse()
        response.read()
        ids.add(response.headers["X-Cap-Requestid"])
    connection.close()
    assert len(ids) == 20
