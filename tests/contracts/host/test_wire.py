"""The wire over a real socket: what it sends, and what it returns for each way in which a host may behave."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from contracts.errors import Misuse
from contracts.exchange import NOTHING, Answer, Request
from contracts.host.connection import Unreachable
from contracts.host.dialect import Dialect
from contracts.host.login import TOKEN_HEADER, Login, OAuthClient
from contracts.host.tokens import TokenRefused
from contracts.host.wire import Wire
from openapi.world import World
from tests.contracts.conftest import make_target
from tests.contracts.socket_host import Script, SocketHost, http

CLIENT = OAuthClient("key", "secret", "/token")
OAUTH = Login(oauth=CLIENT)
TILL = Login(basic=("till", "pass word"))
TOKEN = http({"data": {"accessToken": "t1", "ttlSeconds": 100}})


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@contextmanager
def wired(
    *answers: Script, login: Login = TILL, timeout: float = 5.0, **options: Any
) -> Iterator[tuple[SocketHost, Wire]]:
    """Yield a host with these answers, and a wire to it."""
    with SocketHost(*answers) as host:
        target = make_target(f"{host.url}/base", login=login, data=World())
        wire = Wire(target, path="/v3/promotions/enrol", method="post", timeout=timeout, **options)
        yield host, wire
        wire.close()


def send(wire: Wire, request: Request) -> Answer:
    """Send a request with the first login of the target, as a session does before it has connected."""
    return wire.send(request, Dialect(wire._target.login.first))


def reason_of(*answers: Script, timeout: float = 5.0) -> str:
    """Return the Unreachable message for a host with these answers, with HOST in place of its address."""
    with wired(*answers, timeout=timeout) as (host, wire), pytest.raises(Unreachable) as caught:
        send(wire, Request(body={}))
    return str(caught.value).replace(f"{host.url}/base", "HOST")


def test_a_request_goes_to_the_path_below_the_base_and_its_answer_comes_back() -> None:
    with wired(http({"a": "é"}, 418, X_Name="v")) as (host, wire):
        answer = send(wire, Request(body={"name": "☃"}))
    assert host.lines() == ["POST /base/v3/promotions/enrol HTTP/1.1"]
    assert host.body() == '{"name": "☃"}'.encode()
    assert (host.header("Content-Type"), host.header("User-Agent")) == ("application/json", "enrol-contract")
    assert (answer.status, answer.json, answer.headers["x-name"]) == (418, {"a": "é"}, "v")


def test_method_path_headers_and_bytes_of_a_request_are_its_own() -> None:
    request = Request(raw=b"\xff{", headers=(("Content-Type", "text/plain"),), method="PUT", path="/other")
    with wired(http()) as (host, wire):
        answer = send(wire, request)
    assert host.lines() == ["PUT /base/other HTTP/1.1"]
    assert (host.body(), host.header("Content-Type")) == (b"\xff{", "text/plain")
    assert (answer.content, answer.json) == (b"", NOTHING)


def test_seconds_are_measured_by_the_clock() -> None:
    clock = Clock()

    def answer(connection: socket.socket) -> None:
        clock.seconds = 7.5
        connection.sendall(http())

    with wired(answer, clock=clock) as (_, wire):
        assert send(wire, Request(body={})).seconds == 7.5


def test_a_token_is_fetched_once_and_again_shortly_before_it_expires() -> None:
    clock = Clock()
    second = http({"data": {"accessToken": "t2", "ttlSeconds": 100}})
    with wired(TOKEN, http(), http(), second, http(), login=OAUTH, clock=clock) as (host, wire):
        for clock.seconds, token in ((0, "t1"), (89, "t1"), (90, "t2")):
            send(wire, Request(body={}))
            assert host.header(TOKEN_HEADER) == token
    paths = [line.split()[1] for line in host.lines()]
    enrol = "/base/v3/promotions/enrol"
    assert paths == ["/base/token", enrol, enrol, "/base/token", enrol]
    assert host.body(0) == b'{"key": "key", "secret": "secret"}'
    assert host.header("Authorization") is None


def test_a_tampered_token_differs_from_the_good_one_in_its_signature() -> None:
    good = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJrZXkifQ.c2lnbmF0dXJlQQAAA"
    issued = http({"data": {"accessToken": good, "ttlSeconds": 100}})
    with wired(issued, http(), login=OAUTH) as (host, wire):
        send(wire, Request(body={}, credentials="tampered"))
        sent = host.header(TOKEN_HEADER)
    assert sent is not None
    assert sent.rpartition(".")[0] == good.rpartition(".")[0]
    assert (len(sent), sum(one != other for one, other in zip(sent, good, strict=True))) == (len(good), 1)


@pytest.mark.parametrize("lifetime", [{}, {"ttlSeconds": None}, {"ttlSeconds": []}, {"ttlSeconds": "300"}])
def test_a_token_is_kept_whatever_is_said_of_its_lifetime(lifetime: dict[str, Any]) -> None:
    with wired(http({"data": {"accessToken": "t", **lifetime}}), http(), http(), login=OAUTH) as (host, wire):
        send(wire, Request(body={}))
        send(wire, Request(body={}))
    assert len(host.received) == 3


def test_a_lifetime_of_many_digits_is_a_long_one() -> None:
    token = b'{"data": {"accessToken": "t", "ttlSeconds": ' + b"9" * 400 + b"}}"
    with wired(http(token), http(), http(), login=OAUTH) as (host, wire):
        send(wire, Request(body={}))
        send(wire, Request(body={}))
    assert len(host.received) == 3


def test_expired_credentials_use_the_token_of_their_own_client() -> None:
    token = http({"data": {"accessToken": "old", "ttlSeconds": 0}})
    with wired(token, http(), login=Login(expired=OAuthClient("old-key", "s", "/token"))) as (host, wire):
        send(wire, Request(body={}, credentials="expired"))
    assert host.header(TOKEN_HEADER) == "old"
    assert b"old-key" in host.body(0)


def test_a_token_that_lives_is_no_expired_one() -> None:
    """A host may let no token live for less than a minute, whatever the test data says; nothing is sent then."""
    token = http({"data": {"accessToken": "young", "ttlSeconds": 60}})
    login = Login(expired=OAuthClient("old-key", "s", "/token"))
    with wired(token, login=login) as (_, wire), pytest.raises(TokenRefused, match="has not"):
        send(wire, Request(body={}, credentials="expired"))


@pytest.mark.parametrize(
    "answer",
    [http(b"no", 401), http({"data": None}), http([]), http({"data": {"accessToken": 5}}), http({"data": {}}, 500)],
)
def test_a_token_that_is_not_issued_is_reported(answer: bytes) -> None:
    status = answer.split()[1].decode()
    with (
        wired(answer, login=OAUTH) as (_, wire),
        pytest.raises(TokenRefused, match=rf"^POST /token answered HTTP {status} without data\.accessToken$"),
    ):
        send(wire, Request(body={}))


def test_headers_of_the_target_are_sent_with_every_request_and_override_others() -> None:
    login = Login(oauth=CLIENT, headers=(("X-Tenant", "nörd"),))
    with wired(TOKEN, http(), login=login) as (host, wire):
        send(wire, Request(body={}, headers=(("X-Tenant", "other"), ("Content-Type", "application/json"))))
    assert [host.header("X-Tenant", i) for i in (0, 1)] == ["nörd", "nörd"]


def test_a_header_that_cannot_be_sent_is_reported_without_its_value() -> None:
    with (
        wired(login=Login(headers=(("X-Key", "secret\nvalue"),))) as (_, wire),
        pytest.raises(
            Misuse, match=r"X-Key.* holds a character that HTTP does not allow, such as a line break"
        ) as caught,
    ):
        send(wire, Request(body={}))
    assert "secret" not in str(caught.value)


def test_redirects_are_answers_and_not_followed() -> None:
    with wired(http(b"", 307, Location="/elsewhere")) as (host, wire):
        assert send(wire, Request(body={})).status == 307
    assert len(host.received) == 1


def test_credentials_of_a_netrc_file_are_not_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login nobody password nothing", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    with wired(http(), login=Login()) as (host, wire):
        send(wire, Request(body={}))
    assert host.header("Authorization") is None


def test_a_proxy_of_the_environment_is_not_used_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    with wired(http({"direct": True})) as (_, wire):
        assert send(wire, Request(body={})).json == {"direct": True}


def test_a_proxy_of_the_environment_is_used_for_other_hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    with SocketHost(http(b"", 403)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        monkeypatch.setenv("NO_PROXY", "")
        wire = Wire(make_target("https://elsewhere.invalid"), path="/", method="post", timeout=5)
        with pytest.raises(Unreachable, match=r"^https://elsewhere\.invalid gave no answer: .*403"):
            send(wire, Request(body={}))
        wire.close()
    assert proxy.lines() == ["CONNECT elsewhere.invalid:443 HTTP/1.1"]


def test_a_body_that_breaks_off_is_an_answer() -> None:
    with wired(http(b'{"data": ', Content_Length="100")) as (_, wire):
        answer = send(wire, Request(body={}))
    assert (answer.status, answer.content, answer.json) == (200, b'{"data": ', NOTHING)


def test_a_body_with_a_wrong_content_encoding_is_an_answer() -> None:
    with wired(http(b"plain", Content_Encoding="gzip")) as (_, wire):
        assert (send(wire, Request(body={})).status) == 200


def test_a_body_without_end_is_cut() -> None:
    def flood(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        try:
            while True:
                connection.sendall(b"x" * 65536)
        except OSError:
            return  # the wire has heard enough

    with wired(flood) as (_, wire):
        content = send(wire, Request(body={})).content
    assert len(content) == 4 * 2**20


def test_a_closed_port_is_reported() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    wire = Wire(make_target(f"http://127.0.0.1:{port}"), path="/", method="post", timeout=5)
    with pytest.raises(Unreachable, match=rf"^http://127\.0\.0\.1:{port} gave no answer: Connection refused$"):
        send(wire, Request(body={}))
    wire.close()


def test_an_unknown_host_name_is_reported() -> None:
    wire = Wire(make_target("https://nobody.invalid"), path="/", method="post", timeout=5)
    with pytest.raises(Unreachable, match=r"^https://nobody\.invalid gave no answer: [^\n]+$"):
        send(wire, Request(body={}))
    wire.close()


def test_a_name_that_is_looked_up_for_too_long_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait(30) or [])
    wire = Wire(make_target("https://shop.example"), path="/", method="post", timeout=0.05)
    began = time.monotonic()
    with pytest.raises(Unreachable, match=r"gave no answer: no address of shop\.example was found within the timeout"):
        send(wire, Request(body={}))
    assert time.monotonic() - began < 5
    over.set()
    wire.close()


def test_an_answer_that_takes_too_long_is_reported() -> None:
    def wait(connection: socket.socket) -> None:
        connection.recv(1)  # until the other side gives up

    assert reason_of(wait, timeout=0.05) == "HOST gave no answer: it did not answer within the timeout (--timeout)"


def test_a_body_that_takes_too_long_is_reported() -> None:
    def begin(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc")
        connection.recv(1)

    assert reason_of(begin, timeout=1.0) == "HOST gave no answer: its answer did not end within the timeout (--timeout)"


def test_a_connection_that_is_closed_early_is_reported_in_one_line() -> None:
    def reset(connection: socket.socket) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    assert reason_of(reset) == "HOST gave no answer: Connection reset by peer"
    assert reason_of(b"") == "HOST gave no answer: Server disconnected without sending a response."


def test_an_answer_that_is_not_http_is_reported_in_one_line() -> None:
    reason = reason_of(b"220 mail.example.com\r\n\r\n")
    assert reason.startswith("HOST gave no answer: ")
    assert "\n" not in reason


def test_an_untrusted_certificate_is_reported() -> None:
    """A server without TLS at an https address is refused like one with an untrusted certificate."""
    with SocketHost(b"HTTP/1.1 400 X\r\n\r\n") as host:
        wire = Wire(make_target(host.url.replace("http", "https")), path="/", method="post", timeout=5)
        with pytest.raises(
            Unreachable, match=r" gave no answer: TLS failed \([^\n]+\); it does not seem to speak TLS: try http://"
        ):
            send(wire, Request(body={}))
        wire.close()
