"""Two mocks of one store in the process of the tests, as two hosts behind a balancer would be."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from mockserver.app import Mock
from mockserver.control.access import Access
from mockserver.faults.armed import Faults
from mockserver.faults.effects import Abilities
from mockserver.plan import Plan
from mockserver.sharing.store import SharedStore
from mockserver.state import State
from openapi import document, questions, world
from openapi.effective import effective
from openapi.world import World
from tests.mockserver.caller import Caller, caller

DOCUMENT = document.load()
WORLD = world.load()
QUESTIONS = questions.load()
READINGS = questions.defaults(QUESTIONS)


@cache
def plan_of(readings: tuple[tuple[str, str], ...]) -> Plan:
    """Return a plan of these readings beside the usual ones. Mocks may share it."""
    chosen = READINGS | dict(readings)
    return Plan.of(effective(DOCUMENT, chosen, known_questions=QUESTIONS) if readings else DOCUMENT, chosen)


def shared_mock(
    store: str | SharedStore,
    *,
    data: World = WORLD,
    now: Callable[[], float] = time.time,
    access: Access | None = None,
    **readings: str,
) -> Mock:
    """Return a mock with a store. A keyword `error_shape` chooses the reading of the question `error-shape`."""
    plan = plan_of(tuple((name.replace("_", "-"), reading) for name, reading in readings.items()))
    state = State.of(data, plan.readings, auth=False, faults=Faults(Abilities(plan.document.outcomes)))
    opened = SharedStore(store) if isinstance(store, str) else store
    return Mock(plan, state, now=now, access=access, sessions=opened.sessions(plan, state, now=now()))


@dataclass(frozen=True, slots=True)
class Host:
    """One of the mocks, with a client that asks it."""

    caller: Caller

    @classmethod
    def of(cls, mock: Mock) -> Host:
        return cls(caller(mock, WORLD))

    def ask(self, method: str, door: str, body: Any = None, *, session: str = "") -> tuple[int, Any]:
        headers = {"X-Mock-Session": session} if session else {}
        answer = self.caller.client.open(f"/_mock/{door}", method=method, json=body, headers=headers)
        return answer.status_code, answer.get_json(silent=True)

    def enrol(self, customer: int, promotion: str = "enr-58", *, session: str = "", **headers: str) -> tuple[int, Any]:
        """Enrol, and return the status and the answer."""
        named = {"X_Mock_Session": session} if session else {}
        answer = self.caller.send(self.caller.request(str(customer), promotion), **named, **headers)
        return answer.status_code, answer.get_json()


def ids(answer: tuple[int, Any]) -> tuple[str | None, str | None]:
    """Return enrollmentId and optinId of a success."""
    promotion = answer[1]["data"]["enrollmentStatus"]["promotion"]
    return promotion["enrollmentId"], promotion["optinId"]


def pair(store: str) -> tuple[Host, Host]:
    """Return two hosts with one store."""
    return Host.of(shared_mock(store)), Host.of(shared_mock(store))
