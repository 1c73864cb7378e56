"""Every fault that needs a crowd, several connections or a pause shows there, and none shows without it."""

from functools import cache

import pytest

from tests.faulty.asking import Answer, Asker
from tests.faulty.crowd import crowd_shows, walk
from tests.faulty.faults import FAULTS, overlapping
from tests.faulty.faults.fault import Fault
from tests.faulty.tour import tour


def _of(shows: str) -> list[Fault]:
    return [fault for fault in FAULTS if fault.shows == shows]


@cache
def _faultless_tour() -> list[Answer]:
    return list(tour(Asker()))


@cache
def _faultless_walk() -> list[Answer]:
    return list(walk(Asker()))


@pytest.mark.parametrize("fault", _of("crowd"), ids=lambda fault: str(fault.name))
def test_the_fault_shows_in_a_crowd_only(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    # Whether the requests of a round overlap is left to the machine.
    assert any(crowd_shows(fault.hooks, dict(fault.under)) for _ in range(10))
    monkeypatch.setattr(overlapping, "MOMENT", 0.0)
    assert list(tour(Asker(dict(fault.under), fault.hooks))) == _faultless_tour()


def test_a_host_without_a_fault_is_explained_in_some_order() -> None:
    assert not any(crowd_shows((), {}) for _ in range(3))


@pytest.mark.parametrize("fault", _of("walk"), ids=lambda fault: str(fault.name))
def test_the_fault_shows_on_a_walk(fault: Fault) -> None:
    assert list(walk(Asker(dict(fault.under), fault.hooks))) != _faultless_walk()


def test_the_walk_is_the_same_each_time() -> None:
    assert list(walk(Asker())) == _faultless_walk()
