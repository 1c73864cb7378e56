"""The claims of the page, and how a run leaves each: kept, broken, undetermined or unreached."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal

from contracts.errors import Misuse
from contracts.oracle.observation import Observation
from openapi.document import Claim
from openapi.source import nearest

ClaimVerdict = Literal["kept", "broken", "undetermined", "unreached"]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a claim stands after a run, and how many answers spoke to it."""

    claim: Claim
    verdict: ClaimVerdict
    answers: int


class Tally:
    """Counts observations by claim."""

    def __init__(self, claims: Mapping[str, Claim]):
        self._claims = claims
        self._seen: dict[str, Counter[str]] = {name: Counter() for name in claims}

    def count(self, observations: Iterable[Observation]) -> None:
        """Add what one answer shows; a claim that the document does not have counts nowhere."""
        for observation in observations:
            if observation.level == "broken" and observation.claim in self._seen:
                self._seen[observation.claim][observation.verdict] += 1

    def count_broken(self, claim: str) -> None:
        """Note that a claim is broken by answers that contradict each other."""
        if claim in self._seen:
            self._seen[claim]["broken"] += 1

    def standings(self) -> tuple[Standing, ...]:
        """Return every claim of the document, in its order, with its verdict."""
        return tuple(Standing(self._claims[name], _verdict(seen), seen.total()) for name, seen in self._seen.items())


def is_selected(claim: str, only: Collection[str]) -> bool:
    """A claim, or a rule of hygiene, is one of those that somebody asks about: it matches a pattern, or there is none."""
    return not only or any(fnmatchcase(claim, pattern) for pattern in only)


def check_patterns(only: Iterable[str], claims: Collection[str]) -> None:
    """Raise Misuse for a pattern that no claim matches. What hygiene asks for has no list."""
    for pattern in only:
        if not any(is_selected(claim, (pattern,)) for claim in claims) and not pattern.startswith("hygiene"):
            hint = nearest(pattern, claims)
            raise Misuse(f"--only {pattern}: no claim matches it{hint}; `enrol-contract claims` lists them")


def _verdict(seen: Counter[str]) -> ClaimVerdict:
    if seen["broken"]:
        return "broken"
    if seen["kept"]:
        return "kept"
    return "undetermined" if seen["undetermined"] else "unreached"
