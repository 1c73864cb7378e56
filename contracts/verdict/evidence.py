"""The evidence: which readings of the open questions fit everything a host has answered so far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from contracts.oracle.judge import Judgement
from openapi.questions import Question, Readings


@dataclass(frozen=True, slots=True)
class Conflict:
    """A question that a host answers in two ways. `exchange`: one that goes against the other readings."""

    question: str
    claim: str
    usual: str
    exchange: int
    unusual: frozenset[str]


@dataclass(frozen=True, slots=True)
class QuestionState:
    """What a host has told about a question (`key`: the question, or question/field).

    `left`: the readings that fit everything, in the question's order; `exchanges`: those that ruled out the others.
    """

    key: str
    question: str
    left: tuple[str, ...]
    exchanges: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Note:
    readings: frozenset[str]
    exchange: int
    claim: str = ""


class Evidence:
    """Collects, per question (or question/field), what each exchange implies. `declared` readings bind."""

    def __init__(self, questions: Mapping[str, Question], declared: Readings | None = None):
        self._questions = questions
        self._declared = dict(declared or {})
        self._notes: dict[str, list[_Note]] = {}
        self._hints: dict[str, list[_Note]] = {}
        self._provided: dict[str, list[_Note]] = {}

    def add(self, judgement: Judgement, exchange: int) -> None:
        """Remember what one exchange implies, and its hints, which contradict nothing."""
        for key, readings in judgement.implies.items():
            self._notes.setdefault(key, []).append(_Note(readings, exchange, judgement.blames[key]))
        for notes, hints in ((self._hints, judgement.hints), (self._provided, judgement.provided)):
            for key, readings in hints.items():
                notes.setdefault(key, []).append(_Note(readings, exchange))

    def fitting(self, key: str) -> frozenset[str]:
        """Return the readings of a question (or question/field) that fit everything so far."""
        question = key.partition("/")[0]
        fitting = frozenset(self._questions[question].readings)
        if question in self._declared:
            fitting &= {self._declared[question]}
        for note in self._notes.get(key, ()):
            fitting &= note.readings
        return fitting

    def settled(self) -> dict[str, str]:
        """Return the questions (or question/field) of which exactly one reading is left."""
        return {told.key: told.left[0] for told in self.told() if len(told.left) == 1 and told.exchanges}

    def told(self) -> tuple[QuestionState, ...]:
        """Return every question with what is known of it, and with its fields where a host may read each its own way."""
        told = []
        for question in self._questions.values():
            known = {*self._notes, *self._hints, *self._provided}
            keys = sorted(key for key in known if key.partition("/")[0] == question.id)
            told += [self._told(key, question) for key in keys or [question.id]]
        return tuple(told)

    def _told(self, key: str, question: Question) -> QuestionState:
        left = frozenset(question.readings)
        exchanges = []
        for note in self._notes.get(key, ()):
            if left - note.readings:
                exchanges.append(note.exchange)
                left &= note.readings
        for note in self._all_hints(key):
            if left - note.readings and left & note.readings:
                exchanges.append(note.exchange)
                left &= note.readings
        if question.id in self._declared:
            left &= {self._declared[question.id]}
        return QuestionState(key, question.id, tuple(r for r in question.readings if r in left), tuple(exchanges))

    def _all_hints(self, key: str) -> Iterator[_Note]:
        yield from self._hints.get(key, ())
        order = [note.readings for note in self._hints.get("precedence", ())]
        fitting = frozenset.intersection(*order) if order else frozenset()
        if key != "precedence" and fitting and "credentials-lookup-validation" not in fitting:
            yield from self._provided.get(key, ())

    def conflicts(self) -> Iterator[Conflict]:
        """Yield the questions of which no reading is left, with an exchange that goes against the usual one."""
        for key, notes in self._notes.items():
            if self.fitting(key):
                continue
            declared = self._declared.get(key.partition("/")[0])
            votes = Counter(reading for note in notes for reading in sorted(note.readings))
            usual = declared or votes.most_common(1)[0][0]
            against = next(note for note in notes if usual not in note.readings)
            yield Conflict(key, against.claim, usual, against.exchange, against.readings)


def readings_file(told: tuple[QuestionState, ...], questions: Mapping[str, Question]) -> dict[str, str]:
    """Return the readings that are settled, by question: where every field that was asked for agrees."""
    settled: dict[str, str] = {}
    for question in questions.values():
        left = set(question.readings)
        asked = [each for each in told if each.question == question.id and each.exchanges]
        for each in asked:
            left &= set(each.left)
        if asked and len(left) == 1:
            settled[question.id] = left.pop()
    return settled
