"""Slow hosts: a run asks them several requests at a time where the order does not matter."""

from __future__ import annotations

import threading
import time

import pytest

from contracts.inputs.profiles import QUICK
from tests.field.front import Call, Front, Written
from tests.field.running import tried

SECONDS = 0.12


class Slow:
    """Takes a while for each answer. `most`: the largest number of requests that were under way at the same time."""

    def __init__(self) -> None:
        self.most = self._now = 0
        self._lock = threading.Lock()

    def __call__(self, call: Call) -> Written:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        time.sleep(SECONDS)
        with self._lock:
            self._now -= 1
        return call.forward()


def test_a_slow_host_is_asked_several_requests_at_a_time() -> None:
    slow = Slow()
    with Front(slow) as front:
        seen = tried(front.url, "examples", "fields", "rules")
    assert (seen.exit, seen.broken) == (0, [])
    assert slow.most > 10


@pytest.mark.slow
def test_a_slow_host_without_a_fault_keeps_all_and_one_with_a_fault_does_not() -> None:
    with Front(Slow()) as front:
        seen = tried(front.url, "examples", "fields", "rules", "identifiers")
    assert (seen.exit, seen.broken) == (0, [])

    def behave(call: Call) -> Written:
        time.sleep(SECONDS)
        written = call.forward()
        return written.replace(b'"code": 310005', b'"code": 310004').replace(b'"code":310005', b'"code":310004')

    with Front(behave) as front:
        seen = tried(front.url, "examples", "fields")
    assert seen.exit == 1
    assert "error.program_id_required" in seen.broken


@pytest.mark.slow
def test_a_profile_knows_about_how_many_requests_it_sends() -> None:
    with Front(Call.forward) as front:
        seen = tried(front.url, profile=QUICK)
    assert seen.result
    assert abs(seen.result.requests - QUICK.requests) < QUICK.requests / 10
