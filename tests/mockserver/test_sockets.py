"""What only a socket shows: parallel requests, chunks, connections that stay open or break."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import Callable

import pytest

from tests import page
from tests.mockserver.caller import AUTHORIZED
from tests.mockserver.process import Process, post, wait_until
from tests.mockserver.raw import journal

Serve = Callable[..., Process]


@pytest.mark.parametrize("promotion", ["seats-66", "enr-58"])
def test_limit_admits_exactly_that_many_under_parallelism(running: Process, promotion: str) -> None:
    """seats-66 admits three customers. enr-58 admits each customer once, whom three requests name differently."""
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
    assert connection.getresponse().read().startswith(b'{"status":"ok",')
    connection.close()


def test_cut_short_request_is_recorded_and_harms_nobody(running: Process) -> None:
    with socket.create_connection(running.address) as client:
        head = f"POST {page.PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Basic DllZTk=\r\n"
        client.sendall(f"{head}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{{}}".encode())
    assert wait_until(lambda: bool(journal(running)["exchanges"]))
    assert journal(running)["exchanges"][0]["why"] == "The body is shorter than its Content-Length."


def test_body_that_is_too_long_to_read_is_recorded_with_its_length(running: Process) -> None:
    connection = running.connect()
    connection.request("POST", page.PATH, b" " * 20_000_000, {"Content-Type": "application/json"} | AUTHORIZED)
    assert connection.getresponse().status == 413
    connection.close()
    request = journal(running)["exchanges"][0]["request"]
    assert (request["bodyBytes"], request["bodyCut"], len(request["body"])) == (20_000_000, True, 4096)


def test_clients_that_stop_half_way_keep_nobody_waiting(serve: Serve) -> None:
    process = serve()
    half = f"POST {page.PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{{".encode()
    with contextlib.ExitStack() as clients:
        for _ in range(400):
            clients.enter_context(socket.create_connection(process.address)).sendall(half)
        assert post(process) == (200, page.ENROL_RESPONSE)
    assert process.stop() == (0, "", "")


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
