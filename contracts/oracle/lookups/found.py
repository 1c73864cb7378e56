"""What one look-up ends in: something found, or the reasons why nothing was."""

from __future__ import annotations

import math
from dataclasses import dataclass

from contracts.oracle.reasons import Implied, Option, Reason
from openapi.world import Customer, Program, Promotion


@dataclass(frozen=True, slots=True)
class Found:
    """One way a look-up may end, and the readings under which it ends so.

    `reasons`: why the request may be refused over it.
    """

    promotion: Promotion | None = None
    program: Program | None = None
    customer: Customer | None = None
    reasons: tuple[Reason, ...] = ()
    implies: Implied = ()


def has_fraction(number: float | None) -> bool:
    """The number has a fraction. No id has one, but parsers of many languages cut it off without an error."""
    return isinstance(number, float) and math.isfinite(number) and not number.is_integer()


def maybe_missing(what: str, outcome: str) -> tuple[Reason, ...]:
    """Return the reason that something gives of which the test data does not say whether it exists."""
    return (Reason(what, (), (Option(None), Option(outcome))),)
