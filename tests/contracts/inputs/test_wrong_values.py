"""Wrong values: each field has some, and each is put in its place in a body."""

from __future__ import annotations

from typing import Any

from contracts.exchange import NOTHING
from contracts.inputs.wrong_values import FIELDS, WrongValue, wrong_values_of


def test_every_field_has_defects_of_its_own(enrol: dict[str, Any]) -> None:
    for path in FIELDS:
        bodies = [defect.put(enrol) for defect in wrong_values_of(path, enrol)]
        assert len(bodies) > 8
        assert all(body != enrol for body in bodies)


def test_a_defect_of_a_field_that_is_gone_changes_nothing(enrol: dict[str, Any]) -> None:
    without = WrongValue(("customer",), NOTHING).put(enrol)
    assert WrongValue(("customer", "source"), "x").put(without) == without
