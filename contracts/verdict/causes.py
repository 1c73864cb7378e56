"""Causes: which broken claims have one cause, which of them names it, and which answer shows it best.

Source: none on the page. A defect of a host often breaks several claims: a lost field is missing in every answer, and a
wrong code comes to every request that has the same mistake in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from contracts.exchange import Exchange
from contracts.oracle.observation import Observation, Symptom


@dataclass(slots=True)
class Example:
    """Answers that break one claim with the same symptoms: the one that shows it best, and how many there are.

    `crowd`: how many other reasons there are to refuse the request, and other claims that the answer breaks.
    """

    observation: Observation
    exchange: Exchange
    crowd: int
    times: int = 1

    @property
    def rank(self) -> tuple[bool, int, int, int, int]:
        """The lower, the better: it shows the cause alone, needs the least history, and is small and early."""
        request = self.exchange.request
        steps = len(self.observation.steps)
        return self.observation.guessed, self.crowd, steps, len(request.payload()), self.exchange.number


@dataclass(slots=True)
class Case:
    """One broken claim, with an example for each set of symptoms. `place`: its place in the order of finding."""

    claim: str
    place: int
    examples: dict[tuple[Symptom, ...], Example] = field(default_factory=dict)

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


@dataclass(frozen=True, slots=True)
class Cause:
    """Claims that are broken for one cause: the one that names it, and the others."""

    main: Case
    others: tuple[Case, ...] = ()


def causes_of(cases: Iterable[Case]) -> list[Cause]:
    """Group broken claims by their cause, in the order in which the causes were first seen.

    A claim that the answer itself shows to be broken names a cause better than one that is only blamed for it, and one
    that is seen alone better than one that is seen beside other mistakes.
    """
    by_worth = sorted(cases, key=lambda case: (case.best.observation.guessed, case.best.crowd, case.place))
    mains: list[Case] = []
    for case in by_worth:
        if not case.is_explained_by({symptom for main in mains for symptom in main.symptoms}):
            mains.append(case)
    causes = [Cause(main, tuple(_explained(main, mains, by_worth))) for main in mains]
    return sorted(causes, key=lambda cause: min(case.place for case in (cause.main, *cause.others)))


def _explained(main: Case, mains: list[Case], cases: list[Case]) -> Iterator[Case]:
    """Yield the cases that belong to a main one: it is the first that shares a symptom with them."""
    for case in sorted(cases, key=lambda one: one.place):
        if case not in mains and next(each for each in mains if each.symptoms & case.symptoms) is main:
            yield case
