"""Sessions: each has its own enrolments, world changes and journal, whether the path names it or a header."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import threading
import weakref
from collections import deque
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import Client

from mockserver.app import Mock
from mockserver.control.shelf import Shelf
from mockserver.plan import Plan
from mockserver.state import State
from openapi.document import Document
from openapi.questions import Readings
from openapi.world import World
from tests import page
from tests.bench.processes import usage
from tests.mockserver.caller import AUTHORIZED, Caller
from tests.mockserver.conftest import Clock
from tests.mockserver.process import Process


def enrol(mock: Caller, session: str = "", **headers: str) -> Any:
    """Send the page's request to a session that the path names, and return the status of its data."""
    answer = mock.client.post(
        f"/_s/{session}{page.PATH}" if session else page.PATH, json=page.ENROL_REQUEST, headers=AUTHORIZED | headers
    )
    return (answer.get_json()["data"] or {}).get("status")


def journal(mock: Caller, session: str = "") -> list[Any]:
    prefix = f"/_s/{session}" if session else ""
    return [one["path"] for one in mock.client.get(f"{prefix}/_mock/journal").get_json()["exchanges"]]


def enrolled(mock: Caller, session: str = "") -> int:
    prefix = f"/_s/{session}" if session else ""
    return len(mock.client.get(f"{prefix}/_mock/enrolments").get_json()["enrolments"])


def test_sessions_do_not_see_each_other(mock: Caller) -> None:
    assert [enrol(mock), enrol(mock, "a"), enrol(mock, "b")] == ["SUCCESS"] * 3
    assert enrol(mock, "a") == "FAILED", "enrolled already"
    assert journal(mock) == [page.PATH]
    assert journal(mock, "a") == [f"/_s/a{page.PATH}"] * 2, "the path as sent"
    mock.client.post("/_s/a/_mock/reset")
    assert [enrolled(mock), enrolled(mock, "a"), enrolled(mock, "b")] == [3, 2, 3]
    assert [len(journal(mock)), journal(mock, "a"), len(journal(mock, "b"))] == [1, [], 1]
    mock.client.post("/_mock/reset")
    assert [enrolled(mock), enrolled(mock, "b")] == [2, 3]


def test_header_names_the_same_session_as_the_path(mock: Caller) -> None:
    assert enrol(mock, **{"X-Mock-Session": "till-7"}) == "SUCCESS"
    assert enrol(mock, "till-7", **{"X-Mock-Session": "till-7"}) == "FAILED"
    assert journal(mock, "till-7") == [page.PATH, f"/_s/till-7{page.PATH}"]
    shown = mock.client.get("/_mock/journal", headers={"X-Mock-Session": "till-7"}).get_json()["exchanges"]
    assert shown[0]["request"]["headers"]["X-Mock-Session"] == "till-7"
    assert journal(mock) == []


def test_every_session_begins_with_the_same_ids(mock: Caller) -> None:
    bodies = [
        mock.client.post(f"/_s/{name}{page.PATH}", json=page.ENROL_REQUEST, headers=AUTHORIZED).get_json()
        for name in ("a", "b")
    ]
    assert bodies == [page.ENROL_RESPONSE] * 2


@pytest.mark.parametrize("name", ["", "a b", "a%20b", "ä", "x" * 65, ".", "..", "a,b"])
def test_name_that_is_no_name_is_refused_with_the_reason(mock: Caller, name: str) -> None:
    sent = [mock.client.get(f"/_s/{name}/x")] if name not in (".", "..") else []
    sent += [mock.client.get("/x", headers={"X-Mock-Session": name})] if name.isascii() else []
    for answer in sent:
        assert answer.status_code == 400
        assert "names the session" in answer.get_json()["errors"][0]["message"]
        assert "A-Z a-z 0-9 . _ -" in answer.get_json()["errors"][0]["message"]
    assert [one["status"] for one in mock.journal()] == [400] * len(sent)


@pytest.mark.parametrize("name", ["x" * 64, "a.b_c-D9", "...", "-"])
def test_names_that_are_allowed(mock: Caller, name: str) -> None:
    assert enrol(mock, name) == "SUCCESS"
    assert len(journal(mock, name)) == 1


def test_path_and_header_that_disagree_are_refused(mock: Caller) -> None:
    answer = mock.client.post(
        f"/_s/a{page.PATH}", json=page.ENROL_REQUEST, headers=AUTHORIZED | {"X-Mock-Session": "b"}
    )
    message = answer.get_json()["errors"][0]["message"]
    assert (answer.status_code, message) == (400, "The path names the session 'a', the header X-Mock-Session 'b'.")
    assert [enrolled(mock, "a"), enrolled(mock, "b")] == [2, 2]


@pytest.mark.parametrize("path", ["/_s/a", "/_s/a/", "/_s/a//v3/promotions/enrol", "/_s/a/_s/a/v3/promotions/enrol"])
def test_what_follows_the_prefix_is_not_tidied(mock: Caller, path: str) -> None:
    assert mock.client.post(path, json=page.ENROL_REQUEST, headers=AUTHORIZED).status_code == 404
    assert journal(mock, "a") == [path]


def test_session_that_is_idle_for_an_hour_is_forgotten(mock: Caller, clock: Clock) -> None:
    assert [enrol(mock, "old"), enrol(mock, "kept"), enrol(mock)] == ["SUCCESS"] * 3
    clock.seconds += 3599
    assert enrol(mock, "kept") == "FAILED"
    clock.seconds += 1
    assert [enrol(mock, "old"), enrol(mock, "kept"), enrol(mock)] == ["SUCCESS", "FAILED", "FAILED"]


def test_thousand_sessions_are_kept_and_the_least_used_goes(mock: Caller) -> None:
    for number in range(1000):
        mock.client.get(f"/_s/s{number}/x")
    assert len(journal(mock, "s0")) == 1
    mock.client.get("/_s/one-more/x")
    assert [len(journal(mock, name)) for name in ("s0", "s2", "one-more")] == [1, 1, 1]
    assert journal(mock, "s1") == []


def test_sessions_are_listed_without_being_used(mock: Caller, clock: Clock) -> None:
    enrol(mock, "a")
    clock.seconds += 10
    enrol(mock, "b")
    enrol(mock, "b")
    clock.seconds += 5
    rows = [list(one.values()) for one in mock.client.get("/_mock/sessions").get_json()["sessions"]]
    assert rows == [["", 0.0, 0, 2], ["a", 15.0, 1, 3], ["b", 5.0, 2, 3]]
    clock.seconds += 3595
    assert [one["name"] for one in mock.client.get("/_mock/sessions").get_json()["sessions"]] == [""]


def test_new_session_does_not_go_through_the_world(
    contract: Document, readings: Readings, sample_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, state = Plan.of(contract, readings), State.of(sample_world, readings)
    mock = Client(Mock(plan, state))
    monkeypatch.setattr(State, "of", None)
    monkeypatch.setattr("mockserver.deciding.directory.Directory.__init__", None)
    monkeypatch.setattr("mockserver.stores.memory._Books.keep", None)
    assert len(mock.get("/_s/a/_mock/enrolments").get_json()["enrolments"]) == 2


def test_journals_are_bounded_together() -> None:
    shelf: Shelf[str] = Shelf(100)
    one: deque[str] = deque()
    other: deque[str] = deque()
    for queue, item in ((one, "a"), (other, "b"), (other, "c"), (other, "d"), (one, "e")):
        shelf.put(item, 25, queue)
    assert (list(one), list(other)) == (["e"], ["b", "c", "d"]), "a made room"
    shelf.drop(other)
    shelf.put("f", 25, one)
    assert (list(one), list(other)) == (["e", "f"], ["c", "d"]), "b had gone before"
    for item in ("g", "h", "i"):
        shelf.put(item, 25, one)
    assert (list(one), list(other)) == (["f", "g", "h", "i"], [])
    shelf.put("large", 101, one)
    assert list(one) == []


@pytest.mark.parametrize("after", ["a thousand more", "a reset"])
def test_nothing_of_an_exchange_is_kept_after_it_has_left_the_journal(mock: Caller, after: str) -> None:
    mock.client.post("/gone", data=b"x", headers={"X-Of": "the first"})
    served: Any = mock.client.application
    first = weakref.ref(served.sessions.unnamed.state.journal.entries()[0][-1]._headers)
    if after == "a reset":
        mock.client.post("/_mock/reset")
    else:
        for _ in range(1000):
            mock.client.get("/x")
    gc.collect()
    assert first() is None


def test_two_suites_in_parallel_on_one_mock_never_see_each_other(running: Process) -> None:
    """Each of eight clients enrols, resets and reads in a session of its own, by path or by header."""
    wrong: list[Any] = []

    def suite(name: str) -> None:
        by_path = int(name[1:]) % 2
        prefix, headers = (f"/_s/{name}", {}) if by_path else ("", {"X-Mock-Session": name})

        def ask(method: str, path: str, body: Any = None) -> Any:
            connection = running.connect()
            sent = {"Content-Type": "application/json"} | AUTHORIZED | headers
            connection.request(method, prefix + path, json.dumps(body) if body else None, sent)
            answer = json.loads(connection.getresponse().read())
            connection.close()
            return answer

        for turn in range(10):
            statuses = [ask("POST", page.PATH, page.ENROL_REQUEST)["data"]["status"] for _ in range(2)]
            seen = [one["outcomes"] for one in ask("GET", "/_mock/journal")["exchanges"]]
            count = len(ask("GET", "/_mock/enrolments")["enrolments"])
            if (statuses, seen, count) != (["SUCCESS", "FAILED"], [[], ["already_enrolled"]], 3):
                wrong.append((name, turn, statuses, seen, count))
            ask("POST", "/_mock/reset")

    together(suite, [f"s{number}" for number in range(8)])
    assert wrong == []


SUITE = """
import http.client, json, sys
host, port, name, other, path = sys.argv[1:6]
headers = {"Content-Type": "application/json", "Authorization": sys.argv[6]}
request = json.loads(sys.argv[7])
mine = 700000000 + int(name)

def ask(method, where, body=None):
    connection = http.client.HTTPConnection(host, int(port), timeout=30)
    connection.request(method, f"/_s/suite-{name}{where}", json.dumps(body) if body is not None else None, headers)
    answer = connection.getresponse()
    said = answer.status, answer.read()
    connection.close()
    return said[0], json.loads(said[1]) if said[1].startswith(b"{") else None

def enrol(customer):
    return ask("POST", path, {**request, "customer": {"identifierName": "id", "identifierValue": str(customer)}})[0]

for turn in range(8):
    assert ask("POST", "/_mock/world", {"customers": [{"id": mine}]})[0] == 200
    assert ask("POST", "/_mock/faults", {"effect": "503", "customer": str(mine), "count": 1})[0] == 200
    seen = [enrol(mine), enrol(mine), enrol(700000000 + int(other)), enrol(request["customer"]["identifierValue"])]
    assert seen == [503, 200, 400, 200], seen
    entries = ask("GET", "/_mock/journal")[1]["exchanges"]
    assert [one["status"] for one in entries] == seen, entries
    assert all(f"suite-{name}/" in one["path"] for one in entries)
    assert len(ask("GET", "/_mock/enrolments")[1]["enrolments"]) == 4
    assert ask("POST", "/_mock/reset")[0] == 200
"""


def test_two_suites_that_change_worlds_and_faults_never_see_each_other(running: Process) -> None:
    """Each is a process of its own."""
    host, port = running.address
    given = [page.PATH, AUTHORIZED["Authorization"], json.dumps(page.ENROL_REQUEST)]
    suites = [
        subprocess.Popen(
            [sys.executable, "-c", SUITE, host, str(port), name, other, *given], stderr=subprocess.PIPE, text=True
        )
        for name, other in (("1", "2"), ("2", "1"))
    ]
    assert [suite.communicate(timeout=60)[1] for suite in suites] == ["", ""]
    assert [suite.returncode for suite in suites] == [0, 0]


@pytest.mark.slow
def test_thousand_sessions_of_a_real_mock_are_bounded_in_memory(serve: Callable[..., Process]) -> None:
    """Each of 1,500 asks with large bodies; the mock keeps 1,000 sessions and at most 64 MiB of exchanges."""
    process = serve("--auth", "off")
    body = json.dumps({**page.ENROL_REQUEST, "requestId": "x" * 8000})
    fault = json.dumps({"effect": "answer", "status": 200, "body": "y" * 100_000, "after": 9})

    before, refused = usage(process.popen.pid).rss, 0
    connection = process.connect()
    for number in range(1500):
        for path, sent in ((page.PATH, body), ("/_mock/faults", fault)):
            connection.request("POST", f"/_s/s{number}{path}", sent, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            answer.read()
            refused += answer.status == 400
    connection.request("GET", "/_mock/sessions")
    assert len(json.loads(connection.getresponse().read())["sessions"]) == 1001
    connection.close()
    assert refused > 1000, "the faults of all sessions have a bound together"
    assert usage(process.popen.pid).rss - before < 120


def together(work: Callable[[str], None], names: list[str]) -> None:
    """Do the work of each name in a thread of its own."""
    threads = [threading.Thread(target=work, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
