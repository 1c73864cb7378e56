"""Mocks in processes of their own, with one store: many clients at once, a mock that is killed, files that change."""

from __future__ import annotations

import http.client
import itertools
import json
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from openapi.source import WORLD
from tests import page
from tests.mockserver.process import Process, wait_until
from tests.mockserver.stores.conftest import KINDS, store_of
from tests.mockserver.stores.pair import WORLD as DATA

pytestmark = pytest.mark.slow

PROCESSES, THREADS = 4, 16
SEATS = 40
Serve = Callable[..., Process]


@pytest.fixture(params=KINDS, scope="module")
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def shared(
    kind: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[Process]]:
    store = store_of(kind, request, tmp_path_factory.mktemp("store"))
    started = [Process.start("--auth", "off", "--store", store) for _ in range(PROCESSES)]
    yield started
    for process in started:
        process.stop()


@pytest.fixture
def mocks(shared: list[Process]) -> list[Process]:
    """Four mocks with one store, after a reset."""
    shared[0].reset()
    return shared


def ask(connection: http.client.HTTPConnection, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    connection.request(method, path, None if body is None else json.dumps(body), {"Content-Type": "application/json"})
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read())


def door(process: Process, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    connection = process.connect()
    try:
        return ask(connection, method, path, body)
    finally:
        connection.close()


def _has(process: Process, enrolments: list[Any]) -> bool:
    return bool(door(process, "GET", "/_mock/enrolments")[1].get("enrolments") == enrolments)


def _refuses(process: Process, customer: int) -> bool:
    return door(process, "POST", page.PATH, request(customer, "enr-58"))[0] == 400


def request(customer: int, promotion: str) -> dict[str, Any]:
    found = next(one for one in DATA.promotions if one.identifier == promotion)
    return {
        "action": "ENROL",
        "promotion": {"id": found.id, "promotionId": found.promotion_id},
        "customer": {"identifierName": "id", "identifierValue": str(customer), "source": "INSTORE"},
        "programId": found.program_id,
    }


def test_limits_hold_under_load(mocks: list[Process]) -> None:
    """4 mocks, each with 16 clients: as many enrolments as there are seats, and each customer once."""
    seats = {"id": "seats", "promotionId": 9000, "programId": 3334, "type": "LOYALTY", "status": "LIVE"}
    seats |= {"identifier": "seats-1", "limitPerPromotion": SEATS}
    customers = [700_000_000 + number for number in range(PROCESSES * THREADS * 2)]
    body = {"promotions": [seats], "customers": [{"id": one} for one in customers]}
    assert door(mocks[0], "POST", "/_mock/world", body)[0] == 200
    in_seats = {**request(0, "enr-58"), "promotion": {"id": "seats", "promotionId": 9000}}
    answers: list[tuple[str, int, int, str | None]] = []

    def enrol(process: Process, thread: int) -> None:
        connection = process.connect()
        for number in range(2):
            own = customers[(thread * 2 + number) % len(customers)]
            # Four threads, one at each mock, have the same customers.
            for name, sent, customer in (
                ("seats", in_seats, own),
                ("once", request(0, "enr-58"), customers[(thread % THREADS) * 2 + number]),
            ):
                sent = {**sent, "customer": {"identifierName": "id", "identifierValue": str(customer)}}
                status, answer = ask(connection, "POST", page.PATH, sent)
                answers.append(
                    (name, customer, status, answer["data"]["enrollmentStatus"]["promotion"]["enrollmentId"])
                )
        connection.close()

    threads = [
        threading.Thread(target=enrol, args=(process, index * THREADS + number))
        for index, process in enumerate(mocks)
        for number in range(THREADS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(status for _, _, status, _ in answers) == {200: len(answers)}
    assert len(answers) == PROCESSES * THREADS * 4
    given = [(name, customer, one) for name, customer, _, one in answers if one is not None]
    assert sum(name == "seats" for name, *_ in given) == SEATS
    once = Counter(customer for name, customer, _ in given if name == "once")
    assert once == dict.fromkeys(customers[: THREADS * 2], 1)
    assert len({one for *_, one in given}) == len(given)
    for mock in mocks:
        assert door(mock, "GET", "/_mock/journal?limit=0")[1]["totals"] == {
            "seen": len(answers),
            "kept": len(answers),
            "dropped": 0,
        }


def test_killed_mock_loses_nothing_that_it_has_answered(
    serve: Serve, kind: str, new_store: Callable[[str], str]
) -> None:
    store = new_store(kind)
    options = ("--auth", "off", "--store", store)
    doomed = serve(*options)
    told: list[str] = []
    customer = DATA.customers[0].id or 0

    def enrol() -> None:
        connection = doomed.connect()
        try:
            for _ in itertools.count():
                _, answer = ask(connection, "POST", page.PATH, request(customer, "many-64"))
                told.append(answer["data"]["enrollmentStatus"]["promotion"]["enrollmentId"])
        except (OSError, http.client.HTTPException):
            connection.close()

    threads = [threading.Thread(target=enrol) for _ in range(4)]
    for thread in threads:
        thread.start()
    assert wait_until(lambda: len(told) > 30)
    doomed.popen.kill()
    for thread in threads:
        thread.join()
    follower = serve(*options)
    kept = [one["enrollmentId"] for one in door(follower, "GET", "/_mock/enrolments")[1]["enrolments"]]
    assert set(told) <= set(kept)
    assert len(kept) <= len(told) + len(threads) + len(DATA.enrolments)
    _, answer = door(follower, "POST", page.PATH, request(customer, "many-64"))
    assert answer["data"]["enrollmentStatus"]["promotion"]["enrollmentId"] not in kept


def test_waiting_for_the_journal_sees_what_another_mock_answers(mocks: list[Process]) -> None:
    first, second, *_ = mocks
    sent = threading.Timer(0.1, door, args=(first, "POST", page.PATH, request(1, "enr-58")))
    sent.start()
    status, shown = door(second, "GET", "/_mock/journal?wait=1&readings=yes&timeout=20")
    assert (status, shown["matching"]) == (200, 1)
    assert shown["exchanges"][0]["readings"] is not None
    sent.join()


def test_reload_keeps_what_goes_with_the_new_files(
    serve: Serve, kind: str, new_store: Callable[[str], str], tmp_path: Path
) -> None:
    world = tmp_path / "world.yaml"
    text = WORLD.read_text(encoding="utf-8")
    world.write_text(text, encoding="utf-8")
    options = ("--auth", "off", "--store", new_store(kind), "--world", str(world))
    mocks = [serve(*options, "--reload") for _ in range(2)]
    customer, gone = DATA.customers[0].id or 0, DATA.customers[1].id or 0
    for one in (customer, gone):
        assert door(mocks[0], "POST", page.PATH, request(one, "enr-58"))[0] == 200
    before = door(mocks[0], "GET", "/_mock/enrolments")[1]["enrolments"]
    lines = text.splitlines(keepends=True)
    without = [line for line in lines if f"id: {gone}," not in line and f"customer: {gone}," not in line]
    assert len(without) < len(lines)
    world.write_text("".join(without), encoding="utf-8")
    kept = [one for one in before if one["customer"] != gone]
    for mock in mocks:
        # Until it has loaded its files it still knows the customer, or says that the store goes with other data.
        assert wait_until(partial(_refuses, mock, gone))
        assert _has(mock, kept)
        assert door(mock, "POST", page.PATH, request(customer, "enr-58"))[1]["warnings"]
    for mock in mocks:
        assert mock.stop(signal.SIGTERM)[0] == 0
    assert door(serve(*options), "GET", "/_mock/enrolments")[1]["enrolments"] == kept
