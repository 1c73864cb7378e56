"""Delays, and bodies that come in pieces. Others do not wait meanwhile."""

from __future__ import annotations

import json
import threading
import time
from typing import Any

import pytest

from mockserver.exchange.header_lines import HeaderLines
from mockserver.exchange.received import Received
from mockserver.faults.armed import Faults
from mockserver.faults.effects import Abilities
from mockserver.faults.fault import Fault
from tests import page
from tests.mockserver.caller import AUTHORIZED
from tests.mockserver.faults.asking import FAULTS, ask
from tests.mockserver.process import Process, post
from tests.mockserver.raw import journal

REQUEST = Received("POST", page.PATH, "", HeaderLines(), "1.1")


def timed(process: Process, **headers: str) -> tuple[float, int]:
    begin = time.perf_counter()
    status, _ = post(process, **headers)
    return time.perf_counter() - begin, status


def set_fault(process: Process, effect: str, **keys: Any) -> None:
    assert ask(process, "POST", FAULTS, {"effect": effect, **keys})[0] == 200


@pytest.mark.parametrize("prefer", ["wait=0.3", "delay=0.3", "delay=0.3, wait=9", "wait=0.3, wait=9"])
def test_preferred_delay_is_waited_for(running: Process, prefer: str) -> None:
    seconds, status = timed(running, Prefer=prefer)
    assert 0.3 <= seconds < 9
    assert status == 200


def test_fault_may_delay_the_usual_answer_or_its_own(running: Process) -> None:
    set_fault(running, "slow", delay=0.2, count=1)
    set_fault(running, "engine_error", delay=0.2, count=1)
    for expected in (200, 500):
        seconds, status = timed(running)
        assert seconds >= 0.2
        assert status == expected
    post(running)
    assert [one["why"] for one in journal(running)["exchanges"]] == [
        "Fault 1: slow, 0.200 s late. The request was handled: No rule refuses the request.",
        "Fault 2: engine_error, 0.200 s late. The request was not handled.",
        "already_enrolled: The customer has all enrolments that are allowed (1).",
    ]


def test_nobody_waits_for_a_delay_of_another(running: Process) -> None:
    set_fault(running, "slow", delay=4, count=20)
    slow = [threading.Thread(target=post, args=(running,)) for _ in range(20)]
    begin = time.perf_counter()
    for thread in slow:
        thread.start()
    while ask(running, "GET", FAULTS)[1]["faults"][0]["struck"] < 20:
        assert time.perf_counter() - begin < 3.9
    assert timed(running)[0] < 3
    for thread in slow:
        thread.join()
    assert 4 <= time.perf_counter() - begin < 40, "all of them waited at the same time"


def test_body_comes_in_pieces(running: Process) -> None:
    set_fault(running, "slow", pieces=4, over=0.4)
    connection = running.connect()
    connection.request(
        "POST", page.PATH, json.dumps(page.ENROL_REQUEST), {"Content-Type": "application/json"} | AUTHORIZED
    )
    response = connection.getresponse()
    begin, pieces, ends = time.perf_counter(), [], []
    while piece := response.read1(65536):
        pieces.append(piece)
        ends.append(time.perf_counter() - begin)
    assert json.loads(b"".join(pieces)) == page.ENROL_RESPONSE
    assert len(pieces) == 4
    assert ends[-1] - ends[0] >= 0.25
    connection.close()


@pytest.mark.parametrize("effect", ["slow", "empty"])
def test_more_pieces_than_bytes(running: Process, effect: str) -> None:
    set_fault(running, effect, pieces=10_000, over=0.1)
    connection = running.connect()
    for _ in range(2):
        connection.request("POST", page.PATH, b"{", {"Content-Type": "application/json"} | AUTHORIZED)
        response = connection.getresponse()
        body = response.read()
        assert len(body) == int(response.headers["Content-Length"])
    connection.close()


def delays(**keys: Any) -> list[float]:
    faults = Faults(Abilities({}), (Fault("slow", seed=3, **keys),))
    found = [faults.strike(REQUEST, usual_path=page.PATH) for _ in range(1000)]
    return [strike.delay for strike in found if strike]


def test_uniform_delay_lies_between_its_ends() -> None:
    found = delays(delay=0.1, delay_most=0.5)
    assert len(found) == 1000
    assert 0.1 <= min(found) < 0.11
    assert 0.49 < max(found) <= 0.5
    assert 0.28 < sum(found) / 1000 < 0.32
    assert found == delays(delay=0.1, delay_most=0.5), "the same seed gives the same delays"


def test_lognormal_delay_has_its_median_and_its_bound() -> None:
    found = sorted(delays(delay=0.2, sigma=0.5, delay_most=0.6))
    assert 0.18 < found[500] < 0.22
    assert 0.14 < found[309] < 0.17, "a standard deviation of 0.5 puts the 31st percentile at median / exp(0.25)"
    assert found[-1] == 0.6
    assert max(delays(delay=20, sigma=10)) == 30, "half a minute is the bound without one"


@pytest.mark.parametrize(
    ("fault", "prefer", "milliseconds"),
    [({"effect": "slow", "delay": 0.2}, "", 200), ({"effect": "slow", "pieces": 2, "over": 0.2}, "", 200),
     ({"effect": "engine_error", "delay": 0.2}, "", 200), (None, "wait=0.2", 200),
     ({"effect": "slow", "delay": 0.1}, "delay=0.2", 300), (None, "", 0)],
)  # fmt: skip
def test_journal_counts_the_delay(running: Process, fault: Any, prefer: str, milliseconds: int) -> None:
    if fault:
        ask(running, "POST", FAULTS, fault)
    seconds, _ = timed(running, **({"Prefer": prefer} if prefer else {}))
    (exchange,) = journal(running)["exchanges"]
    assert milliseconds <= exchange["durationMs"] <= seconds * 1000
