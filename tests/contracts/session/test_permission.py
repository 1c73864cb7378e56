"""The permission: a live host gets no request that could enrol a customer, unless it is permitted."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from contracts.errors import Misuse
from contracts.exchange import NOTHING, Exchange, Request
from contracts.host.login import Login, OAuthClient
from contracts.inputs.enrolment_list import enrolment_list
from contracts.inputs.roles import Roles
from contracts.inputs.safe_list import safe_list
from contracts.session.ledger import Ledger
from contracts.session.permission import MOST_HARMLESS, NotPermitted, Permission, can_enrol_nobody
from openapi.world import Absent, World
from tests.contracts.answers import ask, made, warned
from tests.contracts.conftest import make_answer, make_target

ELSEWHERE = "https://elsewhere.example"


@pytest.fixture
def absent() -> Absent:
    return make_target().absent


def nobody(**changes: Any) -> dict[str, Any]:
    return Roles(make_target(), 1).body(None, None, **{"programId": 999999} | changes)


def anybody(request: Request) -> bool:
    return True


@pytest.mark.parametrize(
    "request_",
    [
        Request(body=nobody()),
        Request(body=nobody(action="OPT_IN")),
        Request(body=nobody(by="email")),
        Request(body=nobody(by="mobile")),
        Request(body=nobody(promotion=None)),
        Request(body=nobody(promotion=NOTHING, customer={})),
        Request(body=nobody(value="   ")),
        Request(body=nobody(requestId=[])),
        Request(body=nobody(requestId="contract-test-7-31")),
        Request(body={}),
        Request(body=nobody(), credentials="none"),
        Request(method="GET", headers=()),
        Request(raw=b"{"),
    ],
    ids=str,
)
def test_what_can_enrol_nobody_may_be_sent_anywhere(absent: Absent, request_: Request) -> None:
    assert can_enrol_nobody(request_, absent)


@pytest.mark.parametrize(
    "request_",
    [
        Request(body=ask()),
        Request(body=ask(programId=NOTHING)),
        Request(body=ask(action="NOTHING")),
        Request(body=ask(), credentials="none"),
        Request(body=ask(), headers=(("Content-Type", "text/plain"),)),
        Request(raw=json.dumps(ask()).encode()),
        Request(raw=json.dumps(ask()).encode()[:-1]),
        Request(raw=b'{"customer": {"identifierValue": "388369579"'),
        Request(raw=json.dumps(ask()).encode("utf-16")),
        Request(raw=b'{"programId": 999999, "programId": 3334}'),
        Request(body=nobody(promotion=ask()["promotion"])),
        Request(body=nobody(customer=ask()["customer"])),
        Request(body=nobody(value="388369579")),
        Request(body=nobody(value=388369579)),
        Request(body=nobody(programId=3334)),
        Request(body=nobody(source="JD")),
        Request(body=nobody(requestId="388369579")),
        Request(body=nobody(requestId="contract-test-388369579-asha@example.com")),
        Request(body={**nobody(), "customer": {**nobody()["customer"], "mobile": "919800000001"}}),
        Request(body={**nobody(), "customers": [ask()["customer"]]}),
        Request(body=nobody(), path="/v3/promotions/enrol/388369579"),
        Request(body=nobody(), method="PUT"),
        Request(body=nobody(), headers=(("X-Customer", "388369579"),)),
        Request(body=nobody(action="ENROL_MILESTONES")),
        Request(body=[ask()]),
        Request(body="388369579"),
    ],
    ids=str,
)
def test_a_request_that_could_enrol_a_customer_needs_permission(absent: Absent, request_: Request) -> None:
    assert not can_enrol_nobody(request_, absent)
    with pytest.raises(
        NotPermitted, match=r"^enrolments on this host are not permitted \(--permit-enrolments\); only requests"
    ):
        Permission(absent=absent, budget=0).check(request_, names_test_data=anybody)


def test_without_a_limit_everything_is_permitted_and_nothing_is_an_intent(absent: Absent) -> None:
    permission = Permission(absent=absent)
    assert not permission.check(Request(body=ask()), names_test_data=anybody)
    assert permission.intents == 0


def test_without_absent_ids_every_request_needs_permission() -> None:
    with pytest.raises(NotPermitted):
        Permission(budget=0).check(Request(body=nobody()), names_test_data=anybody)


def test_the_budget_counts_intents_and_refusals_are_free(absent: Absent) -> None:
    permission = Permission(absent=absent, budget=2)
    intents = [permission.check(Request(body=body), names_test_data=anybody) for body in (ask(), nobody(), ask())]
    assert intents == [True, False, True]
    with pytest.raises(NotPermitted, match=r"^the budget of 2 enrolments is used up \(--budget\)$"):
        permission.check(Request(body=ask()), names_test_data=anybody)
    assert not permission.check(Request(body=nobody()), names_test_data=anybody)


def test_only_listed_customers_are_enrolled(absent: Absent) -> None:
    permission = Permission(absent=absent, budget=2)
    with pytest.raises(
        NotPermitted, match=r"^enrolments are permitted only for customers and promotions of the target file$"
    ):
        permission.check(Request(body=ask()), names_test_data=lambda request: False)
    assert permission.intents == 0


def ledger(folder: Path) -> Ledger:
    return Ledger(folder / "ledger.jsonl", host=ELSEWHERE, now=lambda: datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))


def lines(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "ledger.jsonl").read_text(encoding="utf-8").splitlines()]


def test_the_ledger_lists_an_intent_before_it_is_sent(absent: Absent, tmp_path: Path) -> None:
    permission = Permission(absent=absent, budget=1, ledger=ledger(tmp_path))
    permission.check(Request(body=ask()), names_test_data=anybody)
    assert lines(tmp_path) == [{"intent": 1, "at": "2026-01-02T03:04:05+00:00", "host": ELSEWHERE, **ask()}]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (made(), {"enrollmentId": "1", "optinId": "2"}),
        (warned("already_enrolled"), {"enrollmentId": None, "optinId": None}),
        (b"<html>", {}),
    ],
)
def test_the_ledger_has_the_result_of_each_intent(
    absent: Absent, tmp_path: Path, answer: Any, told: dict[str, Any]
) -> None:
    permission = Permission(absent=absent, budget=1, ledger=ledger(tmp_path))
    permission.check(Request(body=ask()), names_test_data=anybody)
    permission.record_result(Exchange(1, Request(body=ask()), make_answer(answer)))
    assert lines(tmp_path)[1] == {"result": 1, "at": "2026-01-02T03:04:05+00:00", "status": 200, **told}


def test_a_ledger_is_appended_to_and_only_its_owner_can_read_it(absent: Absent, tmp_path: Path) -> None:
    for _ in range(2):
        permission = Permission(absent=absent, budget=1, ledger=ledger(tmp_path))
        permission.check(Request(body=ask()), names_test_data=anybody)
    assert len(lines(tmp_path)) == 2
    assert (tmp_path / "ledger.jsonl").stat().st_mode & 0o777 == 0o600


def test_if_the_ledger_cannot_be_written_nothing_is_sent(absent: Absent, tmp_path: Path) -> None:
    permission = Permission(absent=absent, budget=1, ledger=ledger(tmp_path / "nowhere"))
    with pytest.raises(Misuse, match=r"^the ledger .* cannot be written: No such file or directory; nothing was sent$"):
        permission.check(Request(body=ask()), names_test_data=anybody)


def test_a_ledger_is_checked_and_not_made_before_anything_is_sent(tmp_path: Path) -> None:
    ledger(tmp_path).check()
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "ledger.jsonl").symlink_to("elsewhere")
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(Misuse, match=r"^the ledger .* cannot be written: .*; nothing was sent$"):
            ledger(folder).check()


def test_a_ledger_that_is_lost_after_a_request_says_that_it_was_sent(absent: Absent, tmp_path: Path) -> None:
    permission = Permission(absent=absent, budget=1, ledger=ledger(tmp_path))
    permission.check(Request(body=ask()), names_test_data=anybody)
    (tmp_path / "ledger.jsonl").unlink()
    (tmp_path / "ledger.jsonl").mkdir()
    with pytest.raises(Misuse, match=r"cannot be written: Is a directory; the request was sent$"):
        permission.record_result(Exchange(1, Request(body=ask()), make_answer(made())))


def test_a_permission_without_a_ledger_writes_no_file(
    absent: Absent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    permission = Permission(absent=absent, budget=1)
    assert permission.check(Request(body=ask()), names_test_data=anybody)
    permission.record_result(Exchange(1, Request(body=ask()), make_answer(made())))
    assert (permission.intents, list(tmp_path.iterdir())) == (1, [])


EVERY_LOGIN = Login(basic=("till", "p"), oauth=OAuthClient("k", "s", "/token"))


@pytest.mark.parametrize("login", [Login(), Login(basic=("till", "p")), EVERY_LOGIN], ids=["none", "basic", "both"])
def test_the_live_list_can_enrol_nobody_and_is_short(login: Login) -> None:
    aim = make_target(ELSEWHERE, login=login, complete=False)
    planned = safe_list(Roles(aim, 1))
    # Two more test credentials, and one more each kind of them.
    assert len(planned) == 47 + 2 * login.is_given + (login is EVERY_LOGIN)
    assert len(planned) + 10 <= MOST_HARMLESS == 60  # ten for connecting and second tries
    assert all(can_enrol_nobody(each.request, aim.absent) for each in planned)
    assert len({each.description for each in planned}) == len(planned)


def test_the_safe_list_is_the_same_for_every_seed_and_covers_every_field() -> None:
    target = make_target(ELSEWHERE, login=EVERY_LOGIN)
    assert safe_list(Roles(target, 1)) == safe_list(Roles(target, 2))
    what = " ".join(each.description for each in safe_list(Roles(target, 1)))
    for name in ("requestId", "action", "promotion.id", "promotion.promotionId", "customer.source", "programId"):
        assert f"{name} missing" in what


def test_permitted_enrolments_begin_with_the_most_useful() -> None:
    planned = enrolment_list(Roles(make_target(ELSEWHERE), 1))
    first, again, opt_in = (next(planned) for _ in range(3))
    assert [each.description for each in (first, again, opt_in)] == [
        "an enrolment",
        "the same enrolment again",
        "the opt-in",
    ]
    assert first.request.body["promotion"] == again.request.body["promotion"] == opt_in.request.body["promotion"]
    names = [each.request.body["customer"]["identifierName"] for each in (first, again)]
    assert names == ["id", "mobile"]
    assert [each.request.body["action"] for each in (again, opt_in)] == ["ENROL", "OPT_IN"]


def test_without_test_data_nobody_can_be_enrolled() -> None:
    absent_only = World(absent=make_target().absent)
    assert list(enrolment_list(Roles(make_target(ELSEWHERE, data=absent_only), 1))) == []
