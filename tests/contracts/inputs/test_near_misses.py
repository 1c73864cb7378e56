"""Near misses: none of them is what a host may take for the value itself."""

from __future__ import annotations

import pytest

from contracts.inputs.near_misses import near_misses, near_numbers, near_promotions
from contracts.oracle.knowledge import Knowledge
from contracts.oracle.lookups.folding import foldings
from openapi.world import World

VALUES = (
    ("id", "388369579"),
    ("id", "9007199254740993"),
    ("id", "7"),
    ("mobile", "919800000001"),
    ("email", "hana+loyal@example.com"),
    ("email", "a@b"),
    ("email", "nobody"),
    ("externalId", "EXT-0001"),
    ("externalId", "000042"),
    ("externalId", "Ünïcode-4"),
)


@pytest.mark.parametrize(("name", "value"), VALUES)
def test_near_misses_differ_and_come_once(name: str, value: str) -> None:
    found = list(near_misses(name, value))
    assert len(set(found)) == len(found) >= 8
    assert value not in found
    assert all(found)


@pytest.mark.parametrize(("name", "value"), VALUES)
def test_a_host_may_take_only_what_is_blank_for_nothing(name: str, value: str) -> None:
    for near in near_misses(name, value):
        for implies, other in foldings(name, near):
            assert other != value or any("spaces" in key for key, _ in implies)


def test_no_near_miss_of_the_sample_is_somebody(sample: World) -> None:
    known = Knowledge(sample, complete=True)
    for customer in sample.customers:
        for name, value in (("id", customer.id), ("mobile", customer.mobile), ("email", customer.email)):
            assert not [near for near in near_misses(name, str(value)) if known.customer(name, near)]


def test_near_numbers_and_promotions_differ() -> None:
    assert 3334 not in [*near_numbers(3334)]
    assert {33340, 333, 334} <= {*near_numbers(3334)}
    assert [*near_numbers(7)]
    near = [*near_promotions("68c3f64bbd0a8a0aa705c793")]
    assert len(set(near)) == len(near)
    assert "68c3f64bbd0a8a0aa705c793" not in near
