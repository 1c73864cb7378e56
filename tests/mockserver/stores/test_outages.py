"""A store that goes away: the documented error of the engine meanwhile, and all is well once it is back."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Callable
from pathlib import Path
from resource import RLIM_INFINITY, RLIMIT_FSIZE, prlimit
from typing import Any

import psycopg
import pytest

from tests.mockserver.process import Process, post, wait_until
from tests.mockserver.stores.pair import WORLD, Host, ids, shared_mock
from tests.mockserver.stores.server import Server, made_store

CUSTOMER = WORLD.customers[0].id or 0


def is_engine_error(answer: tuple[int, Any]) -> bool:
    status, body = answer
    return status == 500 and body["errors"][0]["code"] == 500 and "Try again later" in body["errors"][0]["message"]


def test_postgresql_that_restarts(server: Server) -> None:
    host = Host.of(shared_mock(server.store()))
    given = ids(host.enrol(CUSTOMER, "many-64"))
    server.stop()
    try:
        assert is_engine_error(host.enrol(CUSTOMER, "many-64"))
        assert is_engine_error(host.enrol(CUSTOMER, "many-64", session="new"))
        for method, door in (("GET", "journal"), ("POST", "reset"), ("GET", "health")):
            status, answer = host.ask(method, door)
            assert status == 503
            assert answer["error"].startswith("The store cannot be used.")
            assert ("PostgreSQL: " in answer["error"]) == (door != "health")  # which is open to everybody
    finally:
        server.start()
    assert wait_until(lambda: host.ask("GET", "health")[0] == 200, 3)
    assert host.enrol(CUSTOMER, "many-64")[0] == 200
    enrolments = host.ask("GET", "enrolments")[1]["enrolments"]
    assert len(enrolments) == len(WORLD.enrolments) + 2
    assert given[0] in [one["enrollmentId"] for one in enrolments]


def test_postgresql_that_crashes_loses_nothing_that_was_answered(server: Server) -> None:
    host = Host.of(shared_mock(server.store()))
    given = {ids(host.enrol(CUSTOMER, "many-64"))[0] for _ in range(5)}
    server.stop(signal.SIGQUIT)  # without writing anything down
    server.start()
    assert given <= {one["enrollmentId"] for one in host.ask("GET", "enrolments")[1]["enrolments"]}


def test_first_request_after_a_restart_of_postgresql_is_answered_as_usual(server: Server) -> None:
    host = Host.of(shared_mock(server.store()))
    host.enrol(CUSTOMER)
    server.stop()
    server.start()
    assert host.enrol(CUSTOMER)[1]["warnings"]


def test_connection_that_postgresql_ends(postgresql: str) -> None:
    host = Host.of(shared_mock(made_store(postgresql)))
    host.enrol(CUSTOMER)
    with psycopg.connect(postgresql, autocommit=True) as administrator:
        administrator.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND query LIKE '%enrol_mock%'"
        )
    assert host.enrol(CUSTOMER)[1]["warnings"]


def test_postgresql_that_says_nothing(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mockserver.stores.postgresql._STATEMENT", 250)
    host = Host.of(shared_mock(server.store()))
    with psycopg.connect(server.url, autocommit=True) as administrator:
        rows = administrator.execute(
            "SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND query LIKE '%enrol_mock%'"
        ).fetchall()
    backends = [int(pid) for (pid,) in rows]
    assert backends
    for pid in backends:
        os.kill(pid, signal.SIGSTOP)
    try:
        # The one that is silent is given up, and another connection is made.
        assert host.enrol(CUSTOMER)[0] in (200, 500)
        assert wait_until(lambda: host.enrol(CUSTOMER)[0] == 200, 5)
    finally:
        for pid in backends:
            os.kill(pid, signal.SIGCONT)


def test_postgresql_whose_lock_somebody_holds(postgresql: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store = made_store(postgresql)
    shared_mock(store)
    monkeypatch.setattr("mockserver.stores.postgresql._SETTINGS", ("SET statement_timeout = 800",))
    host = Host.of(shared_mock(store))
    with psycopg.connect(store) as holder:
        holder.execute("LOCK TABLE enrol_mock_books IN ACCESS EXCLUSIVE MODE")
        assert is_engine_error(host.enrol(CUSTOMER))
    assert ids(host.enrol(CUSTOMER))[0]


def test_postgresql_that_may_not_be_written(postgresql: str) -> None:
    store = made_store(postgresql)
    host = Host.of(shared_mock(store))
    with psycopg.connect(store, autocommit=True) as administrator:
        administrator.execute("ALTER TABLE enrol_mock_books RENAME TO gone")
        assert is_engine_error(host.enrol(CUSTOMER))
        administrator.execute("ALTER TABLE gone RENAME TO enrol_mock_books")
    assert ids(host.enrol(CUSTOMER))[0]


def test_file_that_another_program_has_locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mockserver.stores.sqlite._PATIENCE", 0.1)
    host = Host.of(shared_mock(f"sqlite:{tmp_path / 'mock.db'}"))
    holder = sqlite3.connect(tmp_path / "mock.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    assert is_engine_error(host.enrol(CUSTOMER))
    assert is_engine_error(host.enrol(CUSTOMER))
    holder.execute("COMMIT")
    holder.close()
    assert ids(host.enrol(CUSTOMER))[0]


def test_file_on_a_disk_that_is_full(serve: Callable[..., Process], tmp_path: Path) -> None:
    mock = serve("--store", f"sqlite:{tmp_path / 'mock.db'}")
    size = (tmp_path / "mock.db-wal").stat().st_size
    prlimit(mock.popen.pid, RLIMIT_FSIZE, (size, RLIM_INFINITY))
    assert is_engine_error(post(mock))
    prlimit(mock.popen.pid, RLIMIT_FSIZE, (RLIM_INFINITY, RLIM_INFINITY))
    status, answer = post(mock)
    assert (status, answer["warnings"]) == (200, None)


def test_broken_tables_are_no_bug_of_the_mock(tmp_path: Path) -> None:
    host = Host.of(shared_mock(f"sqlite:{tmp_path / 'mock.db'}"))
    with sqlite3.connect(tmp_path / "mock.db") as holder:
        holder.execute("DROP TABLE enrol_mock_taken")
    holder.close()
    assert is_engine_error(host.enrol(CUSTOMER))
    assert host.ask("GET", "health")[0] == 200
