"""The command `doctor`: each failed check says what to do, and no request names an existing customer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from contracts import cli
from contracts.commands.doctor import Check, examine, exit_code
from contracts.exchange import Answer, Request
from contracts.host.dialect import Dialect
from contracts.host.wire import Wire
from contracts.session.opening import Order
from openapi import world
from tests.contracts.served import mock, served
from tests.contracts.socket_host import SocketHost, http
from tests.faulty import serve

CLOSED = "http://127.0.0.1:9"
REFUSAL = {"data": None, "errors": [{"code": 400, "message": "Promotion not found"}], "warnings": None}


@pytest.fixture(autouse=True)
def _in_no_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("contracts.commands.doctor._PACE", 1e6)


@pytest.fixture
def url() -> Iterator[str]:
    with served(mock()) as url:
        yield url


def target_file(folder: Path, credentials: str) -> Path:
    path = folder / "target.yaml"
    path.write_text(f"credentials: {credentials}\n", encoding="utf-8")
    return path


def told(checks: list[Check]) -> dict[str, bool]:
    return {check.name: check.ok for check in checks}


def failed(order: Order) -> Check:
    """Return the one check that fails."""
    (check,) = [check for check in examine(order) if not check.ok]
    assert check.todo
    return check


def test_a_host_that_can_be_tested_passes_every_check(url: str) -> None:
    checks = list(examine(Order(host=url)))
    assert [(check.name, check.says) for check in checks][:1] == [("reachable", f"{url} answers with HTTP 401")]
    assert told(checks) == dict.fromkeys(
        ("reachable", "clock", "login by Basic", "login by OAuth", "refusal", "field names"), True
    )
    assert checks[-1].says == "it reads promotion.id and promotion.promotionId"
    assert exit_code(checks) == 0


def test_the_other_field_names_are_found() -> None:
    with serve({"promotion-field-names": "promoHexId-promoIntId"}) as host:
        checks = list(examine(Order(host=host.url)))
    assert checks[-1].says == "it reads promotion.promoHexId and promotion.promoIntId"


@pytest.mark.parametrize("fault", [None, "no-credentials-needed", "stranger-enrolled"])
def test_no_request_names_an_existing_customer_or_promotion(monkeypatch: pytest.MonkeyPatch, fault: str | None) -> None:
    bodies: list[str] = []
    send = Wire.send

    def note(wire: Wire, asked: Request, dialect: Dialect, *, within: float) -> Answer:
        bodies.append(str(asked.body))
        return send(wire, asked, dialect, within=within)

    monkeypatch.setattr(Wire, "send", note)
    with serve(fault=fault) as host:
        list(examine(Order(host=host.url)))
        assert host.made == []
    assert 4 < len(bodies) < 12
    known = [str(each) for one in world.load().customers for each in (one.id, one.mobile, one.email)]
    known += [str(each) for one in world.load().promotions for each in (one.id, one.promotion_id)]
    assert [name for name in known if any(name in body for body in bodies)] == []


def test_an_unreachable_host_fails_the_first_check_and_ends_the_doctor() -> None:
    (check,) = examine(Order(host=CLOSED))
    assert (check.name, check.says) == ("reachable", f"{CLOSED} gave no answer: Connection refused")
    assert exit_code([check]) == 2


def test_a_host_without_tls_fails_its_check() -> None:
    with SocketHost(b"HTTP/1.1 400 X\r\n\r\n") as host:
        (check,) = examine(Order(host=host.url.replace("http", "https")))
    assert (check.name, check.ok, exit_code([check])) == ("TLS", False, 2)
    assert "TLS failed" in check.says


@pytest.mark.parametrize(("minutes", "ok"), [(0, True), (0.9, True), (-5, False), (5, False)])
def test_clocks_that_differ_fail_their_check(url: str, minutes: float, ok: bool) -> None:
    clock = next(
        check
        for check in examine(Order(host=url), now=lambda: datetime.now(UTC) + timedelta(minutes=minutes))
        if check.name == "clock"
    )
    assert clock.ok is ok


def test_a_host_without_a_date_header_passes_the_check_of_clocks(tmp_path: Path) -> None:
    file = target_file(tmp_path, "none")
    with SocketHost(*[http(REFUSAL, 400)] * 9) as host:
        checks = list(examine(Order(host=host.url, target=file)))
    assert [check.says for check in checks if check.name == "clock"] == [
        "its answers have no Date header, so the clocks cannot be compared"
    ]
    assert (checks[-1].name, exit_code(checks)) == ("field names", 0)
    assert checks[-1].says == "refusals do not show them; it is assumed to read promotion.id and promotion.promotionId"


def test_a_redirect_fails_its_check_and_is_not_followed() -> None:
    with SocketHost(http(b"", 301, Location="https://new.example/v3?key=secret")) as host:
        check = failed(Order(host=host.url))
    assert (check.name, check.says) == ("call", "it answers with a redirect to https://new.example/v3")
    assert len(host.received) == 1


def test_missing_credentials_fail_the_check_of_the_login(url: str, tmp_path: Path) -> None:
    check = failed(Order(host=url, target=target_file(tmp_path, "none")))
    assert (check.name, check.says) == ("login", "HTTP 401 without credentials")


@pytest.mark.parametrize(
    ("credentials", "name", "says"),
    [
        ("{basic: {username: A, password: B}}", "login by Basic", "HTTP 401 with the password unchanged"),
        ("{oauth: {key: A, secret: B}}", "login by OAuth", "HTTP 401 with a token: POST /v3/oauth/token/generate "),
    ],
)
def test_refused_credentials_fail_their_check_without_showing_them(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, credentials: str, name: str, says: str
) -> None:
    monkeypatch.setenv("A", "nobody-at-all")
    monkeypatch.setenv("B", "a-secret-of-mine")
    check = failed(Order(host=url, target=target_file(tmp_path, credentials)))
    assert check.name == name
    assert check.says.startswith(says)
    assert "credentials/" in check.todo
    assert "a-secret-of-mine" not in check.says


def test_a_refused_login_of_the_sample_data_asks_for_a_target_file() -> None:
    with serve(fault="basic-refused") as host:
        check = failed(Order(host=host.url))
    assert check.name == "login by Basic"
    assert check.todo == (
        "it is the login of the mock's sample data; write that of the host into a target file (enrol-contract init), "
        "and give the file with --target"
    )


def test_the_check_of_the_refusal_says_what_was_asked(url: str) -> None:
    says = {check.name: check.says for check in examine(Order(host=url))}
    assert says["refusal"].startswith(
        "a request for a promotion and a customer that do not exist is refused with HTTP 400: Promotion not found"
    )


def test_one_login_that_works_is_enough_to_go_on() -> None:
    with serve(fault="basic-refused") as host:
        checks = list(examine(Order(host=host.url)))
    assert told(checks)["login by Basic"] is False
    assert told(checks)["refusal"] is True
    assert told(checks)["field names"] is True
    assert exit_code(checks) == 1


@pytest.mark.parametrize(
    ("answer", "name", "says"),
    [
        (
            http(b"<html>", 200),
            "call",
            "it does not answer as the enrol call does: HTTP 200 with text in place of JSON",
        ),
        (http({"message": "no"}, 404), "call", "it does not answer as the enrol call does: HTTP 404 without data and"),
        (
            http({"data": {"enrollmentStatus": {"promotion": {"enrollmentId": "1"}}}, "errors": None}),
            "refusal",
            "it enrolled a customer who does not exist: HTTP 200 ",
        ),
    ],
)
def test_a_host_that_does_not_refuse_absent_ids_fails_its_check(
    tmp_path: Path, answer: bytes, name: str, says: str
) -> None:
    file = target_file(tmp_path, "none")
    with SocketHost(*[answer] * 9) as host:
        check = failed(Order(host=host.url, target=file))
    assert check.name == name
    assert check.says.startswith(says)


def test_a_host_that_stops_answering_fails_the_check_of_the_login(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("A", "a")
    file = target_file(tmp_path, "{basic: {username: A, password: A}}")
    with SocketHost(http(REFUSAL, 400), b"", b"", b"") as host:
        check = failed(Order(host=host.url, target=file))
    assert (check.name, check.says, check.todo) == ("login by Basic", "no answer", "try again")


def test_the_command_prints_a_line_for_each_check(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["doctor", url])
    lines = capsys.readouterr().out.splitlines()
    assert (ended.value.code, len(lines)) == (0, 6)
    assert all(line.startswith("ok      ") for line in lines)


def test_the_command_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["doctor", CLOSED])
    assert ended.value.code == 2
    assert capsys.readouterr().out.splitlines() == [
        f"failed  reachable: {CLOSED} gave no answer: Connection refused",
        "        to do: check the host's name, that it is running, the network, and the proxies (HTTPS_PROXY, NO_PROXY)",
    ]
