"""Findings: one for each cause of broken claims, for an exceeded budget, and for each broken rule of hygiene."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, get_args

from contracts.exchange import Exchange
from contracts.oracle.observation import Difference, Level, Observation
from contracts.verdict.causes import Answers, Case, Example, causes_of
from contracts.verdict.claims import is_selected

# So begins what is expected of answers that contradict each other: no single answer shows such a finding.
CONTRADICTION: Final = "one reading of the question"


@dataclass(frozen=True, slots=True)
class Also:
    """Another claim that is broken for the same cause as a finding's own.

    `exchange`: the number of the one that shows it best. `times`: how many answers show it.
    """

    claim: str
    expected: str
    got: str
    exchange: int
    times: int = 1


@dataclass(frozen=True, slots=True)
class Finding:
    """A broken claim, an exceeded budget or a broken rule of hygiene. `times`: how many answers show it.

    `expected`, `got`: what the page asks for and what came; `occasion`: what asks for it, such as "the promotion is
    PAUSED".
    `exchange`: the one that shows the cause alone and needs the least history; for a budget of time, the slowest.
    `also`: claims that are broken for the same cause; they have no finding of their own. `steps`: the numbers of the
    earlier exchanges without which the answer would be right, such as the enrolment before a repeat. `difference`:
    where one field of the answer shows what is wrong.
    """

    claim: str
    level: Level
    expected: str
    got: str
    exchange: Exchange
    times: int = 1
    also: tuple[Also, ...] = ()
    steps: tuple[int, ...] = ()
    difference: Difference | None = None
    occasion: str = ""

    @property
    def claims(self) -> tuple[str, ...]:
        """All claims that are broken, its own first."""
        return (self.claim, *(also.claim for also in self.also))


def breaking(findings: Iterable[Finding], claim: str) -> Finding | Also | None:
    """Return what shows that a claim is broken: a finding, or a part of one; None if nothing does."""
    for finding in findings:
        if finding.claim == claim:
            return finding
        for also in finding.also:
            if also.claim == claim:
                return also
    return None


class Findings:
    """Collects what breaks claims. `only`: patterns of claims; others are ignored; empty for all."""

    def __init__(self, only: Collection[str] = ()) -> None:
        self._only = only
        self._cases: dict[tuple[str, Level], Case] = {}
        self._answers = Answers()
        self._broken: list[str] = []

    def count_answer(self, exchange: Exchange, suspects: frozenset[str] = frozenset()) -> None:
        """Count an answer that was judged, whatever it shows. `suspects`: see Judgement."""
        self._answers.add(exchange, suspects)

    def add(self, observation: Observation, exchange: Exchange, *, crowd: tuple[int, int] = (0, 0)) -> None:
        """Add a broken observation, unless `only` does not select its claim. `crowd`: see Example.

        A budget is no claim, so `only` does not concern it.
        """
        if observation.level != "budget" and not is_selected(observation.claim, self._only):
            return
        key = (observation.claim, observation.level)
        case = self._cases.setdefault(key, Case(observation.claim, len(self._cases)))
        case.exchanges.add(exchange.number)
        if observation.level == "broken":
            self._broken.append(observation.claim)
        case.statuses.add(exchange.answer.status)
        symptoms = observation.symptoms or (("claim", observation.claim),)
        new = Example(observation, exchange, crowd)
        known = case.examples.get(symptoms)
        if known is None:
            case.examples[symptoms] = new
            return
        known.times += 1
        if observation.level == "budget":
            is_better = exchange.answer.seconds > known.exchange.answer.seconds
        else:
            is_better = new.rank < known.rank
        if is_better:
            new.times = known.times
            case.examples[symptoms] = new

    def all(self) -> tuple[Finding, ...]:
        """Return the findings in the order in which they were found: broken claims, then budgets, then hygiene."""
        return tuple(finding for level in get_args(Level) for finding in self._of_level(level))

    def broken(self) -> list[str]:
        """Return the claim of each observation that broke one, in their order."""
        return self._broken

    def count(self, level: Level) -> int:
        """Return how many claims are broken, or rules of a level."""
        return sum(found == level for _, found in self._cases)

    def _of_level(self, level: Level) -> Iterator[Finding]:
        for cause in causes_of([case for (_, found), case in self._cases.items() if found == level], self._answers):
            best = cause.main.best
            yield Finding(
                cause.main.claim,
                level,
                best.observation.expected,
                best.observation.got,
                best.exchange,
                times=cause.main.times,
                also=tuple(map(_also, cause.others)),
                steps=best.observation.steps,
                difference=best.observation.difference,
                occasion=best.observation.occasion,
            )


def _also(case: Case) -> Also:
    best = case.best
    return Also(case.claim, best.observation.expected, best.observation.got, best.exchange.number, case.times)
