"""The load generators count answers, notice wrong ones, and name another customer each time. No test asserts a speed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests import people
from tests.bench import kinds, load
from tests.bench.load import CUSTOMER, Customers, Request, press
from tests.bench.versus import page_request
from tests.mockserver.process import Process

SEVERAL = 300


@pytest.fixture(scope="module")
def mock() -> Iterator[Process]:
    with kinds.mock_with(SEVERAL) as process:
        yield process


@pytest.fixture(params=[pytest.param(1, id="wrk"), pytest.param(0.2, id="own")])
def seconds(request: pytest.FixtureRequest) -> float:
    """The length of a load, which decides between the generators."""
    length: float = request.param
    if length >= 1 and load.TOOL is None:
        pytest.skip("wrk is not installed; .ci/run installs it")
    return length


def test_load_is_counted(mock: Process, seconds: float) -> None:
    found = press(mock.url, page_request_of_the_first_customer(), connections=2, seconds=seconds)
    assert found.requests > 0
    assert found.per_second > 0
    assert 0 < found.p50 <= found.p99


def test_answer_that_is_not_200_is_no_load(mock: Process, seconds: float) -> None:
    with pytest.raises(RuntimeError):
        press(mock.url, replace(page_request_of_the_first_customer(), body=b"{}"), connections=2, seconds=seconds)


def test_refusal_that_is_none_is_no_load(mock: Process, seconds: float) -> None:
    with pytest.raises(RuntimeError):
        press(mock.url, replace(page_request_of_the_first_customer(), refused=True), connections=2, seconds=seconds)


def test_every_kind_gets_its_answer_and_each_enrolment_another_customer(mock: Process, seconds: float) -> None:
    mock.reset()
    asked = kinds.requests(SEVERAL)
    found = [press(mock.url, request, connections=2, seconds=seconds).requests for request in asked.values()]
    assert all(found)
    enrolled = _enrolled(mock)
    assert sorted(enrolled) == [people.FIRST_ID + number for number in range(min(SEVERAL, sum(found[:2])))]


def test_all_servers_get_what_curl_sends_and_a_bare_request_lacks_it() -> None:
    request = page_request()
    assert b"\r\nUser-Agent: curl/" in request.raw("http://localhost")
    assert b"\r\nAuthorization: Basic " in request.bare.raw("http://localhost")
    assert not {b"User-Agent", b"Accept"} & set(re.split(rb"[\r\n: ]+", request.bare.raw("http://localhost")))


def test_next_load_goes_on_with_the_next_customer() -> None:
    request = Request("/", CUSTOMER.encode(), {}, Customers(100_000_007, 100_000_009))
    assert [request.next_body() for _ in range(3)] == [b"100000007", b"100000008", b"100000007"]


def page_request_of_the_first_customer() -> Request:
    return kinds.requests(SEVERAL)["already enrolled"]


def _enrolled(mock: Process) -> set[int]:
    connection = mock.connect()
    connection.request("GET", "/_mock/enrolments")
    listed = json.load(connection.getresponse())["enrolments"]
    connection.close()
    unlimited = people.many(1)["promotions"][0]["id"]
    return {one["customer"] for one in listed if one["promotion"] == unlimited}
