"""A soak finds what leaks and what fails, and nothing at a mock that does neither. Each lasts as short as can be."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from threading import Timer

import pytest

from tests.bench.processes import Usage
from tests.mockserver import process
from tests.soak import servers, traffic
from tests.soak.__main__ import main, soak
from tests.soak.clients import Told
from tests.soak.servers import Started
from tests.soak.traffic import Asked
from tests.soak.verdict import leaks, table
from tests.soak.watching import Filling, Sample, Watched

SHORT = 1.5  # seconds
NOTHING = Filling()


@pytest.fixture
def mock() -> Iterator[Started]:
    started = servers.mock("mock")
    yield started
    assert list(started.end()) == []


@pytest.fixture
def leaky(monkeypatch: pytest.MonkeyPatch) -> Iterator[Started]:
    monkeypatch.setattr(process, "COMMAND", (sys.executable, "-m", "tests.soak.leaky"))
    started = servers.mock("leaky mock")
    yield started
    list(started.end())


def test_mock_neither_leaks_nor_fails(mock: Started, capsys: pytest.CaptureFixture[str]) -> None:
    assert list(soak([mock], SHORT, sessions=("",))) == []
    name, requests, *_ = capsys.readouterr().out.splitlines()[2].removeprefix("| ").split(" | ")
    assert name == "mock"
    assert int(requests.replace(",", "")) > 0


def test_leaks_of_memory_files_and_threads_are_found(leaky: Started) -> None:
    found = "\n".join(soak([replace(leaky, filling=NOTHING)], 2 * SHORT, sessions=("",)))
    assert "leaky mock: memory, MB: +" in found
    assert "leaky mock: open files: +" in found
    assert "leaky mock: threads: +" in found


def test_wrong_answer_is_an_error(mock: Started, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = [Asked(one.raw, frozenset({418})) for one in traffic.calls("")[:1]]
    monkeypatch.setattr(traffic, "calls", lambda session: wrong)
    (found,) = soak([mock], 0.2, sessions=("",))
    assert "times POST /v3/promotions/enrol HTTP/1.1 was answered HTTP/1.1 200" in found


def test_process_that_ends_is_an_error(mock: Started) -> None:
    killed = servers.mock("killed mock")
    killing = Timer(0.3, killed.popen.kill)
    killing.start()
    found = "\n".join(soak([mock, killed], 30, sessions=("",)))
    assert re.search("killed mock: .* in place of an answer", found)
    assert "killed mock ended with -9" in "\n".join(killed.end())
    killing.join()


def test_journal_without_a_bound_is_an_error(mock: Started, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers, "JOURNAL", 0)
    (found,) = soak([mock], 0.2, sessions=("",))
    assert re.fullmatch(r"mock: the journal keeps \d+ exchanges", found)


def watched(memory: list[float], filling: Filling = NOTHING) -> Watched:
    """Return a process that had so many MB, one after the other, over ten minutes, and answered a million requests."""
    number = len(memory) - 1
    samples = [
        Sample(600 * at / number, 1_000_000 * at // number, Usage(0, rss, rss, 20, 6)) for at, rss in enumerate(memory)
    ]
    return Watched("mock", 0, Told(), samples, filling)


def test_growth_is_that_of_a_straight_line() -> None:
    growth = watched([100 + at for at in range(101)]).growth(lambda used: used.rss)
    assert growth.over_all == pytest.approx(60)
    assert growth.ten_minutes == pytest.approx(100)
    assert growth.million == pytest.approx(100)


def test_growth_of_the_beginning_is_none() -> None:
    assert list(leaks([watched([*range(40), *[40] * 61])])) == []
    assert list(leaks([watched([*range(101)])])) == ["mock: memory, MB: +60.0 in 360 s"]


def test_what_fills_up_to_its_bound_is_no_leak_until_it_is_full() -> None:
    filling = Filling(requests=700_000, megabytes=60)
    fills_and_stays = [*range(70), *[70.0] * 31]
    assert list(leaks([watched(fills_and_stays)])) == ["mock: memory, MB: +30.0 in 360 s"]
    assert list(leaks([watched(fills_and_stays, filling)])) == []
    leaks_when_full = [*range(100), 100.0]
    assert list(leaks([watched(leaks_when_full, filling)])) == ["mock: memory, MB: +30.0 in 180 s"]


def test_what_is_still_filling_may_grow_by_what_it_is_full_with() -> None:
    filling = Filling(requests=2_000_000, megabytes=60)
    assert list(leaks([watched([*range(101)], filling)])) == []
    assert "still filling" in str(table([watched([*range(101)], filling)]).rows)
    assert list(leaks([watched([2.0 * at for at in range(101)], filling)])) == ["mock: memory, MB: +120.0 in 360 s"]


def test_options_are_explained(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "--seconds" in capsys.readouterr().out
