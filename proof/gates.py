"""Gates: how much of what can be met a client's tests must meet, and which findings fail them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from openapi.source import SourceError
from proof.records import ClientFinding, Met, Proof

FailOn = Literal["broken", "hygiene", "never"]
Kind = Literal["outcome", "shape", "fault"]
# The kinds of what can be met, each with its plural in a sentence.
KINDS: Final[Mapping[Kind, str]] = {"outcome": "outcomes", "shape": "answer shapes", "fault": "faults"}


@dataclass(frozen=True, slots=True)
class Missed:
    """A gate that is not reached: `met` of `needed` were met."""

    kind: Kind
    met: int
    needed: int

    def __str__(self) -> str:
        return f"{self.met} of the {self.needed} {KINDS[self.kind]} that are required were met"


@dataclass(frozen=True, slots=True)
class Gates:
    """How many outcomes, shapes and faults must have been met; None for any number. `fail_on` says which findings fail."""

    outcomes: int | None = None
    shapes: int | None = None
    faults: int | None = None
    fail_on: FailOn = "broken"

    def missed(self, proof: Proof) -> tuple[Missed, ...]:
        """Return the gates that a proof does not reach. Raises SourceError for one that none can reach."""
        found = []
        for kind, needed in zip(KINDS, (self.outcomes, self.shapes, self.faults), strict=True):
            if needed is None:
                continue
            known = of_kind(proof, kind)
            if needed > len(known):
                raise SourceError(f"--require-{kind}s {needed}: there are {len(known)} {KINDS[kind]}")
            if (met := number_met(known)) < needed:
                found.append(Missed(kind, met, needed))
        return tuple(found)

    def fails(self, finding: ClientFinding) -> bool:
        """Return whether a finding fails the tests. A note never does."""
        return (finding.level == "broken" and self.fail_on != "never") or finding.level == self.fail_on

    def failed(self, proof: Proof) -> bool:
        """Return whether a gate is missed, a finding fails, or the client did not take a case as it should."""
        mishandled = self.fail_on != "never" and any(case.problems for case in proof.cases)
        return bool(self.missed(proof)) or mishandled or any(map(self.fails, proof.findings))


def of_kind(proof: Proof, kind: Kind) -> list[Met]:
    """Return what can be met of one kind."""
    return [one for one in proof.met if one.kind == kind]


def number_met(known: list[Met]) -> int:
    """Return how many of these were met."""
    return sum(one.count > 0 for one in known)
