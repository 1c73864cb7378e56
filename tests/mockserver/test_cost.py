"""What a request costs: in calls of functions, which are the same on every machine."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any, Final

import pytest

from mockserver.app import Mock
from mockserver.exchange.header_lines import HeaderLines
from mockserver.exchange.received import Received
from tests import page
from tests.mockserver.conftest import MakeMock

LINES: Final = (
    ("Host", "127.0.0.1"),
    ("Authorization", page.OPT_IN_AUTHORIZATION),
    ("Content-Type", "application/json"),
    ("User-Agent", "till/7"),
)
NUMBERS: Final = count()


class Counted:
    """Counts the calls of functions, those of Python and those of C."""

    def __init__(self) -> None:
        self.calls = 0

    def note(self, _frame: object, event: str, _arg: object) -> None:
        self.calls += event in ("call", "c_call")


@contextmanager
def counting() -> Iterator[Counted]:
    counted, before = Counted(), sys.getprofile()
    sys.setprofile(counted.note)
    try:
        yield counted
    finally:
        sys.setprofile(before)


def asked(lines: HeaderLines, to: str = page.PATH, **changes: Any) -> Received:
    """Return an enrolment with a requestId of its own."""
    body = json.dumps({**page.ENROL_REQUEST, "requestId": f"till-{next(NUMBERS)}", **changes}).encode()
    return Received("POST", to, "", lines, "1.1", body, len(body))


def cost(mock: Mock, *without: str, to: str = page.PATH, **changes: Any) -> float:
    """Return how many calls a request takes that comes again and again. `without`: header lines that it has not."""
    lines = HeaderLines([line for line in LINES if line[0] not in without])
    requests = [asked(lines, to, **changes) for _ in range(8)]
    for request in requests[:4]:
        mock.send(request, by_client=True)
    with counting() as counted:
        for request in requests[4:]:
            mock.send(request, by_client=True)
    return counted.calls / 4


@pytest.fixture
def mock(make_mock: MakeMock) -> Mock:
    return make_mock()


def test_what_is_found_in_the_headers_of_each_request_costs_next_to_nothing(mock: Mock) -> None:
    plain = cost(mock)
    assert cost(mock, "User-Agent") <= plain + 15
    found = {one.rule: one.count for one in mock.client.conduct.findings()}
    assert found == {"headers.user_agent": 8}


@pytest.mark.parametrize(
    "slip",
    [{"programId": "3334"}, {"loyaltyTier": "gold"}, {"program_id": 3334}, {"action": "enrol"}],
    ids=["string", "unknown", "misspelt", "unlisted"],
)
def test_a_slip_in_each_body_costs_less_than_the_request_itself(mock: Mock, slip: dict[str, Any]) -> None:
    plain = cost(mock)
    assert cost(mock, **slip) < 2 * plain
    assert mock.client.conduct.findings()[0].count == 8


def test_a_path_that_is_near_the_right_one_is_compared_once(mock: Mock) -> None:
    assert cost(mock, to="/v3/promotion/enroll") < cost(mock)


def test_a_success_after_a_refusal_is_not_compared_with_it(mock: Mock) -> None:
    plain = cost(mock)
    mock.send(asked(HeaderLines(LINES), programId=1), by_client=True)
    assert cost(mock) <= plain + 25
