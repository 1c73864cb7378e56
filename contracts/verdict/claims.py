"""The verdict on each claim of the page: kept, broken, undetermined or unreached."""

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
    """The verdict on a claim after a run. `answers`: how many answers tested it. `needs`: what would reach it, in words.

    `seconds`: how long its answers took. An answer that tests several claims counts for each in equal parts, so that
    the seconds of all claims add up to those of the host.
    """

    claim: Claim
    verdict: ClaimVerdict
    answers: int
    needs: str = ""
    seconds: float = 0.0


class Tally:
    """Counts, for each claim, the observations of each verdict, and adds up the seconds of its answers."""

    def __init__(self, claims: Mapping[str, Claim]):
        self._claims = claims
        self._seen: dict[str, Counter[str]] = {name: Counter() for name in claims}
        self._seconds = dict.fromkeys(claims, 0.0)

    def count(self, observations: Iterable[Observation], *, seconds: float) -> None:
        """Add the observations of an answer that took so long. Ignore claims that are not listed, and hygiene."""
        listed = [each for each in observations if each.level == "broken" and each.claim in self._seen]
        for observation in listed:
            self._seen[observation.claim][observation.verdict] += 1
        tested = {observation.claim for observation in listed}
        for claim in tested:
            self._seconds[claim] += seconds / len(tested)

    def count_broken(self, claim: str) -> None:
        """Count a claim as broken that no single answer breaks, as when answers contradict each other."""
        if claim in self._seen:
            self._seen[claim]["broken"] += 1

    def times_kept(self, claim: str) -> int:
        """Return how many answers have kept a claim; 0 for what is no claim."""
        return self._seen.get(claim, Counter())["kept"]

    def standings(self) -> tuple[Standing, ...]:
        """Return the verdict on every claim, in the order of the document."""
        return tuple(
            Standing(self._claims[name], _verdict(seen), seen.total(), seconds=self._seconds[name])
            for name, seen in self._seen.items()
        )


def is_selected(claim: str, only: Collection[str]) -> bool:
    """A claim or hygiene rule matches one of the patterns `only`, or there are no patterns."""
    return not only or any(fnmatchcase(claim, pattern) for pattern in only)


def check_patterns(only: Iterable[str], claims: Collection[str]) -> None:
    """Raise Misuse for a pattern that matches no claim. Patterns of hygiene rules, which are not listed, always pass."""
    for pattern in only:
        if not any(is_selected(claim, (pattern,)) for claim in claims) and not pattern.startswith("hygiene"):
            groups = {"hygiene.*", *(f"{claim.rpartition('.')[0]}.*" for claim in claims)}
            hint = nearest(pattern, [*claims, *sorted(groups)])
            raise Misuse(
                f"--only {pattern}: no claim matches this pattern{hint}; `enrol-contract claims` lists all claims"
            )


def _verdict(seen: Counter[str]) -> ClaimVerdict:
    if seen["broken"]:
        return "broken"
    if seen["kept"]:
        return "kept"
    return "undetermined" if seen["undetermined"] else "unreached"
