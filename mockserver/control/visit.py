"""A visit: one request to the control plane, and all that its door may see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from mockserver.client_record import ClientRecord
from mockserver.control.access import Access
from mockserver.control.metrics import Metrics
from mockserver.control.other_readings import OtherReadings
from mockserver.exchange.answers import Answer, Data, Text
from mockserver.exchange.handling import Handling
from mockserver.exchange.received import Received
from mockserver.plan import Plan
from mockserver.plans import Plans
from mockserver.sessions import Session, Sessions
from mockserver.state import State


class Calls(Protocol):
    """What the console asks of the mock."""

    def send(self, request: Received) -> Handling:
        """Answer a request as if a client had sent it, and record it."""
        ...

    def rehearse(self, request: Received, plan: Plan, state: State) -> Answer:
        """Return the answer that a request to a call would get by a plan from a state. Only that state changes."""
        ...


@dataclass(frozen=True, slots=True)
class Visit:
    """One request. `session` is the one that it names, and `plan` the plan of that. `client` is the record of the client.

    `at` and `started`, of the mock, are Unix times in seconds.
    """

    request: Received
    plan: Plan
    plans: Plans
    session: Session
    sessions: Sessions
    metrics: Metrics
    client: ClientRecord
    other_readings: OtherReadings
    at: float
    started: float
    access: Access
    calls: Calls


Door = Callable[[Visit], Data | Text]
