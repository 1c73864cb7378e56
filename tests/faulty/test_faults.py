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

# Claims that no host can break, and why.
UNBREAKABLE: dict[str, str] = {}


def _walk(readings: dict[str, str], hooks: tuple[Hook, ...] = ()) -> Iterator[Answer]:
    """Yield the answers of both tours. They are sent as they are asked for: most faults show in the first."""
    return chain(*(way(Asker(readings, hooks)) for way in (tour, product_tour)))


@cache
def _faultless(readings: frozenset[tuple[str, str]]) -> list[Answer]:
    return list(_walk(dict(readings)))


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault.shows == "tour"], ids=lambda one: str(one.name))
def test_the_fault_shows(fault: Fault) -> None:
    faulty = _walk(dict(fault.under), fault.hooks)
    faultless = _faultless(frozenset(fault.under.items()))
    assert any(one != other for one, other in zip(faulty, faultless, strict=True))


def test_the_tour_is_the_same_each_time() -> None:
    assert list(_walk({})) == _faultless(frozenset())


def test_every_claim_has_a_fault() -> None:
    broken = {claim for fault in FAULTS for claim in fault.claims}
    assert broken | set(UNBREAKABLE) == set(document.load().claims)
    assert not broken & set(UNBREAKABLE)


def test_names_are_unique_and_say_one_thing() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)
    assert len({fault.says for fault in FAULTS}) == len(FAULTS)
    assert all(fault.says.endswith(".") and fault.claims and fault.hooks for fault in FAULTS)


def test_an_unknown_fault_is_refused() -> None:
    with pytest.raises(ValueError, match="no fault is called"):
        fault_named("perfect")
