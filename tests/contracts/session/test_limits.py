"""The limits: pace, number of requests, duration, refusals that stop a run, and pauses that the host asks for."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from contracts.exchange import Answer, Exchange, Request
from contracts.host.connection import Connection, Unreachable
from contracts.host.dialect import Dialect
from contracts.host.lanes import Message
from contracts.host.login import Login, OAuthClient
from contracts.host.wire import Wire
from contracts.session.ledger import Ledger
from contracts.session.limits import Limits, Pacer
from contracts.session.permission import Permission
from contracts.session.session import Session
from contracts.verdict.result import Stop
from tests.contracts.answers import ask, made
from tests.contracts.conftest import ListWire, make_answer, make_record, make_session, make_target, refusal
from tests.contracts.oracle.test_judge import WHOLE

DATE = "Mon, 23 Nov 2026 10:00:00 GMT"
NO_PROGRAM = make_answer(refusal(310005, WHOLE[310005]), 400)
CRASH = make_answer(b"<html>oops</html>", 500)


class Clock:
    """A clock that moves only when a test sleeps or sets it."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def pacer(limits: Limits) -> tuple[Pacer, Clock]:
    clock = Clock()
    return Pacer(limits, clock=clock, sleep=clock.sleep), clock


def test_requests_are_sent_at_the_pace() -> None:
    keeper, clock = pacer(Limits(pace=60.0))
    for _ in range(4):
        keeper.wait()
    assert (clock.slept, clock.now) == ([1.0, 1.0, 1.0], 1003.0)


def test_a_slow_answer_counts_towards_the_pace_and_nothing_is_caught_up() -> None:
    keeper, clock = pacer(Limits(pace=60.0))
    keeper.wait()
    clock.now += 0.75
    keeper.wait()
    clock.now += 30
    keeper.wait()
    keeper.wait()
    assert clock.slept == [0.25, 1.0]


def test_without_a_pace_nobody_waits() -> None:
    keeper, clock = pacer(Limits())
    for _ in range(10):
        keeper.wait()
    assert clock.slept == []


def test_a_number_of_requests_is_a_limit() -> None:
    keeper, _ = pacer(Limits(requests=2))
    assert keeper.limit_reached() is None
    keeper.wait()
    assert keeper.limit_reached() is None
    keeper.wait()
    assert keeper.limit_reached() == Stop("--max-requests 2 reached")


def test_a_time_is_a_limit() -> None:
    keeper, clock = pacer(Limits(seconds=1.5))
    assert keeper.limit_reached() is None
    clock.now += 1.5
    assert keeper.limit_reached() == Stop("--max-time 1.5 s reached")


@pytest.mark.parametrize("status", [401, 498, 500])
def test_three_unexpected_refusals_of_a_live_host_stop_the_run(status: int) -> None:
    session = make_session(ListWire([make_answer(b"", status)] * 9), target=make_target("https://elsewhere.example"))
    for _ in range(4):
        session.call({})
    why = f"3 requests in a row were turned away, the last with HTTP {status}; try again when the host answers"
    assert session.stopped == Stop(why, host_unusable=True)


def test_an_answer_resets_the_count_of_refusals() -> None:
    keeper, _ = pacer(Limits())
    told = [keeper.count_refusal(500, unexpected=bad, live=True) for bad in (True, True, False, True, True)]
    assert told == [None] * 5


def test_a_host_that_fails_every_request_is_left_after_ten() -> None:
    session = make_session(ListWire([make_answer({"data": None, "errors": None}, 500)] * 99))
    for _ in range(20):
        session.call({})
    why = "10 requests in a row failed, the last with HTTP 500; try again when the host works"
    assert session.stopped == Stop(why, host_unusable=True)
    assert len(session.record.exchanges) == 20  # each of the ten was sent twice


@pytest.mark.parametrize(("control", "stops"), [(NO_PROGRAM, False), (CRASH, True)])
def test_a_host_that_has_answered_is_left_after_thirty_if_it_fails_the_control_too(
    control: Answer, stops: bool
) -> None:
    keeper, _ = pacer(Limits())
    session = make_session(ListWire([control] * 9))
    session.control = Request(body={})
    assert keeper.count_failure(400, is_down=session._is_down) is None
    told = [keeper.count_failure(500, is_down=session._is_down) for _ in range(30)]
    assert [stop is not None for stop in told] == [False] * 29 + [stops]


def test_refusals_of_wrong_credentials_stop_nothing() -> None:
    session = make_session(ListWire([make_answer(b"", 401)] * 9), target=make_target("https://elsewhere.example"))
    for _ in range(9):
        session.ask(Request(body={}, credentials="none"))
    assert session.stopped is None


def test_three_requests_that_a_gateway_refuses_stop_a_live_run() -> None:
    session = make_session(ListWire([make_answer(b"", 403)] * 9), target=make_target("https://elsewhere.example"))
    for _ in range(4):
        session.call({})
    assert session.stopped
    assert (session.stopped.host_unusable, len(session.record.exchanges)) == (True, 9)


@pytest.mark.parametrize(
    ("headers", "slept"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "Mon, 23 Nov 2026 10:00:09 GMT", "date": DATE}, 9.0),
        ({"retry-after": "Mon, 23 Nov 2026 09:00:00 GMT", "date": DATE}, 0.1),
        ({"retry-after": "Mon, 23 Nov 2026 10:00:09 GMT"}, 4.0),  # by our clock
        ({"retry-after": "Mon, 23 Nov 2026 10:00:09", "date": DATE}, 9.0),
        ({"retry-after": "Mon, 23 Nov 99999 10:00:09 GMT", "date": DATE}, 0.1),
        ({"retry-after": "soon", "date": DATE}, 0.1),
        ({}, 0.1),
    ],
)
def test_a_retry_waits_for_as_long_as_the_host_asks(headers: dict[str, str], slept: float) -> None:
    clock = Clock()
    answers = [make_answer(b"slow down", 429, {"content-type": "text/plain", **headers}), NO_PROGRAM]
    session = make_session(
        ListWire(answers), sleep=clock.sleep, now=lambda: datetime(2026, 11, 23, 10, 0, 5, tzinfo=UTC)
    )
    session.call({})
    assert sum(clock.slept) == slept


def test_a_host_that_answers_and_asks_for_a_pause_gets_it_too() -> None:
    clock = Clock()
    answer = make_answer(refusal(400, "[BUSY]"), 400, {"content-type": "application/json", "retry-after": "5"})
    make_session(ListWire([answer]), sleep=clock.sleep).call({})
    assert clock.slept == [5.0]


def test_http_429_says_nothing_about_the_request(enrol: dict[str, Any]) -> None:
    limited = make_answer(refusal(429, "too many requests"), 429, {"retry-after": "2"})
    session = make_session(ListWire([limited, make_answer(made())]), sleep=Clock().sleep)
    session.call(enrol)
    assert (session.record.findings.all(), session.record.successes) == ((), 1)


def test_a_host_that_asks_for_too_long_a_pause_stops_the_run() -> None:
    clock = Clock()
    session = make_session(ListWire([make_answer(b"", 503, {"retry-after": "3600"})]), sleep=clock.sleep)
    session.call({})
    assert (session.stopped, clock.slept) == (
        Stop("the host asks to wait 3600 s (Retry-After); try again then", host_unusable=True),
        [],
    )


class TokenWire(Wire):
    """A wire to a host that accepts each token once, and then refuses it with the status `ended`.

    `seconds`: how long a call takes. `lifetime`: of a token, in seconds, as the host says. `late`: so many calls at
    first come to the host when the token has ended.
    """

    def __init__(self, ended: int, clock: Clock, *, seconds: float, lifetime: float = 3600, late: int = 0):
        login = Login(oauth=OAuthClient("key", "secret", "/token"))
        super().__init__(make_target(login=login), path="/call", method="post", timeout=1, clock=clock)
        self.clock = clock
        self.asked: list[str] = []
        self._ended = ended
        self._seconds = seconds
        self._lifetime = lifetime
        self._late = late

    def _exchange(self, connection: Connection, sent: Message) -> Answer:
        self.asked.append(sent.path)
        if sent.path == "/token":
            self.born = self.clock.now
            return make_answer({"data": {"accessToken": f"token-{len(self.asked)}", "ttlSeconds": self._lifetime}})
        self.clock.now += self._seconds
        if self._late:
            self._late -= 1
            self.clock.now += self._lifetime
        return make_answer(b"", self._ended) if self.clock.now - self.born > self._seconds else NO_PROGRAM


def ask_twice(
    ended: int, *, seconds: float, lifetime: float = 3600, late: int = 0, times: int = 2
) -> tuple[list[str], Any]:
    clock = Clock()
    wire = TokenWire(ended, clock, seconds=seconds, lifetime=lifetime, late=late)
    session = make_session(wire, target=make_target(login=Login(oauth=OAuthClient("key", "secret", "/token"))))
    for _ in range(times):
        session.ask(Request(body={}))
    return wire.asked, session


@pytest.mark.parametrize("ended", [401, 498])
def test_a_token_that_is_no_longer_accepted_is_renewed_during_a_run(ended: int) -> None:
    asked, session = ask_twice(ended, seconds=90)
    assert asked == ["/token", "/call", "/call", "/token", "/call"]
    assert "auth.oauth" not in {finding.claim for finding in session.record.findings.all()}
    assert [note.what for note in session.record.notes] == [
        f"HTTP {ended}: the host no longer accepted the token, so a new one was fetched"
    ]
    assert [exchange.probe for exchange in session.record.exchanges] == [False, True, False]


def test_a_token_that_is_accepted_only_once_is_a_finding() -> None:
    asked, session = ask_twice(401, seconds=1)
    assert asked == ["/token", "/call", "/call"]
    assert "auth.oauth" in {finding.claim for finding in session.record.findings.all()}


@pytest.mark.parametrize("late", [1, 3])
def test_a_token_that_ends_on_its_way_is_renewed(late: int) -> None:
    """As on a slow network: it lives for a second, and the call takes longer."""
    asked, session = ask_twice(401, seconds=0.125, lifetime=1, late=late, times=1)
    assert asked == ["/token", "/call"] * (late + 1)
    assert not session.record.findings.all()


def test_a_host_that_refuses_every_token_is_found_however_short_they_live() -> None:
    asked, session = ask_twice(401, seconds=0.125, lifetime=1, late=9, times=1)
    assert asked == ["/token", "/call"] * 4
    assert "auth.oauth" in {finding.claim for finding in session.record.findings.all()}


def test_the_last_request_of_a_run_counts_also_if_it_is_not_answered() -> None:
    session = make_session(ListWire([NO_PROGRAM, Unreachable("gone")]), limits=Limits(requests=2))
    session.call({})
    session.call({})
    assert len(session.record.exchanges) == 2


def test_an_answer_that_the_end_of_a_run_cuts_short_says_nothing_but_is_in_the_ledger(tmp_path: Path) -> None:
    keeper, clock = pacer(Limits(seconds=5.0))

    class Late(ListWire):
        def send(self, request: Request, dialect: Dialect, *, within: float = 0.0) -> Answer:
            assert within == 5.0
            clock.now += within
            raise Unreachable("too late")

    target = make_target("https://elsewhere.example")
    ledger = Ledger(tmp_path / "ledger.jsonl", host=target.url)
    session = Session(make_record(target), Late([]), Permission(budget=1, ledger=ledger), keeper)
    session.record.add(Exchange(1, Request(), NO_PROGRAM))
    assert session.call(ask()) is None
    assert session.stopped == Stop("--max-time 5 s reached")
    assert len(session.record.exchanges) == 1
    assert [("intent" in line, "result" in line) for line in ledger.path.read_text().splitlines()] == [
        (True, False),
        (False, True),
    ]
