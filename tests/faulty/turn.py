"""The state of one request on its way through the host, and the memory that the host keeps between requests."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.faulty.world import Customer, Milestone, Promotion, Record, World


@dataclass(slots=True)
class Memory:
    """What one host remembers between requests. Two hosts share nothing.

    `notes` is for faults that need to remember something themselves. `clock` returns seconds.
    """

    world: World
    readings: dict[str, str]
    records: list[Record]
    tokens: dict[str, float]
    last_enrollment: int
    last_optin: int
    requests: int = 0
    notes: dict[str, Any] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)
    clock: Callable[[], float] = time.monotonic


@dataclass(frozen=True, slots=True)
class Problem:
    """A field that is wrong: the row of the page that answers it, or a text of our own if there is none."""

    place: str
    why: str
    row: str | None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Complaint:
    """One entry of `errors`, with its HTTP status and the row it comes from, if any."""

    code: int
    message: str
    status: int
    row: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """The response as it is sent."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Asked:
    """The valid values of the request; None for a value that is missing or wrong."""

    request_id: str | None = None
    action: str | None = None
    promotion: dict[str, Any] | None = None
    name: str | None = None
    value: str | None = None
    source: str | None = None
    rule: float | None = None
    program: float | None = None


@dataclass(slots=True)
class Turn:
    """One request. Each step of the host reads what earlier steps stored here, and adds its own results.

    `unauthenticated`: "unknown" or "expired" if the credentials are not valid, otherwise ''. `connection`: the number
    of the connection that it came over; `nth`: its place there, from 1.
    """

    memory: Memory
    method: str
    path: str
    headers: Mapping[str, str]
    raw: bytes
    number: int = 0
    connection: int = 0
    nth: int = 0
    unauthenticated: str = ""
    body: Any = None
    unreadable: Complaint | None = None
    asked: Asked = field(default_factory=Asked)
    problems: list[Problem] = field(default_factory=list)
    program: int | None = None
    promotion: Promotion | None = None
    customer: Customer | None = None
    misses: list[str] = field(default_factory=list)
    unfit: list[str] = field(default_factory=list)
    complaints: list[Complaint] = field(default_factory=list)
    mine: list[Record] = field(default_factory=list)
    taken: int = 0
    outcome: str = ""
    record: Record | None = None
    goals: tuple[Milestone, ...] = ()
    warnings: list[str] = field(default_factory=list)
    status: int = 200
    document: Any = None
    reply: Reply | None = None
    # Readings for this request only, for faults that follow two readings of one question.
    bent: dict[str, str] = field(default_factory=dict)

    def reading(self, question: str, place: str = "", kind: str = "") -> str:
        """Return the reading of a question; where the host has one of its own for a place, or a kind there, that one."""
        own = (self.memory.readings.get(key) for key in (f"{question}/{place}:{kind}", f"{question}/{place}"))
        return self.bent.get(question) or next(filter(None, own), self.memory.readings[question])
