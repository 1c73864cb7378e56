"""Who may use the control plane: this machine or the holder of the token, and no web page of another origin."""

from __future__ import annotations

import http.client
import json
import os
import socket
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import Client

from mockserver.app import Mock
from mockserver.control.access import Access
from mockserver.control.plane import DOORS
from mockserver.errors import MockError
from mockserver.plan import Plan
from mockserver.state import State
from openapi.document import Document
from openapi.questions import Readings
from openapi.world import World
from tests.mockserver.caller import Caller
from tests.mockserver.process import Process, post, run
from tests.mockserver.test_control_document import OPEN, STRANGER, check_body, filled

TOKEN = "correct-horse-ü"

# What Chromium sends with requests of a page at http://evil.example, or at another port of this machine.
PAGES = {
    "fetch": {"Origin": "http://evil.example", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"},
    "form": {
        "Origin": "http://evil.example",
        "Sec-Fetch-Site": "cross-site",
        "Sec-Fetch-Mode": "navigate",
        "Content-Type": "application/x-www-form-urlencoded",
    },
    "script tag": {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "script"},
    "sandboxed frame": {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
    "other port": {"Origin": "http://localhost:3000", "Sec-Fetch-Site": "same-site"},
    "other port, an old browser": {"Origin": "http://localhost:3000"},
    "other scheme": {"Origin": "chrome-extension://abc"},
}


def ask(mock: Process, method: str, path: str, headers: dict[str, str]) -> tuple[int, Any]:
    connection = mock.connect()
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    found = answer.status, json.loads(answer.read())
    connection.close()
    return found


@pytest.mark.parametrize("headers", PAGES.values(), ids=PAGES)
@pytest.mark.parametrize("prefix", ["", "/_s/other"])
def test_page_of_another_origin_can_neither_read_nor_reset(
    running: Process, headers: dict[str, str], prefix: str
) -> None:
    post(running)
    for method, path in DOORS:
        status, body = ask(running, method, prefix + path, headers)
        assert (status, list(body)) == (403, ["error"]), (method, path)
        assert "another origin" in body["error"]
    assert len(ask(running, "GET", "/_mock/enrolments", {})[1]["enrolments"]) == 3


def test_page_of_the_mock_itself_may_use_it(running: Process) -> None:
    host, port = running.address
    own = {"Origin": f"http://{host}:{port}", "Sec-Fetch-Site": "same-origin"}
    assert ask(running, "POST", "/_mock/reset", own)[0] == 200
    assert ask(running, "GET", "/_mock/journal", {"Sec-Fetch-Site": "none"})[0] == 200
    assert ask(running, "POST", "/_mock/reset", {"Host": "LocalHost:80", "Origin": "http://localhost:80"})[0] == 200
    assert ask(running, "POST", "/_mock/reset", {"Host": "localhost:80", "Origin": "http://localhost:81"})[0] == 403


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", ".", ".:80", "localhost.evil.example", "192.0.2.7", "127.0.0.1.nip.io"]
)
def test_host_that_does_not_name_this_machine_is_refused(running: Process, host: str) -> None:
    """A page at a name whose DNS was pointed to this machine is of the same origin, as the browser sees it."""
    for method, path in DOORS:
        if path not in OPEN:
            status, body = ask(running, method, path, {"Host": host, "Sec-Fetch-Site": "same-origin"})
            assert (status, repr(host) in body["error"]) == (403, True)
    assert ask(running, "POST", "/_mock/reset", {"Host": host, "Origin": f"http://{host}"})[0] == 403
    assert post(running, Host=host)[0] == 200, "the call is for all"


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "localhost.:80", "a.localhost:8080", "[::1]:80", "127.8.8.8", socket.gethostname()],
)
def test_host_that_names_this_machine_is_taken(running: Process, host: str) -> None:
    assert ask(running, "GET", "/_mock/journal", {"Host": host})[0] == 200


def test_name_that_the_mock_was_told_to_listen_by_is_taken(make: Callable[..., Client]) -> None:
    client = make(Access(names=("Till.Example",)))
    for host, status in (("till.example:8080", 200), ("other.example", 403)):
        here = {"REMOTE_ADDR": "127.0.0.1"}
        assert client.get("/_mock/journal", headers={"Host": host}, environ_overrides=here).status_code == status


@pytest.mark.parametrize("peer", ["192.0.2.7", "::ffff:192.0.2.7", "2001:db8::7"])
def test_other_machine_sees_only_health_and_the_look_of_the_console(mock: Caller, peer: str) -> None:
    for method, path in DOORS:
        answer = mock.client.open(filled(path), method=method, environ_overrides={"REMOTE_ADDR": peer})
        assert answer.status_code == (200 if path in OPEN else 403)
        assert path in OPEN or peer in answer.get_json()["error"]


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.3.2.1", "::1", "::ffff:127.0.0.1", None])
def test_this_machine_may_use_it(mock: Caller, peer: str | None) -> None:
    assert mock.client.get("/_mock/journal", environ_overrides={"REMOTE_ADDR": peer}).status_code == 200


def test_client_of_a_unix_socket_may_send_any_host(mock: Caller) -> None:
    answer = mock.client.get("/_mock/journal", headers={"Host": "mock"}, environ_overrides={"REMOTE_ADDR": None})
    assert answer.status_code == 200


def test_address_of_the_client_is_the_one_of_its_connection(serve: Callable[..., Process]) -> None:
    """Every address of 127.0.0.0/8 and every address of an interface is this machine's."""
    mock = serve("--host", "0.0.0.0")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.connect(("192.0.2.7", 9))  # sends nothing; tells which address this machine would use
        own = one.getsockname()[0]
    connection = http.client.HTTPConnection(own, mock.address[1])
    connection.request("GET", "/_mock/journal")
    assert connection.getresponse().status == 200
    connection.close()


@pytest.mark.parametrize("door", DOORS, ids=" ".join)
def test_token_is_asked_of_everybody(make: Callable[..., Client], door: tuple[str, str]) -> None:
    client, (method, path) = make(Access(TOKEN)), door
    for sent in ({}, {"X-Mock-Token": "wrong"}, {"Authorization": f"Basic {TOKEN}"}, {"X-Mock-Token": TOKEN[:-1]}):
        answer = client.open(filled(path), method=method, headers=sent)
        assert answer.status_code == (200 if path in OPEN else 401)
        if answer.status_code == 401:
            assert answer.headers["WWW-Authenticate"] == 'Bearer realm="mock"'
            assert list(answer.get_json()) == ["error"]


def test_token_opens_it_to_every_client(make: Callable[..., Client]) -> None:
    client = make(Access(TOKEN))
    sent = TOKEN.encode().decode("latin-1")
    for headers in ({"X-Mock-Token": sent}, {"Authorization": f"Bearer {sent}"}, {"Authorization": f"bearer  {sent}"}):
        for more in ({}, PAGES["fetch"], {"Host": "mock.example"}):
            answer = client.get("/_mock/journal", headers=headers | more, environ_overrides=STRANGER)
            assert answer.status_code == 200


def test_wrong_token_of_a_page_says_that_it_is_a_page(make: Callable[..., Client]) -> None:
    assert make(Access(TOKEN)).get("/_mock/health", headers=PAGES["fetch"]).status_code == 403


def test_token_is_an_option_and_a_variable(serve: Callable[..., Process], monkeypatch: pytest.MonkeyPatch) -> None:
    mock = serve("--control-token", "a-token")
    assert ask(mock, "POST", "/_mock/reset", {})[0] == 401
    assert ask(mock, "POST", "/_mock/reset", {"X-Mock-Token": "a-token"})[0] == 200
    monkeypatch.setitem(os.environ, "ENROL_MOCK_CONTROL_TOKEN", "another")
    assert ask(serve(), "POST", "/_mock/reset", {"Authorization": "Bearer another"})[0] == 200


def test_empty_token_is_wrong_use() -> None:
    ran = run("serve", "--port", "0", "--control-token", "")
    assert (ran.returncode, ran.stderr.count("\n")) == (2, 1)
    assert "--control-token" in ran.stderr
    with pytest.raises(MockError):
        Access("")


def test_waiting_is_refused_before_it_begins(serve: Callable[..., Process]) -> None:
    mock = serve("--control-token", "a-token")
    assert ask(mock, "GET", "/_mock/journal?wait=9&timeout=30", {})[0] == 401


def test_refusals_are_as_the_document_says(make: Callable[..., Client]) -> None:
    answer = make(Access(TOKEN)).get("/_mock/journal")
    check_body(answer, "GET", "/_mock/journal")


@pytest.fixture
def make(contract: Document, readings: Readings, sample_world: World) -> Callable[..., Client]:
    """Return a function that makes a client of a mock with this access."""
    plan, state = Plan.of(contract, readings), State.of(sample_world, readings)
    return lambda access: Client(Mock(plan, state, access=access))
