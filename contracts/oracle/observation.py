"""What one exchange shows about one claim, and all that it shows together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from contracts.exchange import NOTHING
from contracts.oracle.history import Event
from contracts.oracle.reasons import Implied
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


@dataclass(slots=True)
class Sight:
    """Everything seen in one answer under one scene, while it is being looked at.

    `implies`: the readings that it fits; `hints`: those that it speaks for, and which another answer may go against;
    `provided`: hints as well, provided that the host looks at the fields before it looks anything up.
    """

    observations: list[Observation] = field(default_factory=list)
    implies: dict[str, frozenset[str]] = field(default_factory=dict)
    hints: dict[str, frozenset[str]] = field(default_factory=dict)
    provided: dict[str, frozenset[str]] = field(default_factory=dict)
    blames: dict[str, str] = field(default_factory=dict)
    happened: Happened | None = None

    def keep(self, *claims: str) -> None:
        """Note claims that the answer keeps."""
        self.observations += [Observation(claim, "kept") for claim in claims]

    def leave(self, *claims: str) -> None:
        """Note claims that the page does not decide."""
        self.observations += [Observation(claim, "undetermined") for claim in claims]

    def see(self, claim: str, holds: bool, expected: Any, got: Any) -> bool:
        """Note whether a claim holds, and return it."""
        if holds:
            self.keep(claim)
        else:
            self.blame(claim, expected, got)
        return holds

    def blame(self, claim: str, expected: Any, got: Any) -> None:
        """Note a claim that the answer breaks."""
        self.observations.append(Observation(claim, "broken", _text(expected), _text(got)))

    def imply(self, implies: Implied, claim: str) -> None:
        """Note which readings the answer fits; `claim` is broken should the host fit none in the end."""
        for question, readings in implies:
            self.implies[question] = self.implies.get(question, readings) & readings
            self.blames.setdefault(question, claim)

    def hint(self, implies: Implied) -> None:
        """Note which readings the answer speaks for; it breaks nothing should the host go against them."""
        for question, readings in implies:
            self.hints[question] = self.hints.get(question, readings) & readings

    @property
    def broken(self) -> list[Observation]:
        """The observations that break a claim."""
        return [o for o in self.observations if o.verdict == "broken"]


def common(implied: Iterable[dict[str, frozenset[str]]]) -> dict[str, frozenset[str]]:
    """Return what several sights imply together: per question the readings that fit at least one of them."""
    first, *others = [*implied] or [{}]
    shared = set(first).intersection(*others)
    return {key: frozenset().union(first[key], *(other[key] for other in others)) for key in sorted(shared)}


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return ", ".join(_text(each) for each in value)
    text = "nothing" if value is NOTHING else repr(value)
    return text if len(text) <= 300 else f"{text[:297]}…"
