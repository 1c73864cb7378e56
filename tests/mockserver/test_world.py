"""Worlds that the mock refuses to serve."""

from __future__ import annotations

import msgspec
import pytest

from mockserver.errors import MockError
from openapi.world import Customer, Promotion, World
from tests.mockserver.conftest import MakeMock


def test_promotion_without_identifier_is_refused(make_mock: MakeMock, sample_world: World) -> None:
    nameless = Promotion(id="x", promotion_id=1, program_id=3334, type="LOYALTY", status="LIVE")
    with pytest.raises(MockError, match="/promotions/0 has no identifier"):
        make_mock(world=msgspec.structs.replace(sample_world, promotions=(nameless,)))


def test_customer_without_id_is_refused(make_mock: MakeMock, sample_world: World) -> None:
    customers = (*sample_world.customers, Customer(mobile="1"))
    with pytest.raises(MockError, match=f"/customers/{len(sample_world.customers)} has no id"):
        make_mock(world=msgspec.structs.replace(sample_world, customers=customers))
