"""What passes is judged beside the traffic: faults are found and named, and conforming hosts are never accused."""

from __future__ import annotations

import io
import json
import re
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import trustme
from rich.console import Console

from contracts.commands.check import check
from contracts.proxy.tap import Tap
from contracts.session.opening import Order
from contracts.verdict.record import Record
from tests.contracts.answers import PROMOTIONS, SAMPLE, ask, made
from tests.contracts.proxy.bytes_host import BytesHost, Line
from tests.contracts.proxy.proxied import LOGIN, Proxied, enrolment, proxied
from tests.faulty.server import serve

CUSTOMERS = SAMPLE.customers
ASHA, BRUNO, CHEN = CUSTOMERS[:3]


def crowd(running: Proxied) -> None:
    """Send enrolments one by one and at the same time: more callers than seats, and one customer many times."""
    assert running.ask(enrolment("enr-58", ASHA))[0][0] == 200
    for customer in (CHEN, CUSTOMERS[3], CUSTOMERS[4]):
        running.ask_at_once([enrolment("earn-61", customer, requestId=f"r{n}") for n in range(4)])
    running.ask_at_once([enrolment("seats-66", customer, requestId=f"s{customer.id}") for customer in CUSTOMERS[:9]])
    running.ask(*(enrolment("earn-61", customer, "OPT_IN") for customer in (CHEN, CUSTOMERS[3])))
    running.ask(enrolment("enr-58", ASHA), enrolment("generic-81", ASHA), {}, {"action": "ENROL"})


def test_a_conforming_host_is_not_accused(tmp_path: Path) -> None:
    with serve() as host, proxied(host.url, report_dir=tmp_path) as running:
        crowd(running)
        assert running.ask({}, path="/v3/oauth/token/generate")[0][0] in (400, 401)
        assert running.ask({}, path="/elsewhere")[0][0] == 404
    assert running.result
    assert (running.broken, running.result.verdict) == ([], "kept")
    assert "enrol-contract: 28 exchanges judged, 2 of other calls passed on unjudged" in running.said
    judged_again = check(Order(), tmp_path / "run.har", Console(quiet=True))
    assert (judged_again.verdict, len(judged_again.exchanges)) == ("kept", 28)


@pytest.mark.parametrize(
    ("fault", "claim"),
    [
        ("race-of-the-duplicate-check", "warning.already_enrolled"),
        ("race-of-the-limit-per-promotion", "warning.limit_reached"),
        ("request-id-of-another", "response.data.requestId.echo"),
        ("generic-accepted", "error.generic_not_eligible"),
    ],
)
def test_a_fault_is_found_and_named_by_its_row(fault: str, claim: str) -> None:
    for _ in range(8):  # on a busy machine requests may come one after the other, and then there is no race
        with serve(fault=fault) as host, proxied(host.url) as running:
            crowd(running)
        if running.broken:
            break
    assert running.result
    assert (running.result.verdict, running.broken[0]) == ("broken", claim)
    told, _, reported = running.said.partition(" exchanges judged, ")
    assert re.search(rf"^broken: {re.escape(claim)} \(.*, row \d+\): .*; exchange \d+$", told, re.MULTILINE)
    assert f"1. broken: {claim}\n" in reported


def test_what_is_presumed_of_an_unknown_host_is_the_form_of_its_answers(tmp_path: Path) -> None:
    """Its limits are not known, so no second enrolment is wrong; a field of the wrong type is."""
    world = tmp_path / "world.yaml"
    world.write_text(
        "programs: [{id: 3334}]\n"
        "promotions:\n"
        "  - {id: abc, promotionId: 7, identifier: own, programId: 3334, type: LOYALTY, status: LIVE, limitPerCustomer: 9}\n"
        "customers: [{id: 5, mobile: '4915550000001', source: INSTORE}]\n"
        "credentials: {basic: [{username: store.server, password: '123'}]}\n"
    )
    body = {
        "action": "ENROL",
        "programId": 3334,
        "promotion": {"id": "abc", "promotionId": 7},
        "customer": {"identifierName": "mobile", "identifierValue": "4915550000001", "source": "INSTORE"},
    }
    with serve(world=world) as host, proxied(host.url, report_dir=tmp_path / "kept") as running:
        assert [answer["errors"] for _, answer in running.ask(body, body)] == [None, None]
    assert running.result
    assert (running.broken, running.result.verdict) == ([], "kept")
    judged_again = check(Order(), tmp_path / "kept" / "run.har", Console(quiet=True))
    assert (judged_again.findings, len(judged_again.exchanges)) == ((), 2)
    assert not any("4915550000001" in file.read_text() for file in (tmp_path / "kept").iterdir())
    with serve(world=world, fault="customer-id-is-text") as host, proxied(host.url) as running:
        running.ask(body)
    assert running.broken == ["response.data.customer.customerId.type"]


def answering(*answers: bytes) -> Callable[[Line], None]:
    """Return a script that answers requests of one connection in turn, and closes it."""

    def script(line: Line) -> None:
        for answer in answers:
            before = len(line.received)
            while b"}" not in line.received[before:]:
                line.get(len(line.received) + 1)
            line.send(answer)

    return script


@pytest.fixture
def host() -> Iterator[BytesHost]:
    started = BytesHost()
    yield started
    started.close()


def page(status: str, body: bytes = b"<html>no</html>", kind: str = "text/html") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (page("503 Service Unavailable"), "1 answered by a gateway"),
        (page("429 Too Many Requests", b"{}", "application/json"), "1 answered by a gateway"),
        (page("404 Not Found"), "1 answered by something else than the call"),
        (page("400 X", b"{}", "application/json\r\nPreference-Applied: code=400"), "1 answered as the request preferred"),
        (page("302 Found"), "1 with a status of 1xx or 3xx"),
        (page("200 OK", b"\x1b\x00\xff", "application/json\r\nContent-Encoding: br"), "1 with an answer that is still compressed"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}", "1 without a whole request and a whole answer"),
        (b"", "1 without a whole request and a whole answer"),
        (b"what?", "1 without a whole request and a whole answer"),
    ],
)  # fmt: skip
def test_what_is_no_answer_of_the_host_is_not_held_against_it(host: BytesHost, answer: bytes, why: str) -> None:
    host.script = answering(answer)
    with proxied(f"http://127.0.0.1:{host.port}") as running:
        client = running.client()
        client.send(b"POST /v3/promotions/enrol HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}")
        assert client.rest() == answer
        client.socket.close()
    assert running.broken == []
    assert f"  1 not judged: {why}\n" in running.said


def test_the_proxy_of_a_host_that_is_gone_judges_nothing() -> None:
    with serve() as host:
        url = host.url
    with proxied(url) as running:
        assert running.ask({})[0][0] == 502
    assert running.result
    assert running.result.verdict == "unjudged"
    assert "  1 connection answered with 502, since the host could not be reached: Connection refused" in running.said


def test_a_judge_that_fails_leaves_the_traffic_going(monkeypatch: pytest.MonkeyPatch) -> None:
    def apply(self: Record, *_: object) -> None:
        raise KeyError("a-secret-of-the-bug")

    monkeypatch.setattr(Record, "apply", apply)
    with serve() as host, proxied(host.url) as running:
        answers = [running.ask(enrolment("enr-58", customer))[0] for customer in CUSTOMERS[:4]]
    assert [answer["errors"] for _, answer in answers] == [None] * 4
    assert running.result
    assert running.result.verdict == "unjudged"
    assert "the judge has given up: it has a bug: KeyError in test_judging.py, line " in running.said
    assert "a-secret-of-the-bug" not in running.said


class Gate(io.StringIO):
    """A terminal that nobody reads for a while: whoever prints a finding waits until it is open."""

    def __init__(self) -> None:
        super().__init__()
        self.open = threading.Event()

    def write(self, text: str) -> int:
        if text.startswith("broken: "):
            self.open.wait(10)
        return super().write(text)


def test_a_judge_that_is_stuck_leaves_the_traffic_going(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it has no room for it does not see. Once there is room again, it goes on."""
    monkeypatch.setattr("contracts.commands.proxy.Tap", lambda: Tap(room=20_000))
    gate, wrong, right = Gate(), enrolment("generic-81", ASHA), enrolment("enr-58", BRUNO)
    with serve(fault="generic-accepted") as host, proxied(host.url, gate) as running:
        running.ask(wrong)
        answers = running.ask(*[right] * 60)
        gate.open.set()
        running.told("broken: error.generic_not_eligible")
        answers += running.ask(*[right] * 3)
    assert [status for status, _ in answers] == [200] * 63
    assert running.broken == ["error.generic_not_eligible"]
    unseen = re.search(r"  (\d+) exchanges at least passed too fast for the judge\n", running.said)
    assert unseen
    assert running.result
    assert len(running.result.exchanges) + int(unseen[1]) == 64
    assert int(unseen[1]) < 60


def test_no_secret_is_shown(tmp_path: Path, host: BytesHost) -> None:
    token = "eyJhbGciOi.tok-3f9a8b7c6d5e4f30.sig"
    secrets = ["c3RyYW5nZXI6aHVudGVyMjI=", "hunter22", "sess-0123456789abcdef", token, "key-of-a-gateway-42"]
    headers = {
        "Authorization": "Basic c3RyYW5nZXI6aHVudGVyMjI=",
        "Cookie": "session=sess-0123456789abcdef",
        "X-Gateway": "key-of-a-gateway-42",
    }

    issued = page("200 OK", json.dumps({"accessToken": token}).encode(), "application/json")
    repeats = page("200 OK", json.dumps({"data": " ".join(secrets), "errors": None}).encode(), "application/json")

    def script(line: Line) -> None:
        line.until(b"}")
        line.send(issued if b"/token" in line.received else repeats)

    host.script = script
    body = enrolment("enr-58", ASHA, note="hunter22")
    with proxied(f"http://127.0.0.1:{host.port}", report_dir=tmp_path) as running:
        running.ask(body, headers=headers, path="/token?key=key-of-a-gateway-42")
        running.ask(body, headers=headers)
    assert "response.data.type" in " ".join(running.broken)
    shown = running.said + "".join(file.read_text() for file in tmp_path.iterdir())
    assert [secret for secret in secrets if secret in shown] == []
    assert LOGIN["Authorization"].split()[1] not in shown


def test_a_request_that_never_ends_holds_up_no_verdict(host: BytesHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("contracts.proxy.judge._MOST_WAITING", 5)
    with serve(fault="generic-accepted") as real, proxied(real.url) as running:
        hung = running.client()
        hung.send(b"POST /v3/promotions/enrol HTTP/1.1\r\nHost: a\r\nContent-Length: 200\r\n\r\n{")
        running.ask(*[enrolment("enr-58", ASHA), *[enrolment("generic-81", ASHA)] * 7])
        running.told("broken: error.generic_not_eligible")
        hung.socket.close()
    assert "that took longer than many others" in running.said


def test_a_host_under_tls_and_a_base_path_is_judged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    host = BytesHost(context)
    sent = ask("enr-58", ASHA)
    host.script = answering(page("200 OK", json.dumps(made("enr-58", ASHA)).encode(), "application/json"))
    url = f"https://localhost:{host.port}/loyalty"
    with proxied(url, ca_bundle=tmp_path / "ca.pem") as running:
        assert running.url.endswith("/loyalty")
        assert running.ask(sent, path="/loyalty/v3/promotions/enrol")[0][0] == 200
        assert running.ask(sent, path="/v3/promotions/enrol")[0][0] == 200
    host.close()
    assert running.result
    assert (running.broken, running.result.verdict) == ([], "kept")
    assert "enrol-contract: 1 exchange judged, 1 of other calls passed on unjudged" in running.said


def test_a_client_that_goes_away_says_nothing_of_the_host(host: BytesHost) -> None:
    gone = threading.Event()

    def script(line: Line) -> None:
        line.until(b"{}")
        client.reset()
        try:
            line.rest()
        finally:
            gone.set()

    host.script = script
    with proxied(f"http://127.0.0.1:{host.port}") as running:
        client = running.client()
        client.send(b"POST /v3/promotions/enrol HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}")
        assert gone.wait(10)
    assert running.broken == []
    assert "  1 not judged: 1 without a whole request and a whole answer\n" in running.said


def test_with_a_target_file_its_data_are_known_and_its_people_masked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("USER_NAME", "store.server")
    monkeypatch.setenv("PASS_WORD", "123")
    target, promotion = tmp_path / "target.yaml", PROMOTIONS["generic-81"]
    target.write_text(
        "credentials: {basic: {username: USER_NAME, password: PASS_WORD}}\n"
        "world:\n  programs: [{id: 3334}]\n"
        f"  promotions: [{{id: {promotion.id}, promotionId: {promotion.promotion_id}, programId: 3334, type: GENERIC, status: LIVE}}]\n"
        f"  customers: [{{id: {ASHA.id}, mobile: '{ASHA.mobile}', source: INSTORE}}]\n"
    )
    sent = ask("generic-81", ASHA, customer_identifierName="mobile", customer_identifierValue=ASHA.mobile)
    with serve() as host, proxied(host.url, target=target) as running:
        running.ask(sent)
    assert running.result
    assert (running.broken, running.result.verdict, len(running.result.standings)) == ([], "kept", 90)
    with (
        serve(fault="generic-accepted") as host,
        proxied(host.url, target=target, report_dir=tmp_path / "r") as running,
    ):
        running.ask(sent)
    assert running.broken == ["error.generic_not_eligible"]
    shown = running.said + "".join(file.read_text() for file in (tmp_path / "r").iterdir())
    assert "<mobile of customer 1>" in shown
    assert str(ASHA.mobile) not in shown
