"""Hosts that are asked several requests at once: what they may do with them, and what they may not."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from contracts.commands.check import check
from contracts.commands.replay import replay
from contracts.reports.console import terminal
from contracts.session.opening import Order
from tests.contracts.served import _Connection, mock, served
from tests.faulty import serve
from tests.field.front import Behaviour, Call, Front, Written, http
from tests.field.running import tried
from tests.in_thread import in_thread

PARTS = ("examples", "together", "connections")
BUSY = http({"message": "API rate limit exceeded"}, 429, Retry_After="0")


class Door:
    """Lets so many requests in at once, and answers the others in another way."""

    def __init__(self, most: int, otherwise: Written):
        self._most = most
        self._otherwise = otherwise
        self._inside = 0
        self._lock = threading.Lock()

    def __call__(self, call: Call) -> Written:
        with self._lock:
            if self._inside >= self._most:
                return self._otherwise
            self._inside += 1
        try:
            time.sleep(0.002)  # so that others come meanwhile
            return call.forward()
        finally:
            with self._lock:
                self._inside -= 1


def in_turns() -> Behaviour:
    lock = threading.Lock()

    def behave(call: Call) -> Written:
        with lock:
            return call.forward()

    return behave


def closing(call: Call) -> Written:
    written = call.forward()
    return written.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1)


@pytest.mark.usefixtures("short_pauses")
@pytest.mark.parametrize(
    "make",
    [in_turns, lambda: closing, lambda: Door(1, BUSY), lambda: Door(2, BUSY), lambda: Door(1, None)],
    ids=["in turns", "closes", "busy", "busy for three", "resets"],
)
def test_a_host_may_carry_out_requests_as_it_likes(make: Callable[[], Behaviour]) -> None:
    with Front(make()) as front:
        seen = tried(front.url, *PARTS)
    assert (seen.exit, seen.broken) == (0, [])


def test_a_host_with_one_worker_takes_the_connections_in_turns() -> None:
    server = make_server("127.0.0.1", 0, mock(), threaded=False, request_handler=_Connection)
    with in_thread(server) as address:
        seen = tried(f"http://{address}", *PARTS)
    assert (seen.exit, seen.broken) == (0, [])


def test_recorded_groups_are_judged_together_again(tmp_path: Path) -> None:
    with served(mock()) as url:
        seen = tried(url, *PARTS, report_dir=tmp_path)
    assert seen.exit == 0
    archive = tmp_path / "run.har"
    entries = json.loads(archive.read_text(encoding="utf-8"))["log"]["entries"]
    groups = [entry["_enrolContract"].get("group", 0) for entry in entries]
    assert len(set(groups)) > 10
    assert check(Order(), archive, terminal()).verdict == "kept"


def test_a_race_is_found_and_one_request_alone_does_not_show_it_gone(tmp_path: Path) -> None:
    """Two requests look whether the customer is enrolled before either enrols."""
    with serve(fault="race-of-the-duplicate-check") as host:
        seen = tried(host.url, "examples", "together", report_dir=tmp_path)
        assert (seen.exit, seen.broken[0]) == (1, "warning.already_enrolled")
        assert "of the run, beside others at the same time" in seen.said
        assert check(Order(), tmp_path / "run.har", terminal()).verdict == "broken"
        assert replay(Order(host=host.url), tmp_path / "report.json", 1, terminal()) == "unjudged"
