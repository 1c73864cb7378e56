"""A visit: one request to the control plane, and all that its door may see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from mockserver.client.conduct import Conduct
from mockserver.client.results import Results
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

    @property
    def conduct(self) -> Conduct:
        """What is wrong with what clients have sent since the start."""
        ...

    def send(self, request: Received) -> Handling:
        """Answer a request as if a client had sent it, and record it."""
        ...

    def rehearse(self, request: Received, plan: Plan, state: State) -> Answer:
        """Return the answer that a request to a call would get by a plan from a state. Only that state changes."""
        ...


@dataclass(frozen=True, slots=True)
class Visit:
    """One request. `session` is the one that it names, and `plan` the plan of that. `results` are those of the gauntlet.

    `at` and `started`, of the mock, are Unix times in seconds.
    """

    request: Received
    plan: Plan
    plans: Plans
    session: Session
    sessions: Sessions
    metrics: Metrics
    other_readings: OtherReadings
    at: float
    started: float
    access: Access
    calls: Calls
    results: Results


Door = Callable[[Visit], Data | Text]
