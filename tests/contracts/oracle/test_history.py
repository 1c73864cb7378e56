"""The history: what is remembered of memberships, seats and ids, and what is no longer certain."""

from __future__ import annotations

import msgspec
import pytest

from contracts.oracle.history import History
from openapi.world import World
from tests.contracts.answers import ASHA, BRUNO, JUNE, PROMOTIONS

SOON = PROMOTIONS["soon-62"]
LISTED = PROMOTIONS["earn-61"]
SEATS = PROMOTIONS["seats-66"]


@pytest.fixture
def history(sample: World) -> History:
    return History(sample, fresh=True)


def test_whom_the_test_data_lists_is_enrolled(history: History) -> None:
    member = history.membership(JUNE, LISTED)
    assert (member.enrolments, member.enrollment_ids, member.optin_ids) == (1, ["25101"], ["25701"])
    assert history.owner("enrollmentId", "25101") == history.owner("optinId", "25701") == (9, LISTED.id)
    assert history.seats_taken(PROMOTIONS["full-67"]) == 1


def test_every_listed_enrolment_of_a_customer_counts(sample: World) -> None:
    entry = sample.enrolments[0]
    again = msgspec.structs.replace(entry, enrollment_id="25103", optin_id=None)
    history = History(msgspec.structs.replace(sample, enrolments=(entry, again)))
    member = history.membership(JUNE, LISTED)
    assert (member.enrolments, member.enrollment_ids, member.maybe_opted_in) == (2, ["25101", "25103"], True)
    assert history.seats_taken(LISTED) == 2


def test_an_opt_in_id_that_the_data_does_not_list_is_unknown(sample: World) -> None:

    entries = tuple(msgspec.structs.replace(entry, optin_id=None) for entry in sample.enrolments)
    history = History(msgspec.structs.replace(sample, enrolments=entries))
    assert history.membership(JUNE, LISTED).optin_ids == []


def test_only_a_fresh_host_is_certain(sample: World) -> None:
    history = History(sample)
    assert not history.membership(ASHA, SOON).certain
    assert not history.membership(JUNE, LISTED).certain
    assert not history.seats_certain(SOON)
    history.declare_fresh()
    assert history.membership(ASHA, SOON).certain
    assert history.membership(JUNE, LISTED).certain
    assert history.seats_certain(SOON)


def test_an_enrolment_takes_a_seat_and_its_ids(history: History) -> None:
    history.record(ASHA, SEATS, "enrolled", enrollment_id="1", optin_id="2")
    member = history.membership(ASHA, SEATS)
    assert (member.enrolments, member.opted_in, member.full, member.certain) == (1, False, False, True)
    assert history.seats_taken(SEATS) == 1
    assert history.owner("enrollmentId", "1") == history.owner("optinId", "2") == history.key(ASHA, SEATS)
    assert history.owner("enrollmentId", "2") is None


def test_an_opt_in_enrols_whoever_is_not_enrolled_and_only_then(history: History) -> None:
    for _ in range(2):
        history.record(ASHA, SEATS, "opted_in", enrollment_id="1", optin_id="2")
    member = history.membership(ASHA, SEATS)
    assert (member.enrolments, member.opted_in, member.enrollment_ids) == (1, True, ["1"])
    assert history.seats_taken(SEATS) == 1


def test_the_first_owner_of_an_id_stays_its_owner(history: History) -> None:
    history.record(ASHA, SOON, "enrolled", enrollment_id="1")
    history.record(BRUNO, SOON, "enrolled", enrollment_id="1")
    assert history.owner("enrollmentId", "1") == history.key(ASHA, SOON)


def test_a_warning_without_a_known_enrolment_leaves_the_seats_uncertain(history: History) -> None:
    history.record(ASHA, SEATS, "full")
    assert history.membership(ASHA, SEATS).full
    assert not history.seats_certain(SEATS)
    assert history.seats_certain(SOON)


def test_a_warning_about_a_known_enrolment_leaves_the_seats_certain(history: History) -> None:
    history.record(ASHA, SEATS, "enrolled")
    history.record(ASHA, SEATS, "full")
    assert history.seats_certain(SEATS)


def test_a_doubt_concerns_one_membership_and_the_seats_of_its_promotion(history: History) -> None:
    history.doubt(ASHA, SEATS)
    history.doubt(JUNE, LISTED)
    assert not history.membership(ASHA, SEATS).certain
    assert not history.membership(JUNE, LISTED).certain
    assert not history.seats_certain(SEATS)
    assert history.membership(BRUNO, SEATS).certain
    assert history.membership(ASHA, SOON).certain
    assert history.seats_certain(SOON)
