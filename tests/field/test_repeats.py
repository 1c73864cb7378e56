"""Hosts that know a requestId again, as clients are told to hope: they answer as before, or refuse it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.contracts.answers import plain
from tests.contracts.served import Seen, broken, served
from tests.field.running import tried

pytestmark = pytest.mark.slow


class Memory:
    """The answers of enrolments by the request; `refuse`: a request that comes again is refused."""

    def __init__(self, *, refuse: bool = False) -> None:
        self.answers: dict[str, Any] = {}
        self.refuse = refuse
        self.repeats = 0

    def __call__(self, seen: Seen) -> None:
        named = isinstance(seen.asked, dict) and isinstance(seen.asked.get("requestId"), str)
        if not named or seen.status != 200:
            return
        request = json.dumps(seen.asked)
        if request in self.answers:
            self.repeats += 1
            seen.answer = plain("this requestId was used before") if self.refuse else self.answers[request]
            seen.status = 409 if self.refuse else 200
        elif not seen.answer["warnings"]:
            self.answers[request] = seen.answer


@pytest.mark.parametrize("refuse", [False, True], ids=["answers again", "refuses"])
def test_a_host_may_know_a_request_again(*, refuse: bool) -> None:
    memory = Memory(refuse=refuse)
    with served(broken(memory)) as url:
        seen = tried(url, "examples", "products", "limits", "journeys")
    assert seen.broken == []
    assert seen.exit == 0
    assert memory.repeats > 5
