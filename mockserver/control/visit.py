"""A visit: one request to the control plane, and all that its door may see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mockserver.control.metrics import Metrics
from mockserver.control.other_readings import OtherReadings
from mockserver.exchange.answers import Data, Text
from mockserver.exchange.received import Received
from mockserver.plan import Plan
from mockserver.sessions import Session, Sessions


@dataclass(frozen=True, slots=True)
class Visit:
    """One request. `session` is the one that it names. `at` and `started`, of the mock, are Unix times in seconds."""

    request: Received
    plan: Plan
    session: Session
    sessions: Sessions
    metrics: Metrics
    other_readings: OtherReadings
    at: float
    started: float


Door = Callable[[Visit], Data | Text]
