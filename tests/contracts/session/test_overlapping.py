"""Requests at the same moment: what is sent again, and when the host is asked one request after the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from contracts.exchange import NO_ANSWER, Answer, Request
from contracts.host.dialect import Dialect
from contracts.host.login import Login, OAuthClient
from contracts.host.tokens import TokenRefused
from contracts.inputs.roles import Roles
from contracts.session.limits import Limits
from contracts.session.overlapping import Overlapping
from contracts.session.session import Session
from tests.contracts.answers import ALREADY, ASHA, ask, made, plain, refused, warned
from tests.contracts.conftest import ListWire, make_answer, make_session, make_target

BUSY = make_answer(b"slow down", 429)
IN_USE = make_answer(plain("another request for this customer is under way"), 409)
NO_PROGRAM = make_answer(refused("program_id_required"), 400)
MISSING = Request(body=ask(programId=None))


class Wires(ListWire):
    """Answers groups from a list of lists, and notes the size of each. An exception in place of a list is raised."""

    def __init__(self, groups: Sequence[list[Answer] | Exception], alone: Sequence[Answer] = ()):
        super().__init__(alone)
        self.groups = list(groups)
        self.sizes: list[int] = []

    def send_at_once(self, requests: Sequence[Request], dialect: Dialect, *, within: float = 0.0) -> list[Answer]:
        self.sizes.append(len(requests))
        answers = self.groups.pop(0)
        if isinstance(answers, Exception):
            raise answers
        return answers


def asked(wire: Wires, *requests: Request, times: int = 1, **options: Any) -> Session:
    session = make_session(wire, **options)
    overlapping = Overlapping(session)
    for _ in range(times):
        overlapping.ask(requests)
    return session


def test_a_group_is_one_exchange_after_the_other_with_request_ids_of_their_own() -> None:
    wire = Wires([[NO_PROGRAM] * 3])
    body = {**ask(programId=None), "requestId": "contract-test"}
    session = asked(wire, *[Request(body=body)] * 3)
    assert [(one.number, one.group) for one in session.record.exchanges] == [(1, 1), (2, 1), (3, 1)]
    assert [one.request.body["requestId"] for one in session.record.exchanges] == [
        f"contract-test-{number}" for number in (1, 2, 3)
    ]


@pytest.mark.parametrize("answer", [NO_ANSWER, BUSY, IN_USE], ids=["none", "busy", "in use"])
def test_what_was_not_answered_is_sent_again_by_itself(answer: Answer) -> None:
    wire = Wires([[make_answer(made()), answer]], [make_answer(warned(ALREADY))])
    session = asked(wire, Request(body=ask()), Request(body=ask()))
    assert (wire.sizes, len(wire.sent), session.record.findings.all()) == ([2], 1, ())
    assert [one.group for one in session.record.exchanges] == [1, 1, 0]


def test_a_host_that_lets_only_so_many_in_is_soon_asked_one_after_the_other() -> None:
    wire = Wires([[NO_PROGRAM, BUSY]] * 2, [NO_PROGRAM] * 6)
    session = asked(wire, MISSING, MISSING, times=4)
    assert (wire.sizes, len(wire.sent), session.stopped) == ([2, 2], 6, None)


@pytest.mark.parametrize("options", [{"limits": Limits(pace=6000.0)}, {"limits": Limits(requests=3)}])
def test_where_a_pace_is_to_be_kept_or_a_limit_is_near_requests_do_not_overlap(options: dict[str, Any]) -> None:
    wire = Wires([], [NO_PROGRAM] * 4)
    asked(wire, *[MISSING] * 4, **options)
    assert wire.sizes == []


def test_one_request_or_none_is_no_group() -> None:
    wire = Wires([], [NO_PROGRAM])
    session = asked(wire, MISSING)
    Overlapping(session).ask([])
    assert (wire.sizes, len(wire.sent)) == ([], 1)


def test_on_a_live_host_requests_do_not_overlap() -> None:
    target = make_target("https://elsewhere.example")
    wire = Wires([], [NO_PROGRAM] * 2)
    absent = Request(body=Roles(target, 1).body(None, None, programId=target.absent.program_id))
    asked(wire, absent, absent, target=target)
    assert (wire.sizes, len(wire.sent)) == ([], 2)


def test_a_run_ends_at_the_first_broken_claim_of_a_group() -> None:
    wire = Wires([[make_answer(made()), BUSY]])
    session = asked(wire, MISSING, MISSING, limits=Limits(fail_fast=True))
    assert session.stopped
    assert wire.sent == []


def test_a_run_that_has_stopped_sends_nothing_more() -> None:
    wire = Wires([[make_answer(made()), BUSY]])
    session = asked(wire, MISSING, MISSING, limits=Limits(fail_fast=True), times=2)
    assert len(session.record.exchanges) == 2


def oauth(wire: Wires) -> Session:
    session = make_session(wire, target=make_target(login=Login(oauth=OAuthClient("key", "secret", "/token"))))
    session.dialect = Dialect(login="oauth")
    return session


def test_an_old_token_that_is_refused_says_nothing_of_the_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    wire = Wires([[make_answer(b"", 401), make_answer(made()), make_answer(b"", 401)]], [NO_PROGRAM] * 2)
    old = [True, False]
    monkeypatch.setattr(wire, "forget_token", lambda *_: old.pop(0) if old else False)
    session = oauth(wire)
    Overlapping(session).ask([MISSING, Request(body=ask("enr-58", ASHA)), MISSING])
    assert session.record.findings.all() == ()
    assert [one.answer.status for one in session.record.exchanges] == [200, 401, 401, 400, 400]
    assert [one.number for one in session.record.exchanges] == [1, 2, 3, 4, 5]


def test_without_a_token_the_requests_are_sent_one_after_the_other() -> None:
    wire = Wires([TokenRefused("no token", make_answer(b"", 503))], [NO_PROGRAM] * 2)
    session = oauth(wire)
    Overlapping(session).ask([MISSING, MISSING])
    assert (len(wire.sent), session.record.findings.all()) == (2, ())
