"""Python without docstrings and assertions (`python -OO`) runs the same mock."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from openapi.world import World
from tests import page
from tests.mockserver.caller import Caller, caller, with_value, without
from tests.mockserver.conftest import MakeMock
from tests.mockserver.process import Process, post
from tests.mockserver.raw import journal

Serve = Callable[..., Process]


def bodies(mock: Caller) -> list[dict[str, Any]]:
    """Return requests for every rule that plain requests reach, and for some of the steps before the rules."""
    first = page.ENROL_REQUEST
    promotions = [one.identifier for one in mock.world.promotions if one.identifier]
    return [
        first,
        first,
        without(first, "action"),
        with_value(first, "0" * 24, "promotion", "id"),
        with_value(first, 1, "programId"),
        with_value(first, "0", "customer", "identifierValue"),
        *(
            mock.request("388600004", promotion, action=action)
            for promotion in promotions
            for action in ("ENROL", "OPT_IN")
        ),
    ]


def test_reasons_and_answers_do_not_need_docstrings(
    serve: Serve, make_mock: MakeMock, sample_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = caller(make_mock(), sample_world)
    monkeypatch.setenv("PYTHONOPTIMIZE", "2")
    there = serve()
    for body in bodies(here):
        answer = here.send(body)
        assert post(there, body)[0] == answer.status_code
    told = [entry["why"] for entry in journal(there)["exchanges"]]
    assert told == [entry["why"] for entry in here.journal()]
    assert "None" not in json.dumps(told)
    named = {why.partition(":")[0] for why in told}
    assert {"promotion_not_found", "customer_not_found", "generic_not_eligible", "already_enrolled"} <= named
