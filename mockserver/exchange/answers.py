"""What the mock is about to say, as data; `replies` alone turns it into a body."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mockserver.exchange.asked import Asked
from mockserver.exchange.case import Case
from mockserver.stores import Record
from openapi.document import Outcome

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Errors of the catalogue, the first of them giving the status.

    `asked` is the request as far as it was read. `text` stands in for the message where the catalogue
    cannot know it: what a preference may be.
    """

    outcomes: tuple[Outcome, ...]
    why: str
    asked: Asked | None = None
    text: str | None = None
    headers: Headers = ()


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a judged request beside its warnings; without a record nothing was enrolled."""

    case: Case
    warnings: tuple[Outcome, ...]
    record: Record | None
    why: str
    headers: Headers = ()


@dataclass(frozen=True, slots=True)
class Example:
    """An example of the document, word for word."""

    status: int
    body: Any
    why: str
    headers: Headers = ()


@dataclass(frozen=True, slots=True)
class Token:
    """An access token and its life in seconds."""

    access_token: str
    ttl_seconds: int
    why: str


@dataclass(frozen=True, slots=True)
class TokenRefusal:
    """No token, for one reason of the token endpoint's own catalogue."""

    outcome: Outcome
    why: str


@dataclass(frozen=True, slots=True)
class Data:
    """What the control plane tells about the mock; no document describes it."""

    body: Any
    status: int = 200
    headers: Headers = ()
    why: str = "control plane"


Answer = Refusal | Result | Example | Token | TokenRefusal | Data
