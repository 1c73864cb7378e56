"""What one mock of a store does, the others know at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.mockserver.stores.pair import WORLD, Host, ids, pair, shared_mock

CUSTOMER = WORLD.customers[0].id or 0


@pytest.fixture
def hosts(store_url: str) -> tuple[Host, Host]:
    return pair(store_url)


def seen(host: Host, session: str = "") -> list[str]:
    return [
        one["outcomes"][0] if one["outcomes"] else ""
        for one in host.ask("GET", "journal", session=session)[1]["exchanges"]
    ]


def test_enrolment_is_known_to_all(hosts: tuple[Host, Host]) -> None:
    first, second = hosts
    assert ids(first.enrol(CUSTOMER))[0]
    status, answer = second.enrol(CUSTOMER)
    assert (status, len(answer["warnings"])) == (200, 1)
    assert second.ask("GET", "enrolments") == first.ask("GET", "enrolments")
    assert len(first.ask("GET", "enrolments")[1]["enrolments"]) == len(WORLD.enrolments) + 1


def test_ids_never_come_twice(hosts: tuple[Host, Host]) -> None:
    given = [ids(hosts[number % 2].enrol(CUSTOMER, "many-64"))[0] for number in range(6)]
    assert len(set(given)) == 6
    assert given == sorted(given, key=lambda one: int(one or 0))


def test_limit_of_a_promotion_holds_for_all_together(hosts: tuple[Host, Host]) -> None:
    customers = [one.id for one in WORLD.customers if one.id][:5]
    answers = [hosts[number % 2].enrol(customer, "seats-66") for number, customer in enumerate(customers)]
    assert [bool(answer["warnings"]) for _, answer in answers] == [False, False, False, True, True]


def test_sessions_are_shared_and_apart_from_each_other(hosts: tuple[Host, Host]) -> None:
    first, second = hosts
    assert ids(first.enrol(CUSTOMER, session="one"))[0]
    assert second.enrol(CUSTOMER, session="one")[1]["warnings"]
    assert not second.enrol(CUSTOMER, session="two")[1]["warnings"]
    assert not second.enrol(CUSTOMER)[1]["warnings"]
    listed = [host.ask("GET", "sessions")[1]["sessions"] for host in hosts]
    assert [sorted((one["name"], one["requests"]) for one in own) for own in listed] == [
        [("", 1), ("one", 2), ("two", 1)]
    ] * 2
    assert {one["enrolments"] for one in listed[0]} == {len(WORLD.enrolments) + 1}


def test_world_that_is_changed_is_changed_for_all(hosts: tuple[Host, Host]) -> None:
    first, second = hosts
    assert first.enrol(700000001)[0] == 400
    for customer, host in ((700000001, first), (700000002, second)):
        assert host.ask("POST", "world", {"customers": [{"id": customer}]})[0] == 200
    for customer, host in ((700000001, second), (700000002, first)):
        assert ids(host.enrol(customer))[0]
    assert first.ask("GET", "world") == second.ask("GET", "world")


def test_world_that_is_replaced_is_replaced_for_all(hosts: tuple[Host, Host]) -> None:
    first, second = hosts
    second.enrol(CUSTOMER)
    world = first.ask("GET", "world")[1]
    world["enrolments"] = [{"customer": CUSTOMER, "promotion": world["promotions"][0]["id"], "enrollmentId": "800"}]
    world.pop("pinned")
    assert first.ask("PUT", "world", world)[0] == 200
    assert [one["enrollmentId"] for one in second.ask("GET", "enrolments")[1]["enrolments"]] == ["800"]
    assert second.enrol(CUSTOMER)[1]["warnings"]
    assert ids(second.enrol(CUSTOMER, "earn-61"))[0] == "801"
    assert first.ask("DELETE", "enrolments")[0] == 200
    assert len(second.ask("GET", "enrolments")[1]["enrolments"]) == 1


def test_world_that_is_refused_changes_nothing(hosts: tuple[Host, Host]) -> None:
    first, second = hosts
    first.enrol(CUSTOMER)
    assert first.ask("PUT", "world", {"promotions": [{"id": "p"}]})[0] == 400
    assert first.ask("POST", "world", {"customers": [{"id": CUSTOMER}]})[0] == 400
    assert second.enrol(CUSTOMER)[1]["warnings"]


def test_readings_and_reset_hold_for_all(hosts: tuple[Host, Host]) -> None:
    first, second = hosts
    assert first.ask("PUT", "readings", {"source": "required"})[0] == 200
    assert second.ask("GET", "readings")[1]["readings"]["source"] == "required"
    body = second.caller.request(str(CUSTOMER), "enr-58")
    assert second.caller.send(body).status_code == 400
    assert second.ask("POST", "reset", {"test": "a test"})[0] == 200
    assert first.ask("GET", "readings")[1]["readings"]["source"] != "required"
    assert first.caller.send(body).status_code == 200


def test_reset_takes_everything_back(hosts: tuple[Host, Host]) -> None:
    first, second = hosts
    first.enrol(CUSTOMER)
    first.ask("POST", "world", {"customers": [{"id": 700000001}]})
    first.ask("POST", "faults", {"effect": "503"})
    assert second.ask("POST", "reset")[0] == 200
    assert len(first.ask("GET", "enrolments")[1]["enrolments"]) == len(WORLD.enrolments)
    assert first.ask("GET", "faults")[1] == {"faults": []}
    assert first.ask("GET", "journal")[1]["totals"]["seen"] == 0
    assert ids(first.enrol(CUSTOMER))[0]
    assert first.enrol(700000001)[0] == 400


def test_fault_strikes_as_often_as_it_should_in_all_together(hosts: tuple[Host, Host]) -> None:
    first, second = hosts
    assert first.ask("POST", "faults", {"effect": "429", "after": 1, "count": 3})[0] == 200
    statuses = [hosts[number % 2].enrol(CUSTOMER, "many-64")[0] for number in range(6)]
    assert statuses == [200, 429, 429, 429, 200, 200]
    assert [(one["met"], one["struck"]) for one in second.ask("GET", "faults")[1]["faults"]] == [(6, 3)]
    assert second.ask("DELETE", "faults/1")[1] == {"faults": []}
    assert first.ask("GET", "faults")[1] == {"faults": []}


def test_seed_of_a_fault_strikes_the_same_requests_with_one_mock_or_two(hosts: tuple[Host, Host]) -> None:
    first, _ = hosts
    fault = {"effect": "503", "probability": 0.5, "seed": 7}
    first.ask("POST", "faults", fault)
    together = [hosts[number % 2].enrol(CUSTOMER, "many-64")[0] for number in range(12)]
    first.ask("POST", "faults", fault, session="alone")
    alone = [first.enrol(CUSTOMER, "many-64", session="alone")[0] for _ in range(12)]
    assert together == alone
    assert {*together} == {200, 503}


def test_journal_is_one(hosts: tuple[Host, Host]) -> None:
    first, second = hosts
    first.enrol(CUSTOMER)
    second.enrol(1)
    first.enrol(CUSTOMER)
    for host in hosts:
        assert seen(host) == ["", "customer_not_found", "already_enrolled"]
    entries: list[dict[str, Any]] = first.ask("GET", "journal")[1]["exchanges"]
    one = second.ask("GET", f"journal/{entries[0]['id']}")
    assert one[0] == 200
    assert one[1].items() >= entries[0].items()
    assert "readings" in one[1]
    assert second.ask("DELETE", "journal")[1]["totals"] == {"seen": 0, "kept": 0, "dropped": 0}
    assert first.ask("GET", "journal")[1]["exchanges"] == []
    assert first.ask("GET", f"journal/{entries[0]['id']}")[0] == 404


def test_journal_keeps_no_secrets(hosts: tuple[Host, Host], store_url: str) -> None:
    hosts[0].caller.send({"password": "hunter-2"}, X_Api_Key="s3cret")
    entry = hosts[1].ask("GET", "journal")[1]["exchanges"][0]
    assert "hunter-2" not in str(entry)
    assert entry["request"]["headers"]["X-Api-Key"] == "***"
    if store_url.startswith("sqlite:"):
        kept = Path(f"{store_url.removeprefix('sqlite:')}-wal").read_bytes()
        assert b"customer_required" in kept or b"promotion_required" in kept or b"action_required" in kept
        assert b"hunter-2" not in kept
        assert b"s3cret" not in kept


def test_journal_keeps_the_latest_thousand(hosts: tuple[Host, Host], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mockserver.sharing.journal._KEPT", 5)
    for number in range(8):
        hosts[number % 2].enrol(number)
    shown = hosts[0].ask("GET", "journal")[1]
    assert shown["totals"] == {"seen": 8, "kept": 5, "dropped": 3}
    assert [one["request"]["body"].count('"identifierValue": "3"') for one in shown["exchanges"]] == [1, 0, 0, 0, 0]


def test_journals_are_bounded_together(hosts: tuple[Host, Host], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mockserver.sharing.journal._COUNTED", 4)
    monkeypatch.setattr("mockserver.sharing.journal._ALL_KEPT", 26_000)
    for _ in range(8):
        hosts[0].enrol(CUSTOMER, session="long")
    for _ in range(2):
        hosts[0].enrol(CUSTOMER, session="short")
    totals = {name: hosts[0].ask("GET", "journal", session=name)[1]["totals"] for name in ("long", "short")}
    assert totals["long"]["seen"] == 8
    assert 0 < totals["long"]["kept"] < 8
    assert totals["short"] == {"seen": 2, "kept": 2, "dropped": 0}


def test_case_that_is_staged_is_met_as_often_as_it_should(hosts: tuple[Host, Host]) -> None:
    first, second = hosts
    assert first.ask("POST", "cases/engine_error", {"times": 3})[0] == 200
    assert [hosts[number % 2].enrol(CUSTOMER)[0] for number in range(4)] == [500, 500, 500, 200]
    assert second.ask("POST", "cases/already_enrolled")[0] == 200
    assert all(host.enrol(CUSTOMER)[1]["warnings"] for host in (first, second, first))


def test_sessions_that_nobody_uses_are_forgotten(store_url: str) -> None:
    clock = [1_000_000.0]
    host, other = (Host.of(shared_mock(store_url, now=lambda: clock[0])) for _ in range(2))
    host.enrol(CUSTOMER, session="old")
    clock[0] += 3000
    host.enrol(CUSTOMER, session="young")
    clock[0] += 1000
    names = [one["name"] for one in other.ask("GET", "sessions")[1]["sessions"]]
    assert names == ["", "young"]
    assert not host.enrol(CUSTOMER, session="old")[1]["warnings"]
    assert host.enrol(CUSTOMER, session="young")[1]["warnings"]
    clock[0] += 3600
    assert not host.enrol(CUSTOMER, session="young")[1]["warnings"], "nobody had to look before"


def test_the_session_that_was_not_used_for_longest_makes_room(store_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mockserver.sharing.roll.MOST", 3)
    clock = [1_000_000.0]
    host = Host.of(shared_mock(store_url, now=lambda: clock[0]))
    for name in ("a", "b", "c", "a", "d"):
        clock[0] += 20
        host.enrol(CUSTOMER, session=name)
    assert not host.enrol(CUSTOMER, session="b")[1]["warnings"], "it made room when d came"
    clock[0] += 20
    host.enrol(CUSTOMER, session="a")
    assert [one["name"] for one in host.ask("GET", "sessions")[1]["sessions"]] == ["", "b", "d", "a"]


def test_metrics_and_the_console_work(hosts: tuple[Host, Host]) -> None:
    first, second = hosts
    first.enrol(CUSTOMER, session="one")
    text = second.caller.client.get("/_mock/metrics").text
    assert "enrol_mock_sessions 2.0" in text
    assert f"enrol_mock_enrolments {2 * len(WORLD.enrolments) + 1}.0" in text
    for page in ("", "enrolments", "world", "faults", "readings", "sessions", "outcomes", "findings"):
        answer = second.caller.client.get(f"/_s/one/_mock/{page}", headers={"Accept": "text/html"})
        assert answer.status_code == 200, page
        assert "bug" not in answer.text[:200]
