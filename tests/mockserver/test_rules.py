"""The rules by themselves."""

from __future__ import annotations

import pytest

from mockserver.deciding.rules import RULES, Rule
from mockserver.exchange.case import Case
from mockserver.exchange.request_fields import NOTHING
from mockserver.stores import Standing
from openapi.questions import Readings


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule.__name__))
def test_no_rule_holds_for_a_request_that_names_nothing(rule: Rule, readings: Readings) -> None:
    """Where look-ups come before validation, they judge requests whose fields are missing or invalid."""
    assert not rule(Case(NOTHING, None, None, None, Standing(), readings))
