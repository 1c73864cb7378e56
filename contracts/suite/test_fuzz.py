"""The fuzz lanes of Schemathesis. The record judges the answers, not Schemathesis."""

from __future__ import annotations

import pytest

from contracts.exchange import Request
from contracts.inputs.fuzz import Lane, run_lane
from contracts.inputs.profiles import Profile
from contracts.suite.host import Host


@pytest.mark.parametrize("lane", ["documented", "pinned", "negative"])
def test_lane(host: Host, profile: Profile, run_seed: int, lane: Lane) -> None:
    def ask(request: Request) -> None:
        host.ask(request)
        if host.failing:
            host.settle()  # whether it broke a claim must be known at once

    run_lane(lane, host.document, host.target, count=profile.fuzz, seed=run_seed, ask=ask, failing=host.failing)
