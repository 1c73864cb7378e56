"""The query of the journal: show what matches, or wait for it."""

from __future__ import annotations

import json
import threading
import time
from typing import Any

import pytest

from tests import page
from tests.mockserver.caller import Caller, with_value
from tests.mockserver.process import Process, post

ENROL = page.ENROL_REQUEST
STRANGER = with_value(ENROL, "1", "customer", "identifierValue")


@pytest.fixture
def asked(mock: Caller) -> Caller:
    """A mock that was asked: a success, a warning, a customer who does not exist, no login, a wrong path, a token."""
    mock.send()
    mock.send()
    mock.send(STRANGER)
    mock.client.post(page.PATH, json=ENROL)
    mock.client.get("/nowhere")
    mock.client.post("/v3/oauth/token/generate", json={"key": "sample-key", "secret": "sample-secret"})
    return mock


def found(mock: Caller, query: str) -> list[int]:
    """Return the statuses of what a query of the journal shows."""
    answer = mock.client.get(f"/_mock/journal?{query}").get_json()
    assert answer["totals"] == {"seen": 6, "kept": 6, "dropped": 0}
    return [one["status"] for one in answer["exchanges"]]


@pytest.mark.parametrize(
    ("query", "statuses"),
    [
        ("", [200, 200, 400, 401, 404, 200]),
        ("status=400", [400]),
        ("status=4xx", [400, 401, 404]),
        ("status=2xx&outcome=already_enrolled", [200]),
        ("outcome=customer_not_found", [400]),
        ("outcome=success", [200, 200]),
        ("outcome=unknown_client", []),
        ("path=/nowhere", [404]),
        ("path=%2Fnowhere", [404]),
        ("path=/v3/promotions/enrol", [200, 200, 400, 401]),
        ("customer=388369579", [200, 200]),
        ("customer=1", [400]),
        ("customer=1&status=2xx", []),
        ("limit=2", [404, 200]),
        ("limit=0", []),
        ("limit=1000", [200, 200, 400, 401, 404, 200]),
        ("limit=1&status=400", [400]),
        ("wait=6", [200, 200, 400, 401, 404, 200]),
        ("since=exchange-4", [404, 200]),
        ("since=exchange-6", []),
        ("since=unknown", [200, 200, 400, 401, 404, 200]),
    ],
)
def test_query_chooses(asked: Caller, query: str, statuses: list[int]) -> None:
    assert found(asked, query) == statuses


def test_limit_does_not_change_how_many_match(asked: Caller) -> None:
    answer = asked.client.get("/_mock/journal?status=4xx&limit=1").get_json()
    assert (answer["matching"], len(answer["exchanges"])) == (3, 1)


def test_customer_is_found_by_the_identifier_sent_and_by_the_id(mock: Caller) -> None:
    mock.send(
        with_value(
            with_value(ENROL, "mobile", "customer", "identifierName"), "919800000001", "customer", "identifierValue"
        )
    )
    for customer, number in (("919800000001", 1), ("388369579", 1), ("388519295", 0)):
        shown = mock.client.get(f"/_mock/journal?customer={customer}").get_json()["exchanges"]
        assert len(shown) == number


def test_path_is_found_with_and_without_its_session(mock: Caller) -> None:
    mock.client.get("/_s/a/x")
    mock.client.get("/x", headers={"X-Mock-Session": "a"})
    for path, number in (("/x", 2), ("/_s/a/x", 1), ("/_s/b/x", 0)):
        assert len(mock.client.get(f"/_s/a/_mock/journal?path={path}").get_json()["exchanges"]) == number


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("stauts=400", "no filter 'stauts' (did you mean 'status'?)"),
        ("status=4", "must be a status such as 400, or 4xx"),
        ("status=400&status=401", "status is given twice"),
        ("status=", "must be a status"),
        ("outcome=customer_not_fond", "(did you mean 'customer_not_found'?)"),
        ("limit=-1", "from 0 to 1000"),
        ("limit=1001", "from 0 to 1000"),
        ("limit=²", "from 0 to 1000"),
        ("wait=0", "from 1 to 1000"),
        ("wait=soon", "from 1 to 1000"),
        ("timeout=nan", "seconds from 0 to 60"),
        ("timeout=61", "seconds from 0 to 60"),
        ("timeout=-1", "seconds from 0 to 60"),
    ],
)
def test_query_that_means_nothing_is_refused_with_the_reason(mock: Caller, query: str, says: str) -> None:
    """A filter with a slip would show nothing, and a test that counts what is shown would pass."""
    answer = mock.client.get(f"/_mock/journal?{query}")
    assert answer.status_code == 400
    assert says in answer.get_json()["error"]


def test_clearing_the_journal_keeps_the_enrolments(mock: Caller) -> None:
    mock.send()
    assert mock.client.delete("/_mock/journal").get_json()["totals"]["seen"] == 0
    assert (mock.journal(), len(mock.enrolments())) == ([], 3)
    mock.send()
    assert [one["outcomes"] for one in mock.journal()] == [["already_enrolled"]]


def test_forgetting_the_enrolments_keeps_the_journal(mock: Caller) -> None:
    mock.send()
    assert len(mock.client.delete("/_mock/enrolments").get_json()["enrolments"]) == 2
    assert len(mock.journal()) == 1
    assert mock.send().get_json() == page.ENROL_RESPONSE


def waited(mock: Process, query: str, prefix: str = "") -> tuple[int, Any, float]:
    """Ask for the journal and return status, body, and seconds."""
    connection = mock.connect()
    begun = time.monotonic()
    connection.request("GET", f"{prefix}/_mock/journal?{query}")
    answer = connection.getresponse()
    body = json.loads(answer.read())
    connection.close()
    return answer.status, body, time.monotonic() - begun


def test_waiting_ends_with_the_last_request_that_was_waited_for(running: Process) -> None:
    """Meanwhile the mock answers others: those that come, and another one who waits in vain."""
    results: list[tuple[int, Any, float]] = []
    asking = [
        threading.Thread(target=lambda query=query: results.append(waited(running, query)))
        for query in ("wait=3&timeout=20&status=400", "wait=9&timeout=20&outcome=customer_not_found&since=x&limit=1")
    ]
    other = threading.Thread(target=lambda: results.append(waited(running, "wait=1&timeout=0.5", "/_s/other")))
    for thread in (*asking, other):
        thread.start()
    time.sleep(0.1)
    begun = time.monotonic()
    for _ in range(9):
        assert post(running, STRANGER)[0] == 400
        assert post(running)[0] == 200
    assert time.monotonic() - begun < 15
    for thread in (*asking, other):
        thread.join()
    statuses = sorted((status, len(body["exchanges"])) for status, body, _ in results)
    assert [status for status, _ in statuses] == [200, 200, 408]
    assert max(seconds for *_, seconds in results) < 20
    (late,) = (body for status, body, _ in results if status == 408)
    assert late["error"] == "0 of 1 matching requests came within 0.5 seconds."


def test_waiting_in_vain_shows_what_did_come(running: Process) -> None:
    post(running)
    status, body, seconds = waited(running, "wait=2&timeout=0.2")
    assert (status, len(body["exchanges"])) == (408, 1)
    assert seconds >= 0.2
    assert body["error"] == "1 of 2 matching requests came within 0.2 seconds."


def test_what_came_before_counts(running: Process) -> None:
    post(running)
    status, body, seconds = waited(running, "wait=1&timeout=20")
    assert (status, body["matching"], seconds < 20) == (200, 1, True)


def test_client_that_stops_waiting_holds_up_nobody(running: Process) -> None:
    for _ in range(20):
        connection = running.connect()
        connection.request("GET", "/_mock/journal?wait=1&timeout=20")
        connection.close()
    assert post(running)[0] == 200
