"""The judgement: what one answer shows, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from contracts.oracle.credentials import Missing
from contracts.oracle.observation import Happened, Observation, Symptom

Kind = Literal["judged", "unjudged", "foreign", "transient", "failed"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What an answer shows.

    `kind`: "unjudged" if a gateway answered; "foreign" if something else than the call may have answered; "transient"
    if the engine failed in a way that the page says to try again after; "failed" if the host failed otherwise, or did
    not answer. The last three count only if they happen again.
    `implies`: for each question, the readings that the answer fits. `blames`: for each question, the claim to blame if
    the host fits no reading of it in the end. `hints`: for each question, the readings that the answer suggests.
    `provided`: hints that count only if the host looks at the fields before it looks anything up. `lets_in`: the host
    has taken the credentials, which are valid: it looked up what the request names, or carried it out. `crowd`: how
    many reasons there are that must refuse the request, and that may. `signs`: of a refusal, by which one that is wrong
    in the same way is known. `otherwise`: what the answer breaks if the host follows its usual readings here too; empty
    if it fits them. `missing`: of wrong credentials, what does not exist of what the request names; None if anything
    else speaks against the request. `suspects`: the claims that a wrong answer to the request might break.
    """

    kind: Kind
    observations: tuple[Observation, ...] = ()
    implies: Mapping[str, frozenset[str]] = field(default_factory=dict)
    blames: Mapping[str, str] = field(default_factory=dict)
    hints: Mapping[str, frozenset[str]] = field(default_factory=dict)
    provided: Mapping[str, frozenset[str]] = field(default_factory=dict)
    happened: Happened | None = None
    accepted: bool = False
    lets_in: bool = False
    crowd: tuple[int, int] = (0, 0)
    signs: tuple[Symptom, ...] = ()
    otherwise: tuple[Observation, ...] = ()
    missing: Missing | None = None
    suspects: frozenset[str] = frozenset()

    @property
    def broken(self) -> tuple[Observation, ...]:
        """The observations that break a claim of the page."""
        return tuple(o for o in self.observations if o.verdict == "broken" and o.level == "broken")
