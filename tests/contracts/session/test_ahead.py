"""Asking ahead: what a slow host gets side by side, what must wait, and what the user is told."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from contracts.exchange import Answer, Credentials, Request
from contracts.host.dialect import Dialect
from contracts.inputs.profiles import DEFAULT, PROFILES, QUICK, Profile
from contracts.oracle.history import Event
from contracts.session.ahead import Ahead
from contracts.session.limits import Limits
from contracts.session.session import Session
from tests.contracts.answers import ALREADY, ASHA, BRUNO, CHEN, PROMOTIONS, ask, made, refused, warned
from tests.contracts.conftest import ListWire, make_answer, make_session, make_target

NO_PROGRAM = make_answer(refused("program_id_required"), 400)
BUSY = make_answer(b"slow down", 429)


class Lanes(ListWire):
    """Answers by a function, and notes which requests were sent side by side."""

    def __init__(self, answer: Callable[[Request], Answer], seconds: float = 1.0):
        super().__init__([])
        self._answer = answer
        self._seconds = seconds
        self.waves: list[list[Any]] = []

    def send_in_lanes(
        self, requests: Sequence[Request], dialect: Dialect, lanes: int, *, within: float = 0.0
    ) -> list[Answer]:
        self.waves.append([request.body["requestId"] for request in requests])
        return [replace(self._answer(request), seconds=self._seconds) for request in requests]

    def send(self, request: Request, dialect: Dialect, *, within: float = 0.0) -> Answer:
        self.sent.append(request)
        return replace(self._answer(request), seconds=self._seconds)


def refuses(request: Request) -> Answer:
    return NO_PROGRAM


def slow(
    answer: Callable[[Request], Answer] = refuses, *, seconds: float = 1.0, profile: Profile = QUICK, **options: Any
) -> tuple[Session, Lanes, Ahead, list[str]]:
    """Return a session that has had five answers of so many seconds, its wire, and what asks ahead and says to the user."""
    wire = Lanes(answer, seconds)
    session = make_session(wire, **options)
    for number in range(5):
        session.probe(Request(body=ask(programId=None, requestId=f"probe-{number}")))
    said: list[str] = []
    return session, wire, Ahead(session, profile, said.append), said


def wait(asking: Ahead, *bodies: dict[str, Any]) -> list[bool]:
    return [asking.take(Request(body={**body, "requestId": f"r{n}"}), ()) for n, body in enumerate(bodies)]


def test_refusals_are_sent_side_by_side_and_judged_in_their_order() -> None:
    session, wire, asking, _ = slow()
    assert wait(asking, *[ask(programId=None)] * 3) == [True] * 3
    assert wire.waves == []
    asking.flush()
    assert wire.waves == [["r0", "r1", "r2"]]
    assert [exchange.request.body["requestId"] for exchange in session.record.exchanges[5:]] == ["r0", "r1", "r2"]
    assert session.record.findings.all() == ()


def test_what_depends_on_an_enrolment_waits_for_its_answer() -> None:
    """A refused request, the enrolment, the same again; those of another customer go beside them."""
    done: set[str] = set()

    def enrols(request: Request) -> Answer:
        if request.body["programId"] is None:
            return NO_PROGRAM
        value = request.body["customer"]["identifierValue"]
        customer = next(c for c in (ASHA, BRUNO) if str(c.id) == value)
        changes = {"requestId": request.body["requestId"]}
        if value in done:
            return make_answer(warned(ALREADY, "enr-58", customer, **changes))
        done.add(value)
        return make_answer(made("enr-58", customer, ids=(value, f"{value}0"), **changes))

    session, wire, asking, _ = slow(enrols)
    session.record.history.declare_fresh()
    both = [(ask("enr-58", c, programId=None), ask("enr-58", c), ask("enr-58", c)) for c in (ASHA, BRUNO)]
    wait(asking, *both[0], *both[1])
    asking.flush()
    assert wire.waves == [["r0", "r3"], ["r1", "r4"], ["r2", "r5"]]
    assert session.record.findings.all() == ()


def test_a_promotion_with_a_limit_is_asked_for_one_after_the_other() -> None:
    _, wire, asking, _ = slow(lambda _: BUSY)
    wait(asking, *(ask("seats-66", customer) for customer in (ASHA, BRUNO, CHEN)))
    asking.flush()
    assert [len(wave) for wave in wire.waves] == [1, 1, 1]


def test_enrolments_that_can_be_made_again_and_again_wait_for_nothing() -> None:
    _, wire, asking, _ = slow(lambda _: BUSY)
    wait(asking, *[ask("many-64")] * 4, ask("many-64", BRUNO))
    asking.flush()
    assert [len(wave) for wave in wire.waves] == [5]


def test_wrong_credentials_wait_for_each_other_neither_and_the_right_ones_wait_for_them() -> None:
    _, wire, asking, _ = slow(lambda _: make_answer(b"no", 401))
    kinds: tuple[Credentials, ...] = ("wrong", "none", "wrong-password", "valid", "none")
    for number, kind in enumerate(kinds):
        body = {**ask(), "requestId": f"r{number}"}
        asking.take(Request(body=body, credentials=kind), ("auth.required",))
    asking.flush()
    assert wire.waves == [["r0", "r1", "r2"], ["r3"], ["r4"]]


@pytest.mark.parametrize("unissued", ["token-of-wrong-secret", "outlived"])
def test_a_token_that_is_not_issued_holds_up_no_other(unissued: Credentials) -> None:
    _, wire, asking, _ = slow(lambda _: make_answer(b"no", 401))
    kinds: tuple[Credentials, ...] = ("wrong", unissued, "none")
    for number, kind in enumerate(kinds):
        asking.take(Request(body={**ask(), "requestId": f"r{number}"}, credentials=kind), ("auth.required",))
    before = len(wire.sent)
    asking.flush()
    assert wire.waves == [["r0", "r2"]]
    assert [request.body["requestId"] for request in wire.sent[before:]] == ["r1"]


@pytest.mark.parametrize("action", ["ENROL", "OPT_IN"])
def test_what_is_done_already_may_be_asked_again_in_any_order(action: str) -> None:
    def has_done(request: Request) -> Answer:
        return make_answer(warned(ALREADY, action=action, requestId=request.body["requestId"]))

    session, wire, asking, _ = slow(has_done)
    session.record.history.declare_fresh()
    event: Event = "opted_in" if action == "OPT_IN" else "enrolled"
    session.record.history.record(ASHA, PROMOTIONS["enr-58"], event, enrollment_id="1", optin_id="2")
    wait(asking, *[ask(action=action)] * 3, *[ask("enr-58", BRUNO, action=action)] * 2)
    asking.flush()
    assert wire.waves == [["r0", "r1", "r2", "r3"], ["r4"]]


def test_not_too_many_wait() -> None:
    _, wire, asking, _ = slow()
    wait(asking, *[ask(programId=None)] * 201)
    assert [len(wave) for wave in wire.waves] == [200]


@pytest.mark.parametrize(
    "options",
    [{"seconds": 0.01}, {"limits": Limits(pace=60.0)}, {"target": make_target("https://elsewhere.example")}],
    ids=["fast", "pace", "live"],
)
def test_other_hosts_get_each_request_at_once(options: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("contracts.session.permission.can_enrol_nobody", lambda *_: True)
    _, wire, asking, said = slow(**options)
    assert wait(asking, ask(programId=None)) == [False]
    assert (wire.waves, said) == ([], [])


def test_a_host_of_which_little_is_known_gets_each_request_at_once() -> None:
    assert wait(Ahead(make_session(Lanes(refuses)), QUICK), ask(programId=None)) == [False]


def test_the_user_is_told_how_long_a_run_takes_and_which_profile_takes_less() -> None:
    _, _, asking, said = slow(profile=DEFAULT, seconds=0.3)
    wait(asking, ask(programId=None))
    assert [line.partition("about")[0] for line in said] == [
        "  the host takes 0.3 s an answer: asked up to 20 requests at a time, this run takes "
    ]
    assert said[0].endswith("(--profile quick)")


def test_of_a_short_run_nothing_is_said() -> None:
    _, _, asking, said = slow(seconds=0.1)
    assert wait(asking, ask(programId=None)) == [True]
    assert said == []


def test_a_host_that_gains_nothing_is_asked_one_request_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter(float(second) for second in range(1000, 10_000, 8))  # each wave of eight takes eight seconds
    monkeypatch.setattr(time, "monotonic", lambda: next(now))
    _, wire, asking, said = slow()
    for _ in range(3):
        assert wait(asking, *[ask(programId=None)] * 8) == [True] * 8
        asking.flush()
    assert wait(asking, ask(programId=None)) == [False]
    assert len(wire.waves) == 3
    assert "asked one request at a time, this run takes about " in said[-1]


def test_a_host_that_lets_only_so_many_in_is_asked_one_request_at_a_time() -> None:
    session, _, asking, _ = slow(lambda request: BUSY if request.body["programId"] is None else NO_PROGRAM)
    for _ in range(3):
        wait(asking, ask(programId=None))
        asking.flush()
    assert wait(asking, ask(programId=None)) == [False]
    assert session.record.findings.all() == ()


def test_the_profiles_say_how_many_requests_they_send() -> None:
    assert [PROFILES[name].requests for name in ("quick", "default", "thorough")] == sorted(
        profile.requests for profile in PROFILES.values()
    )
