"""A session may replace its world or add to it. No other session sees that, and a reset takes it back."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path
from typing import Any

import msgspec
import pytest
from werkzeug.test import Client

from mockserver.sessions import MemorySessions
from mockserver.state import State
from openapi import world, world_changes
from openapi.questions import Readings
from openapi.source import SourceError
from openapi.world import World
from tests import page, people
from tests.mockserver.caller import AUTHORIZED, Caller
from tests.mockserver.conftest import MakeMock

ENROL = page.ENROL_REQUEST
NEW: dict[str, Any] = {
    "programs": [{"id": 77, "name": "New"}],
    "promotions": [
        {
            "id": "new-promotion",
            "promotionId": 77001,
            "identifier": "new-77",
            "programId": 77,
            "type": "LOYALTY",
            "status": "LIVE",
        }
    ],
    "customers": [{"id": 700000001, "mobile": "4915550000001", "email": "New@example.com", "source": "INSTORE"}],
}
NEW_REQUEST: dict[str, Any] = {
    **ENROL,
    "promotion": {"id": "new-promotion", "promotionId": 77001},
    "programId": 77,
    "customer": {"identifierName": "mobile", "identifierValue": "4915550000001", "source": "INSTORE"},
}


def status(mock: Caller, body: Any = NEW_REQUEST, session: str = "") -> int:
    prefix = f"/_s/{session}" if session else ""
    return mock.client.post(prefix + page.PATH, json=body, headers=AUTHORIZED).status_code


def counts(mock: Caller, session: str = "") -> list[int]:
    shown = mock.client.get(f"/_s/{session}/_mock/world" if session else "/_mock/world").get_json()
    return [len(shown[name]) for name in ("programs", "promotions", "customers", "enrolments")]


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_what_is_added_can_be_enrolled_in_its_session_only(mock: Caller, method: str) -> None:
    before = counts(mock)
    mock.send()
    answer = mock.client.open("/_s/a/_mock/world", method=method, json=NEW)
    after = [before[0] + 1, before[1] + 1, before[2] + 1, before[3]]
    assert list(answer.get_json()["counts"].values()) == after == counts(mock, "a")
    assert [status(mock), status(mock, session="a"), status(mock, session="b")] == [400, 200, 400]
    assert status(mock, ENROL, "a") == 200, "what was there is still there"
    assert (counts(mock), counts(mock, "b")) == (before, before)
    mock.client.post("/_s/a/_mock/reset")
    assert (status(mock, session="a"), counts(mock, "a")) == (400, before)


def test_additions_add_up(mock: Caller) -> None:
    for part in ("programs", "promotions", "customers"):
        assert mock.client.post("/_mock/world", json={part: NEW[part]}).status_code == 200
    for number in range(3):
        assert mock.client.post("/_mock/world", json={"customers": [{"id": 700 + number}]}).status_code == 200
    assert status(mock) == 200
    by_id = {"identifierName": "id", "identifierValue": "701"}
    assert status(mock, {**NEW_REQUEST, "customer": by_id}) == 200
    shown = mock.client.get("/_mock/world").get_json()["customers"]
    assert [one["id"] for one in shown[-4:]] == [700000001, 700, 701, 702]


def test_adding_keeps_enrolments_and_journal(mock: Caller) -> None:
    mock.send()
    mock.client.post("/_mock/world", json=NEW)
    assert (len(mock.enrolments()), len(mock.journal())) == (3, 1)
    mock.send()
    assert mock.journal()[-1]["outcomes"] == ["already_enrolled"]


def test_replaced_world_is_all_there_is(mock: Caller) -> None:
    mock.send()
    enrolment = {"customer": 700000001, "promotion": "new-promotion", "enrollmentId": "9000"}
    answer = mock.client.put("/_s/a/_mock/world", json={**NEW, "enrolments": [enrolment]})
    assert answer.get_json() == {"counts": {"programs": 1, "promotions": 1, "customers": 1, "enrolments": 1}}
    assert [status(mock, ENROL, "a"), status(mock, session="a"), status(mock, ENROL, "b")] == [400, 200, 200]
    shown = mock.client.get("/_s/a/_mock/journal").get_json()["exchanges"]
    assert shown[-1]["outcomes"] == ["already_enrolled"], "by the enrolments of the new world"
    assert [one["status"] for one in shown] == [400, 200], "the journal goes on"
    mock.client.post("/_s/a/_mock/reset")
    assert [status(mock, ENROL, "a"), status(mock, session="a")] == [200, 400]


def test_replaced_world_may_have_a_login_of_its_own(mock: Caller) -> None:
    own = {**NEW, "credentials": {"headers": ["Basic own"]}}
    assert mock.client.put("/_s/a/_mock/world", json=own).status_code == 200
    answers = [
        mock.client.post(f"/_s/{session}{page.PATH}", json=body, headers={"Authorization": login}).status_code
        for session, body in (("a", NEW_REQUEST), ("b", ENROL))
        for login in ("Basic own", AUTHORIZED["Authorization"])
    ]
    assert answers == [200, 401, 401, 200]


def test_mock_without_login_stays_one(make_mock: MakeMock, sample_world: World) -> None:
    client = Client(make_mock(auth=False, world=msgspec.structs.replace(sample_world, credentials=world.Credentials())))
    assert client.put("/_mock/world", json=NEW).status_code == 200
    assert client.post(page.PATH, json=NEW_REQUEST).status_code == 200


PROMOTION = NEW["promotions"][0]
WRONG: dict[str, tuple[Any, str]] = {
    "not an object": ([], "expected an object, got a list"),
    "unknown list": ({"customer": []}, "did you mean 'customers'?"),
    "unknown key": ({"customers": [{"id": 1, "phone": "1"}]}, "/customers/0"),
    "wrong type": ({"customers": [{"id": "1"}]}, "/customers/0/id: expected a whole number"),
    "customer of the world": (
        {"customers": [{"id": 1, "mobile": "919800000001"}]},
        "the mobile '919800000001' is given twice",
    ),
    "customer twice": ({"customers": [{"id": 1}, {"id": 1}]}, "the id 1 is given twice"),
    "promotion of the world": (
        {"promotions": [{**PROMOTION, "programId": 3334, "promotionId": 1133590053}]},
        "promotionId 1133590053",
    ),
    "no such program": ({"promotions": [PROMOTION]}, "/promotions/0/programId: no program has the id 77"),
    "no identifier": ({"customers": [{"source": "INSTORE"}]}, "/customers/0: has no identifier"),
    "no id": ({"customers": [{"mobile": "1"}]}, "/customers/0 has no id, which every answer shows"),
    "absent": ({"customers": [{"id": 199999999999}]}, "/absent/customer/id: /customers/0 has 199999999999"),
    "no short name": (
        {"promotions": [{key: value for key, value in PROMOTION.items() if key != "identifier"} | {"programId": 3334}]},
        "/promotions/0 has no identifier, which every answer shows",
    ),
    "enrolments": ({"enrolments": []}, "unknown key `enrolments`"),
}


@pytest.mark.parametrize(("body", "says"), WRONG.values(), ids=WRONG)
def test_wrong_addition_is_refused_with_the_reason_and_changes_nothing(mock: Caller, body: Any, says: str) -> None:
    before = mock.client.get("/_mock/world").data
    answer = mock.client.post("/_mock/world", json=body)
    assert (answer.status_code, list(answer.get_json())) == (400, ["error"])
    assert says in answer.get_json()["error"]
    assert "\n" not in answer.get_json()["error"]
    assert mock.client.get("/_mock/world").data == before


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "is not JSON"),
        (b"{", "is not JSON: line 1, column 2"),
        (b'{"customers": [], "customers": []}', "the key 'customers' is given twice"),
        (b"\xff", "is not UTF-8"),
        (b'{"customers": [{"id": NaN}]}', "NaN"),
        (b"programs: []", "is not JSON"),
        (b"[" * 1000, "is not JSON"),
        (json.dumps({"programs": [{"id": 1}, {"id": 1}]}).encode(), "the id 1 is given twice"),
        (json.dumps({**NEW, "programs": []}).encode(), "no program has the id 77"),
        (json.dumps({**NEW, "enrolment": []}).encode(), "did you mean 'enrolments'?"),
        (b"null", "expected an object, got null"),
    ],
)
def test_wrong_world_is_refused_with_the_reason_and_changes_nothing(mock: Caller, body: bytes, says: str) -> None:
    before = mock.client.get("/_mock/world").data
    answer = mock.client.put("/_mock/world", data=body)
    assert answer.status_code == 400
    assert says in answer.get_json()["error"]
    assert mock.client.get("/_mock/world").data == before
    assert mock.send().status_code == 200


def test_place_of_a_mistake_does_not_count_what_was_added_before(mock: Caller) -> None:
    assert mock.client.post("/_mock/world", json={"customers": [{"id": 1}, {"id": 2}]}).status_code == 200
    answer = mock.client.post("/_mock/world", json={"customers": [{"id": 3}, {"mobile": "1"}]})
    assert "/customers/1 has no id" in answer.get_json()["error"]


def test_changes_of_all_sessions_are_bounded_together(mock: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mockserver.control.world_doors._MOST", 3000)

    def change(session: str, method: str, size: int) -> int:
        body = json.dumps(NEW if method == "PUT" else {"programs": []}).encode().ljust(size)
        return mock.client.open(f"/_s/{session}/_mock/world", method=method, data=body).status_code

    assert [change("a", "PUT", 1000), change("a", "POST", 1000), change("b", "POST", 1000)] == [200, 200, 200]
    assert [change("a", "POST", 100), change("c", "PUT", 1000)] == [413, 413]
    assert [change("a", "PUT", 1500), change("c", "POST", 500)] == [200, 200], (
        "a PUT takes the place of what was before"
    )
    mock.client.post("/_s/a/_mock/reset")
    assert [change("c", "POST", 1500), change("c", "POST", 100)] == [200, 413]


def test_pointers_of_an_addition_are_those_of_its_own_lists(sample_world: World) -> None:
    with pytest.raises(SourceError, match=r"^/promotions/1/programId: no program has the id 78$"):
        world_changes.added(
            {
                **NEW,
                "promotions": [
                    PROMOTION,
                    {**PROMOTION, "id": "x", "promotionId": 5, "identifier": "y", "programId": 78},
                ],
            },
            sample_world,
        )


def test_thousand_sessions_of_a_large_world_share_it(readings: Readings) -> None:
    """Each adds a customer of its own. A copy of the list of 20,000 customers would take 160 kB for each session."""
    data = world.parse(people.many(20_000), path=Path("w.yaml"))
    state = State.of(data, readings)
    sessions = MemorySessions(state, now=0)
    tracemalloc.start()
    for number in range(1000):
        session = sessions.use(f"s{number}", now=number)
        session.state = session.state.adding(World(customers=(world.Customer(id=number + 1),)))
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(sessions.all(now=999)) == 1001
    assert taken < 12_000_000
