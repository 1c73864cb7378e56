"""Every fault shows, in one walk past everything, and every claim of the contract has one that breaks it."""

from functools import cache

import pytest

from openapi import document
from tests.faulty.asking import Answer, Asker
from tests.faulty.faults import FAULTS, fault_named
from tests.faulty.faults.fault import Fault
from tests.faulty.tour import tour

# Claims that no host can break, and why.
UNBREAKABLE: dict[str, str] = {}


@cache
def _faultless(readings: frozenset[tuple[str, str]]) -> tuple[list[Answer], list[dict[str, str]]]:
    asker = Asker(dict(readings))
    return list(tour(asker)), asker.headers


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: str(fault.name))
def test_the_fault_shows(fault: Fault) -> None:
    asker = Asker(dict(fault.under), fault.hooks)
    faultless, headers = _faultless(frozenset(fault.under.items()))
    # The headers are complete at the end only, so a fault that shows in a response is seen sooner.
    is_seen = any(one != other for one, other in zip(tour(asker), faultless, strict=True))
    assert is_seen or asker.headers != headers


def test_the_tour_is_the_same_each_time() -> None:
    asker = Asker()
    assert (list(tour(asker)), asker.headers) == _faultless(frozenset())


def test_every_claim_has_a_fault() -> None:
    broken = {claim for fault in FAULTS if fault.level == "broken" for claim in fault.claims}
    assert broken | set(UNBREAKABLE) == set(document.load().claims)
    assert not broken & set(UNBREAKABLE)


def test_names_are_unique_and_say_one_thing() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)
    assert len({fault.says for fault in FAULTS}) == len(FAULTS)
    assert all(fault.says.endswith(".") and fault.claims and fault.hooks for fault in FAULTS)


def test_an_unknown_fault_is_refused() -> None:
    with pytest.raises(ValueError, match="no fault is called"):
        fault_named("perfect")
