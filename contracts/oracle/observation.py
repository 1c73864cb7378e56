"""What one answer shows of one claim, and what it says has happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from contracts.oracle.history import Event
from openapi.world import Customer, Promotion

Level = Literal["broken", "budget", "hygiene"]


@dataclass(frozen=True, slots=True)
class Observation:
    """What one answer shows of one claim: it keeps it, breaks it, or the page does not decide.

    `level`: "hygiene" for a rule of a standard, "budget" for a limit that the caller sets; neither breaks a claim.
    """

    claim: str
    verdict: Literal["kept", "broken", "undetermined"]
    expected: str = ""
    got: str = ""
    level: Level = "broken"


@dataclass(frozen=True, slots=True)
class Happened:
    """What an answer reports to have happened to a customer in a promotion."""

    customer: Customer
    promotion: Promotion
    event: Event
    enrollment_id: str | None = None
    optin_id: str | None = None
