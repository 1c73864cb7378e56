"""What the callers of a load ask: races for what can be had once, and nothing that could not be judged."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import islice
from typing import Any

import msgspec
import pytest

from contracts.inputs.roles import Roles
from contracts.load.live_mix import live_waves
from contracts.load.mix import Mix
from contracts.load.waves import LoadRequest, Wave
from contracts.session.permission import can_enrol_nobody
from contracts.verdict.figures import KINDS
from tests.contracts.conftest import make_record, make_target

Pair = tuple[Any, Any]


def asked(number: int = 250, *, elapsed: float = 0.5, share: tuple[int, int] = (0, 1), users: int = 10) -> list[Wave]:
    roles = Roles(make_target(), 1)
    return list(islice(Mix(roles, lambda: elapsed, users=users, share=share).waves(), number))


RECORD = make_record()


def pair(planned: LoadRequest) -> Pair:
    """Return the promotion and the customer that a request names, as the record finds them."""
    found = RECORD.subjects(planned.request)
    return (found[0][1].identifier, found[0][0].id) if found else (None, None)


def test_every_kind_of_request_is_asked() -> None:
    kinds = Counter(planned.kind for wave in asked() for planned in wave)
    assert set(kinds) == set(KINDS)


def test_few_requests_of_a_wave_concern_each_other() -> None:
    """Of more than six, not every order can be tried."""
    for wave in asked():
        members = Counter(
            limited.id if limited.limit_per_promotion else (customer.id, limited.id)
            for planned in wave
            for customer, limited in RECORD.subjects(planned.request)
            if limited.identifier != "many-64"
        )
        assert max(members.values(), default=0) <= 6


def test_a_limit_meets_more_customers_than_there_are_seats() -> None:
    limits = [pair(planned) for wave in asked() for planned in wave if planned.kind == "limit"]
    for identifier, seats in (("seats-66", 3), ("pair-69", 2), ("full-67", 1)):
        customers = [customer for name, customer in limits if name == identifier]
        assert len(customers) == len(set(customers)) > seats


def test_what_can_be_had_once_is_spread_over_the_load() -> None:
    once = ("race", "limit")
    early, late = ([w for w in asked(elapsed=part) if any(p.kind in once for p in w)] for part in (0.0, 1.0))
    assert 0 < len(early) < 5 < len(late)


def test_each_part_of_the_callers_has_customers_of_its_own() -> None:
    named = [{pair(p)[1] for wave in asked(share=(part, 3)) for p in wave} - {None} for part in range(3)]
    assert all(named)
    assert not named[0] & named[1]
    assert not named[1] & named[2]


def test_somebody_is_asked_for_again_only_when_the_race_is_over() -> None:
    users, sent = 10, 0
    raced: dict[Pair, int] = {}
    for wave in asked(users=users):
        for planned in wave:
            sent += 1
            if planned.kind == "race":
                raced[pair(planned)] = sent
            elif planned.kind in ("repeat", "opt-in") and pair(planned) in raced:
                assert sent - raced[pair(planned)] >= users


@pytest.mark.parametrize("permitted", [True, False])
def test_a_live_host_gets_what_the_permission_lets_pass(permitted: bool) -> None:
    target = make_target("https://eu.api.example.com")
    record = make_record(target)
    waves = list(islice(live_waves(Roles(target, 1), permitted=permitted), 120))
    requests = [planned.request for wave in waves for planned in wave]
    assert requests
    harmful = [request for request in requests if not can_enrol_nobody(request, target.absent)]
    assert bool(harmful) is permitted
    assert all(record.names_test_data(request) for request in harmful)


@pytest.mark.parametrize("without", [{"customers"}, {"promotions"}, {"customers", "promotions", "programs"}])
def test_with_little_data_what_must_be_refused_is_asked(without: set[str]) -> None:
    target = make_target()
    kept: dict[str, Any] = dict.fromkeys(without, ())
    data = msgspec.structs.replace(target.data, enrolments=(), pinned=(), **kept)
    waves = list(islice(Mix(Roles(replace(target, data=data), 1), lambda: 0.5, users=5).waves(), 60))
    assert {planned.kind for wave in waves for planned in wave} == {"refusal"}


def test_all_that_is_asked_can_be_judged() -> None:
    claims = {claim for wave in asked() for planned in wave for claim in planned.about}
    assert claims <= set(RECORD.document.claims)
    assert {"error.program_not_found", "error.generic_not_eligible", "auth.required"} <= claims
