"""What one answer shows of one claim, and what it says has happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from contracts.oracle.history import Event
from openapi.world import Customer, Promotion

Level = Literal["broken", "hygiene"]


@dataclass(frozen=True, slots=True)
class Observation:
    """A claim held against an answer: kept, broken, or undetermined where the page does not decide."""

    claim: str
    verdict: Literal["kept", "broken", "undetermined"]
    expected: str = ""
    got: str = ""
    level: Level = "broken"


@dataclass(frozen=True, slots=True)
class Happened:
    """What an answer says has happened to a customer in a promotion."""

    customer: Customer
    promotion: Promotion
    event: Event
    enrollment_id: str | None = None
    optin_id: str | None = None
