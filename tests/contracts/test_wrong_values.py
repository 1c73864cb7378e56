"""Wrong values: each field has some, and each is put in its place in a body."""

from __future__ import annotations

from typing import Any

from contracts.exchange import NOTHING
from contracts.inputs.wrong_values import FIELDS, Defect, defects_of


def test_every_field_has_defects_of_its_own(enrol: dict[str, Any]) -> None:
    for path in FIELDS:
        bodies = [defect.put(enrol) for defect in defects_of(path, enrol)]
        assert len(bodies) > 8
        assert all(body != enrol for body in bodies)


def test_a_defect_of_a_field_that_is_gone_changes_nothing(enrol: dict[str, Any]) -> None:
    without = Defect(("customer",), NOTHING).put(enrol)
    assert Defect(("customer", "source"), "x").put(without) == without
