"""Every fault shows, in one walk past everything, and every claim of the contract has one that breaks it."""

from collections.abc import Iterator
from functools import cache
from itertools import chain

import pytest

from openapi import document
from tests.faulty.asking import Answer, Asker
from tests.faulty.faults import FAULTS, fault_named
from tests.faulty.faults.fault import Fault
from tests.faulty.host import Hook
from tests.faulty.product_tour import product_tour
from tests.faulty.tour import tour
from tests.faulty.tour_of_corners import tour_of_corners
from tests.faulty.tour_of_neighbours import tour_of_neighbours
from tests.faulty.tour_of_stacks import tour_of_stacks

# Claims that no host can break, and why.
UNBREAKABLE: dict[str, str] = {}
TOURS = (tour, product_tour, tour_of_stacks, tour_of_neighbours, tour_of_corners)


def _askers(readings: dict[str, str], hooks: tuple[Hook, ...] = ()) -> tuple[Asker, ...]:
    return tuple(Asker(readings, hooks) for _ in TOURS)


def _walk(askers: tuple[Asker, ...]) -> Iterator[Answer]:
    """Yield the answers of all tours. They are sent as they are asked for: most faults show in the first."""
    return chain(*(way(asker) for way, asker in zip(TOURS, askers, strict=True)))


def _headers(askers: tuple[Asker, ...]) -> list[dict[str, str]]:
    return [headers for asker in askers for headers in asker.headers]


@cache
def _faultless(readings: frozenset[tuple[str, str]]) -> tuple[list[Answer], list[dict[str, str]]]:
    askers = _askers(dict(readings))
    return list(_walk(askers)), _headers(askers)


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault.shows == "tour"], ids=lambda one: str(one.name))
def test_the_fault_shows(fault: Fault) -> None:
    askers = _askers(dict(fault.under), fault.hooks)
    faultless, headers = _faultless(frozenset(fault.under.items()))
    # The headers are complete at the end only, so a fault that shows in a response is seen sooner.
    is_seen = any(one != other for one, other in zip(_walk(askers), faultless, strict=True))
    assert is_seen or _headers(askers) != headers


def test_the_tour_is_the_same_each_time() -> None:
    askers = _askers({})
    assert (list(_walk(askers)), _headers(askers)) == _faultless(frozenset())


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
