"""The assessment: everything that one answer shows under one scene."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from contracts.exchange import shortened
from contracts.json_value import as_json
from contracts.oracle.observation import Difference, Happened, Observation, Symptom
from contracts.oracle.reasons import Implied, Option, Reason

_MOST_VALUES: Final = 300
_LONGEST_TEXT: Final = 2000
# A customer is enrolled once more than may be; one who may be enrolled is told that no more can be.
AGAIN: Final[Symptom] = ("enrolled once too often",)
TOO_SOON: Final[Symptom] = ("full too soon",)


@dataclass(slots=True)
class Assessment:
    """Everything that one answer shows under one scene, filled while the answer is judged.

    `primary`: a broken claim that is to be named before all others. `implies`: for each question, the readings that
    the answer fits. `blames`: for each question, the claim to blame if the host fits no reading of it in the end.
    `hints`: for each question, the readings that the answer suggests; another answer may suggest others, and that
    breaks nothing. `provided`: hints that count only if the host looks at the fields before it looks anything up.
    """

    primary: Observation | None = None
    others: list[Observation] = field(default_factory=list)
    implies: dict[str, frozenset[str]] = field(default_factory=dict)
    blames: dict[str, str] = field(default_factory=dict)
    hints: dict[str, frozenset[str]] = field(default_factory=dict)
    provided: dict[str, frozenset[str]] = field(default_factory=dict)
    happened: Happened | None = None

    @property
    def observations(self) -> list[Observation]:
        """All observations, the primary one first."""
        return self.others if self.primary is None else [self.primary, *self.others]

    @property
    def broken(self) -> list[Observation]:
        """The observations that break a claim."""
        return [o for o in self.observations if o.verdict == "broken"]

    def keep(self, *claims: str) -> None:
        """Record that the answer keeps these claims."""
        self.others += [Observation(claim, "kept") for claim in claims]

    def leave_open(self, *claims: str) -> None:
        """Record that the page does not decide whether the answer keeps these claims."""
        self.others += [Observation(claim, "undetermined") for claim in claims]

    def breaks(
        self,
        claim: str,
        expected: str,
        got: str,
        *,
        occasion: str = "",
        difference: Difference | None = None,
        symptoms: tuple[Symptom, ...] = (),
        guessed: bool = False,
    ) -> None:
        """Record that the answer breaks a claim. What is expected, what came and the occasion are given in words.

        Without `symptoms`, it is that the claim's field is wrong.
        """
        place = place_of(claim)
        observation = Observation(
            claim,
            "broken",
            shortened(expected, _LONGEST_TEXT),
            shortened(got, _LONGEST_TEXT),
            occasion=occasion,
            symptoms=symptoms or (("field", place) if place else ("claim", claim),),
            guessed=guessed,
            difference=difference,
        )
        self.others.append(observation)

    def breaks_first(self, claim: str, expected: str, got: str, *, symptoms: tuple[Symptom, ...]) -> None:
        """Record that the answer breaks a claim which says better than any other what is wrong."""
        self.breaks(claim, expected, got, symptoms=symptoms)
        self.primary = self.others.pop()

    def check(
        self,
        claim: str,
        holds: bool,
        expected: str,
        got: Any,
        *,
        occasion: str = "",
        allowed: tuple[Any, ...] = (),
    ) -> bool:
        """Record whether a value of the answer keeps a claim or breaks it, and return that.

        `expected`: in words; `got`: the value of the claim's field, NOTHING where it is absent; `allowed`: the right
        values, where the page names them.
        """
        if holds:
            self.keep(claim)
        else:
            place = place_of(claim)
            difference = Difference(place, allowed, got) if place else None
            self.breaks(claim, expected, as_json(got), occasion=occasion, difference=difference)
        return holds

    def imply(self, implied: Implied, claim: str) -> None:
        """Record which readings the answer fits. `claim`: the one to blame if the host fits no reading in the end."""
        for question, readings in implied:
            self.implies[question] = self.implies.get(question, readings) & readings
            self.blames.setdefault(question, claim)

    def hint(self, implied: Implied) -> None:
        """Record which readings the answer suggests."""
        for question, readings in implied:
            self.hints[question] = self.hints.get(question, readings) & readings

    def take(self, reason: Reason, options: Iterable[Option], about: str) -> None:
        """Record that the host took one of these options of a reason.

        Which one it took cannot be told. A reading follows only where each of the options implies one of the same
        question. `about`: the claim to blame where the reason names none.
        """
        taken = tuple(options)
        if any(option.decides for option in taken):
            self.keep(*reason.claims)
        else:
            self.leave_open(*reason.claims)
        implied = [dict(option.implies) for option in taken]
        for question in set(implied[0]).intersection(*implied[1:]):
            fitting = ((question, frozenset().union(*(one[question] for one in implied))),)
            if reason.hint:
                self.hint(fitting)
            else:
                self.imply(fitting, reason.claims[0] if reason.claims else about)


def in_common(implied: Iterable[dict[str, frozenset[str]]]) -> dict[str, frozenset[str]]:
    """Return what holds whichever of several assessments is right.

    That is, for each question of which all of them know something, the readings that fit at least one of them.
    """
    first, *others = [*implied] or [{}]
    shared = set(first).intersection(*others)
    return {key: frozenset().union(first[key], *(other[key] for other in others)) for key in sorted(shared)}


def one_of(values: Iterable[Any]) -> str:
    """Return JSON values of which any will do, in words."""
    return " or ".join(as_json(value) for value in values)


def texts(values: Iterable[Any]) -> str:
    """Return the texts of warnings, in words."""
    return ", ".join(as_json(value) for value in [*values][:_MOST_VALUES]) or "no warning"


def place_of(claim: str) -> str:
    """Return the JSON pointer of the field of the answer that a claim is about; "" if it is about none."""
    first, *names = claim.split(".")
    return "".join(f"/{name}" for name in names[:-1]) if first == "response" else ""
