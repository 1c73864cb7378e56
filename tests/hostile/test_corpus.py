"""The corpus and 300 changes of it, against one process: each is answered as it should be, and nobody else suffers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.hostile.changes import changed
from tests.hostile.siege import CORPUS, Siege, besiege
from tests.mockserver.process import Process, post

WHOLE = tuple(case for cases in CORPUS.values() for case in cases)
CHANGED = tuple(changed(WHOLE, seed=17, number=300))


@pytest.fixture(scope="module")
def process() -> Iterator[Process]:
    started = Process.start()
    yield started
    assert started.stop() == (0, "", "")


@pytest.fixture(scope="module")
def siege(process: Process) -> Siege:
    found = besiege(process, (*WHOLE, *CHANGED))
    waits = sorted(found.waits)
    print(f"\na healthy client waited {waits[len(waits) // 2] * 1000:.0f} ms, at most {waits[-1] * 1000:.0f} ms")
    return found


def test_corpus_is_large_enough_and_has_no_name_twice() -> None:
    assert len(WHOLE) >= 900
    assert len({case.name for case in WHOLE}) == len(WHOLE)


@pytest.mark.parametrize("kind", CORPUS)
def test_each_case_is_answered_as_it_should_be(siege: Siege, kind: str) -> None:
    assert siege.wrong(CORPUS[kind]) == []


def test_no_change_of_a_case_finds_an_error_of_the_mock(siege: Siege) -> None:
    assert siege.wrong(CHANGED) == []


def test_what_is_hidden_in_a_body_is_no_request(siege: Siege) -> None:
    assert "hostile" in siege.sessions
    assert "smuggled" not in siege.sessions


def test_healthy_client_was_served_meanwhile(siege: Siege) -> None:
    assert len(siege.waits) >= 5
    assert max(siege.waits) < 10


def test_memory_is_bounded(siege: Siege) -> None:
    assert siege.memory < 400


def test_journal_is_whole_and_knows_no_bug(siege: Siege) -> None:
    assert siege.journal["totals"]["seen"] >= len(WHOLE) // 3
    assert {one["status"] for one in siege.journal["exchanges"]} & {0, 500, 501} == set()
    assert not [one["why"] for one in siege.journal["exchanges"] if "Traceback" in one["why"]]


def test_mock_goes_on_as_before(siege: Siege, process: Process) -> None:
    assert siege.cases
    process.reset()
    assert post(process)[0] == 200
