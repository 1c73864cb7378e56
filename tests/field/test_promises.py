"""What a live host gets: at most 60 requests on the wire, whatever it answers, and none that could enrol anybody."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from contracts.commands.probe import probe
from contracts.errors import Misuse
from contracts.session.opening import Order
from tests.field.front import Behaviour, Call, Front, Written, http
from tests.field.running import tried

pytestmark = pytest.mark.usefixtures("short_pauses")

ROW = "Unable to enrol in promotions. An internal error occurred in the promotion engine (EMF). Try again later."
ENGINE_ERROR = http({"data": None, "errors": [{"code": 500, "message": ROW}], "warnings": None}, 500)
BUSY = http({"message": "slow down"}, 429, Retry_After="0")
CRASH = http(b"<html>", 500)


def two_of_three(answer: bytes | None) -> Behaviour:
    """Answer two of three requests in place of the host, so that it is never refused three times in a row."""
    return lambda call: answer if call.number % 3 and call.number > 3 else call.forward()


def short_tokens(lifetime: str) -> Behaviour:
    def behave(call: Call) -> Written:
        if not call.for_token:
            return call.forward()
        _, _, body = call.ask()
        return http(body.replace(b'"ttlSeconds":300', b'"ttlSeconds":' + lifetime.encode()))

    return behave


BEHAVIOURS = {
    "engine errors": two_of_three(ENGINE_ERROR),
    "busy": two_of_three(BUSY),
    "crashes": two_of_three(CRASH),
    "closed connections": two_of_three(None),
    "tokens of a second": short_tokens("1"),
    "tokens of no second": short_tokens("0"),
    "tokens without a lifetime": short_tokens('"soon"'),
    "itself": lambda call: call.forward(),
}


def target(folder: Path, url: str) -> Path:
    """Return a target file with OAuth credentials only, so that each request carries a token."""
    file = folder / "target.yaml"
    file.write_text(
        f"host: {url}\ncredentials: {{oauth: {{key: ENROL_KEY, secret: ENROL_SECRET}}}}\n", encoding="utf-8"
    )
    return file


@pytest.fixture(params=BEHAVIOURS)
def behave(request: pytest.FixtureRequest) -> Behaviour:
    return BEHAVIOURS[request.param]


@pytest.fixture(autouse=True)
def _login(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENROL_KEY", "sample-key")
    monkeypatch.setenv("ENROL_SECRET", "sample-secret")


def by_run(order: Order) -> int:
    return tried(None, target=order.target, treat_as_live=True, pace=1e9).exit


def by_probe(order: Order) -> int:
    try:
        probe(order, Console(file=StringIO()), None)
    except Misuse:
        return 2
    return 0


@pytest.mark.parametrize("ask", [by_run, by_probe])
def test_a_live_host_gets_at_most_60_requests(ask: Callable[[Order], int], behave: Behaviour, tmp_path: Path) -> None:
    with Front(behave) as front:
        assert ask(Order(target=target(tmp_path, front.url), treat_as_live=True, pace=1e9)) in (0, 1, 2)
        assert 3 < len(front.calls) <= 60
        assert [call.number for call in front.calls if b"388369579" in call.body] == []


def test_the_list_leaves_room_for_connecting_and_for_second_tries(tmp_path: Path) -> None:
    with Front(lambda call: call.forward()) as front:
        seen = tried(None, target=target(tmp_path, front.url), treat_as_live=True, pace=1e9)
    assert seen.exit == 0
    assert len(front.calls) <= 54
    assert "the 60 requests" not in seen.said  # all that were to be sent were sent
