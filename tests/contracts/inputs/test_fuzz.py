"""The fuzz lanes: the requests that each generates; all have the credentials of the target."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.exchange import NOTHING, Request
from contracts.host.target import Target
from contracts.inputs.fuzz import Lane, run_lane
from contracts.oracle.body.reader import BodyReader
from openapi.document import Document
from openapi.world import World
from tests.contracts.conftest import make_target


def asked(
    lane: Lane, document: Document, target: Target | None = None, *, count: int = 40, seed: int = 3
) -> list[Request]:
    requests: list[Request] = []
    run_lane(lane, document, target or make_target(), count=count, seed=seed, ask=requests.append)
    return requests


def bodies(lane: Lane, document: Document, target: Target | None = None) -> list[Any]:
    return [request.body for request in asked(lane, document, target) if request.body is not NOTHING]


@pytest.mark.parametrize("lane", ["documented", "pinned", "negative"])
def test_every_lane_has_valid_credentials_and_no_generated_ones(contract: Document, lane: Lane) -> None:
    requests = asked(lane, contract)
    assert len(requests) >= 30
    ours = {"authorization", "x-cap-api-oauth-token", "host", "content-length"}
    for request in requests:
        assert request.credentials == "valid"
        assert not {name.lower() for name, _ in request.headers} & ours
        assert (request.method, request.path) == (None, None)


@pytest.mark.parametrize("lane", ["documented", "pinned"])
def test_positive_lanes_fit_the_document(contract: Document, lane: Lane) -> None:
    validator = contract.validator(contract.request_schema())
    assert all(validator.is_valid(body) for body in bodies(lane, contract))


def test_the_negative_lane_breaks_the_document(contract: Document) -> None:
    """Some cases break only a format such as int64, which JSON Schema does not check."""
    validator = contract.validator(contract.request_schema())
    plain = [request.body for request in asked("negative", contract) if request.is_plain_call]
    broken = [body for body in plain if not validator.is_valid(body)]
    assert len(broken) > len(plain) / 2
    assert all(BodyReader(contract).read(body)[0] for body in broken)


def test_pinned_draws_name_pairs_and_customers_that_exist(contract: Document, sample: World) -> None:
    pairs = {(p.id, p.promotion_id) for p in sample.promotions}
    known = {str(value) for c in sample.customers for value in (c.id, c.mobile, c.email)}
    programs = {program.id for program in sample.programs}
    drawn = bodies("pinned", contract)
    assert {(body["promotion"]["id"], body["promotion"]["promotionId"]) for body in drawn} <= pairs
    assert {body["customer"]["identifierValue"] for body in drawn} <= known
    assert {body["programId"] for body in drawn} <= programs
    assert len({body["customer"]["identifierName"] for body in drawn}) == 3


def test_without_test_data_the_pinned_lane_is_like_the_documented_one(contract: Document) -> None:
    assert bodies("pinned", contract, make_target(data=World()))


def test_a_seed_generates_the_same_requests_each_time(contract: Document) -> None:
    first, again, other = (asked("negative", contract, count=15, seed=seed) for seed in (1, 1, 2))
    assert first == again != other


def test_the_document_is_not_changed(contract: Document) -> None:
    before = repr(contract.raw)
    asked("pinned", contract, count=2)
    assert repr(contract.raw) == before
