"""One request on its way through the host, and the host's memory that it meets on the way."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.faulty.ground import Customer, Ground, Milestone, Promotion, Record


@dataclass(slots=True)
class Memory:
    """What one host remembers: nothing is shared between two hosts.

    `notes` is for faults that need to remember something of their own.
    """

    ground: Ground
    readings: dict[str, str]
    records: list[Record]
    tokens: dict[str, float]
    last_enrollment: int
    last_optin: int
    requests: int = 0
    notes: dict[str, Any] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)


@dataclass(frozen=True, slots=True)
class Problem:
    """A field that is not as it must be: the row that says so, or words of our own where there is none."""

    place: str
    why: str
    row: str | None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Complaint:
    """One entry of `errors`, with the HTTP status it asks for and the row it comes from, if any."""

    code: int
    message: str
    status: int
    row: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back over the wire."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Asked:
    """The clean values of the request; None where one is missing or spoilt."""

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
    """One request: each step of the host reads what earlier steps wrote and adds its own."""

    memory: Memory
    method: str
    path: str
    headers: Mapping[str, str]
    raw: bytes
    number: int = 0
    stranger: str = ""
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
    # Readings of this turn only, for faults that follow two readings of one question.
    bent: dict[str, str] = field(default_factory=dict)

    def reading(self, question: str) -> str:
        return self.bent.get(question) or self.memory.readings[question]
