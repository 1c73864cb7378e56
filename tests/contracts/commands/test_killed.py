"""A run in another process is killed or interrupted: the ledger lists every enrolment, and an interrupt writes reports."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen
from xml.etree import ElementTree

import pytest

from openapi import world
from tests.mockserver.process import Process

BUDGET = 5
PEOPLE = world.load().customers
# Lines of the ledger, and seconds after them, at which the run is killed: before, during and after each request.
MOMENTS = [
    *((1, delay) for delay in (0.0, 0.001, 0.002, 0.004)),
    *((2, delay) for delay in (0.0, 0.001)),
    *((3, delay) for delay in (0.0, 0.001, 0.003)),
    *((lines, 0.0) for lines in (4, 5, 6, 7, 8, 9)),
]
_PATIENCE = 60.0


@pytest.fixture(scope="module")
def shared_mock() -> Iterator[Process]:
    process = Process.start()
    yield process
    process.stop()


@pytest.fixture
def mock(shared_mock: Process) -> Process:
    """A mock without enrolments of earlier tests."""
    shared_mock.reset()
    return shared_mock


def start(url: str, folder: Path, *words: str) -> subprocess.Popen[str]:
    """Start a run against a local mock that is treated as live."""
    ledger = str(folder / "enrol-ledger.jsonl")
    command = [
        sys.executable,
        "-m",
        "contracts",
        "run",
        url,
        "--treat-as-live",
        "--report-dir",
        str(folder / "reports"),
    ]
    command += ["--ledger", ledger]
    return subprocess.Popen([*command, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_for_lines(ledger: Path, number: int, run: subprocess.Popen[str]) -> None:
    """Wait until a ledger has a number of lines. Check often, so that the kill comes at the chosen moment."""
    end = time.monotonic() + _PATIENCE
    while not ledger.exists() or ledger.read_bytes().count(b"\n") < number:
        assert run.poll() is None, run.communicate()
        assert time.monotonic() < end, "the ledger does not grow"
        time.sleep(0.0005)


def wait_for_requests(mock: Process, number: int, run: subprocess.Popen[str]) -> None:
    end = time.monotonic() + _PATIENCE
    while len(shown(mock, "journal")["exchanges"]) < number:
        assert run.poll() is None, run.communicate()
        assert time.monotonic() < end, "nothing is asked"
        time.sleep(0.01)


def shown(mock: Process, door: str) -> Any:
    with urlopen(f"{mock.url}/_mock/{door}") as answer:
        return json.load(answer)


def made(mock: Process) -> list[tuple[int, str]]:
    """Return the enrolments beyond those of the sample data: customer and promotion."""
    records = [(each["customer"], each["promotion"]) for each in shown(mock, "enrolments")["enrolments"]]
    return [each for each in records if each not in [(e.customer, e.promotion) for e in world.load().enrolments]]


def intended(ledger: Path) -> list[tuple[int | None, str]]:
    """Return customer and promotion of each request in a ledger. Fails if a line is incomplete."""
    ids = {str(value): one.id for one in PEOPLE for value in (one.id, one.mobile, one.email)}
    lines = [json.loads(line) for line in ledger.read_text(encoding="utf-8").splitlines()]
    return [(ids[line["customer"]["identifierValue"]], line["promotion"]["id"]) for line in lines if "intent" in line]


@pytest.mark.parametrize(("lines", "delay"), MOMENTS)
def test_a_killed_run_leaves_no_enrolment_that_the_ledger_lacks(
    mock: Process, tmp_path: Path, lines: int, delay: float
) -> None:
    ledger = tmp_path / "enrol-ledger.jsonl"
    budget = ("--permit-enrolments", mock.url, "--budget", str(BUDGET), "--pace", "60000")
    run = start(mock.url, tmp_path, *budget)
    try:
        wait_for_lines(ledger, lines, run)
        time.sleep(delay)
    finally:
        run.kill()
        run.communicate()
    assert run.returncode == -signal.SIGKILL
    known = intended(ledger)
    assert (lines + 1) // 2 <= len(known) <= BUDGET
    assert set(made(mock)) <= set(known)
    assert len(made(mock)) <= len(known)


def test_a_run_that_ends_normally_enrols_within_its_budget_and_fills_the_ledger(mock: Process, tmp_path: Path) -> None:
    """Without this, the tests above would pass even if no run enrolled anybody."""
    budget = ("--permit-enrolments", mock.url, "--budget", str(BUDGET), "--pace", "60000")
    run = start(mock.url, tmp_path, *budget)
    assert (run.wait(_PATIENCE), run.communicate()[1]) == (0, "")
    known = intended(tmp_path / "enrol-ledger.jsonl")
    assert len(known) == BUDGET
    assert made(mock)
    assert set(made(mock)) <= set(known)


def test_an_interrupted_run_reports_what_it_has_and_exits_2(mock: Process, tmp_path: Path) -> None:
    run = start(mock.url, tmp_path, "--pace", "600")
    wait_for_requests(mock, 8, run)
    run.send_signal(signal.SIGINT)
    said, wrong = run.communicate(timeout=_PATIENCE)
    assert (run.returncode, wrong) == (2, "")
    assert said.splitlines()[-1] == "unjudged: interrupted before the end"
    report = json.loads((tmp_path / "reports" / "report.json").read_text(encoding="utf-8"))
    assert (report["interrupted"], report["verdict"]) == (True, "unjudged")
    assert any(claim["verdict"] == "kept" for claim in report["claims"])
    assert ElementTree.parse(tmp_path / "reports" / "junit.xml").getroot().tag == "testsuites"
