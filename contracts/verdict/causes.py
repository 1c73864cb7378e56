"""Causes: which broken claims have one cause, which of them names it, and which answer shows it best.

Source: none on the page. A defect of a host often breaks several claims: a lost field is missing in every answer, and a
wrong code comes to every request that has the same mistake in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from contracts.exchange import Exchange
from contracts.oracle.observation import Observation, Symptom
from contracts.verdict.retries import ENGINE_ERROR

# Two claims that are broken in the same answers have one cause, unless that would be as likely by chance.
_CHANCE: Final = 0.01
# So many wrong answers show what their requests have in common.
_SEVERAL: Final = 3
_NEARLY_ALL: Final = 0.9


@dataclass(slots=True)
class Example:
    """Answers that break one claim with the same symptoms: the one that shows it best, and how many there are.

    `crowd`: how many reasons must refuse the request, and how many other things speak for or against the answer:
    reasons that may, and claims that it breaks.
    """

    observation: Observation
    exchange: Exchange
    crowd: tuple[int, int]
    times: int = 1

    @property
    def rank(self) -> tuple[bool, int, int, int, int]:
        """The lower, the better: it shows the cause alone, needs the least history, and is small and early."""
        request = self.exchange.request
        steps = len(self.observation.steps)
        return self.observation.guessed, sum(self.crowd), steps, len(request.payload()), self.exchange.number


@dataclass(slots=True)
class Case:
    """One broken claim, with an example for each set of symptoms.

    `place`: its place in the order of finding. `exchanges`: the numbers of those that break it. `statuses`: theirs of
    HTTP.
    """

    claim: str
    place: int
    examples: dict[tuple[Symptom, ...], Example] = field(default_factory=dict)
    exchanges: set[int] = field(default_factory=set)
    statuses: set[int] = field(default_factory=set)

    @property
    def best(self) -> Example:
        """The example that shows the claim best."""
        return min(self.examples.values(), key=lambda example: example.rank)

    @property
    def times(self) -> int:
        """How many answers break the claim."""
        return sum(example.times for example in self.examples.values())

    @property
    def symptoms(self) -> set[Symptom]:
        """All symptoms of the claim."""
        return {symptom for symptoms in self.examples for symptom in symptoms}

    def is_explained_by(self, others: set[Symptom]) -> bool:
        """Each of its examples shares a symptom with these."""
        return all(others.intersection(symptoms) for symptoms in self.examples)


@dataclass(slots=True)
class Answers:
    """What is counted of all answers, right or wrong.

    `statuses`: how many have each HTTP status. `suspects`: for each exchange, the claims that its request puts in
    question; a wrong refusal might break any of them. `often`: how many do so.
    """

    statuses: Counter[int] = field(default_factory=Counter)
    suspects: dict[int, frozenset[str]] = field(default_factory=dict)
    often: Counter[str] = field(default_factory=Counter)

    def add(self, exchange: Exchange, suspects: frozenset[str]) -> None:
        """Count an answer."""
        self.statuses[exchange.answer.status] += 1
        self.suspects[exchange.number] = suspects
        self.often.update(suspects)

    def share(self, claim: str, exchanges: set[int]) -> bool:
        """Nearly all of these requests put a claim in question."""
        return sum(claim in self.suspects.get(number, ()) for number in exchanges) >= _NEARLY_ALL * len(exchanges)

    def stand_out(self, claim: str, exchanges: set[int]) -> bool:
        """Nearly all of these requests put a claim in question, and so few others do that this is no chance."""
        if not self.share(claim, exchanges):
            return False
        usual = self.often[claim] / len(self.suspects)
        return bool(usual ** (_NEARLY_ALL * len(exchanges)) < _CHANCE)

    def rarest(self, exchanges: set[int]) -> str | None:
        """Return the claim that stands out in these requests, the rarest if there are several; None if none does."""
        claims = {claim for number in exchanges for claim in self.suspects.get(number, ())}
        outstanding = [claim for claim in sorted(claims) if self.stand_out(claim, exchanges)]
        return min(outstanding, key=lambda claim: self.often[claim], default=None)


@dataclass(slots=True)
class Cause:
    """Claims that are broken for one cause: the one that names it, and the others. `symptoms`: of those that are sure."""

    main: Case
    symptoms: set[Symptom]
    others: list[Case] = field(default_factory=list)

    @property
    def place(self) -> int:
        """Its place in the order of finding."""
        return min(case.place for case in (self.main, *self.others))

    def add(self, case: Case) -> None:
        """Add another claim that is broken for this cause."""
        self.others.append(case)
        self.others.sort(key=lambda other: other.place)
        if not case.best.observation.guessed:
            self.symptoms |= case.symptoms


def causes_of(cases: Iterable[Case], answers: Answers) -> list[Cause]:
    """Group broken claims by their cause, in the order in which the causes were first seen.

    A claim that the answer itself shows to be broken names a cause better than one that is only blamed for it, or that
    is broken in consequence. One that is seen alone names it better than one that is seen beside other mistakes. What
    all requests of a cause have in common names it best.
    """
    causes: list[Cause] = []
    for case in sorted(cases, key=_rank):
        cause = _with_its_symptoms(case, causes) or _always_beside(case, causes, answers)
        if cause:
            cause.add(case)
        else:
            causes.append(Cause(case, case.symptoms))
    causes = _joined(causes)
    for cause in causes:
        _name(cause, answers)
    return sorted(causes, key=lambda cause: cause.place)


def _rank(case: Case) -> tuple[bool, bool, int, int, int]:
    best = case.best
    return best.observation.guessed, best.observation.indirect, best.crowd[0], -len(case.exchanges), case.place


def _joined(causes: list[Cause]) -> list[Cause]:
    """Join a cause to one before it whose symptoms explain all of it: some of them may have become known later."""
    joined: list[Cause] = []
    for cause in causes:
        cases = (cause.main, *cause.others)
        earlier = (one for one in joined if all(case.is_explained_by(one.symptoms) for case in cases))
        first = next(earlier, None)
        if first is None:
            joined.append(cause)
        else:
            for case in cases:
                first.add(case)
    return joined


def _name(cause: Cause, answers: Answers) -> None:
    """Let the claim name a cause that is in question in all of its requests, if the one that names it now is not."""
    cases = (cause.main, *cause.others)
    exchanges = {number for case in cases for number in case.exchanges}
    if len(exchanges) < _SEVERAL or answers.share(cause.main.claim, exchanges):
        return
    common = [case for case in sorted(cases, key=_rank) if answers.stand_out(case.claim, exchanges)]
    if common:
        cause.main = common[0]
        cause.others = sorted((case for case in cases if case is not common[0]), key=lambda other: other.place)
    elif cause.main.claim == ENGINE_ERROR and (claim := answers.rarest(exchanges)):
        # A crash is blamed on nothing in the request. What all of the requests have in common says what it is over.
        cause.others = sorted(cases, key=lambda other: other.place)
        cause.main = replace(cause.main, claim=claim)


def _with_its_symptoms(case: Case, causes: list[Cause]) -> Cause | None:
    """Return the first cause with a symptom of a case, if all of its examples have one of a cause."""
    if not case.is_explained_by({symptom for cause in causes for symptom in cause.symptoms}):
        return None
    return next(cause for cause in causes if cause.symptoms & case.symptoms)


def _always_beside(case: Case, causes: list[Cause], answers: Answers) -> Cause | None:
    """Return the first cause beside which a case is always seen, or which is always seen beside it, but not by chance."""
    for cause in causes:
        for other in (cause.main, *cause.others):
            for inner, outer in ((case, other), (other, case)):
                if inner.exchanges <= outer.exchanges and _chance(inner, outer, answers) < _CHANCE:
                    return cause
    return None


def _chance(inner: Case, outer: Case, answers: Answers) -> float:
    """Return how likely it is that a claim happens to be broken only where another one is."""
    alike = sum(answers.statuses[status] for status in outer.statuses)
    return (len(outer.exchanges) / alike) ** len(inner.exchanges) if alike else 1.0
