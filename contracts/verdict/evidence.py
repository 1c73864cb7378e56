"""The evidence: which readings of the open questions fit everything that a host has answered so far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from contracts.oracle.judgement import Judgement
from contracts.oracle.observation import Observation, Symptom
from contracts.oracle.reasons import Implied
from contracts.oracle.usual import Strangeness
from openapi.questions import Question, Readings


@dataclass(frozen=True, slots=True)
class Conflict:
    """A question for which no reading fits all answers of a host.

    `usual`: the declared reading, or the one that fits most exchanges. `exchange`: the first that does not fit it;
    `unusual`: the readings that this one fits; `claim`: the claim that it breaks. `otherwise`: what it breaks under the
    usual reading, if that was known then. `signs`: see Judgement. `shown_by`: an exchange that shows the usual reading;
    None if it is declared.
    """

    question: str
    claim: str
    usual: str
    exchange: int
    unusual: frozenset[str]
    otherwise: tuple[Observation, ...] = ()
    signs: tuple[Symptom, ...] = ()
    shown_by: int | None = None

    @property
    def claims(self) -> tuple[str, ...]:
        """The claims that the exchange breaks."""
        return tuple(observation.claim for observation in self.otherwise) or (self.claim,)


@dataclass(frozen=True, slots=True)
class QuestionState:
    """What is known about a host's reading of a question.

    `key`: the question, or question/field if a host may read each field its own way. `left`: the readings that fit all
    answers, in the question's order. `exchanges`: the exchanges that ruled out the others.
    """

    key: str
    question: str
    left: tuple[str, ...]
    exchanges: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Note:
    """The readings that one exchange fits, and what to blame if it contradicts the others: see Conflict."""

    readings: frozenset[str]
    exchange: int
    claim: str = ""
    otherwise: tuple[Observation, ...] = ()
    signs: tuple[Symptom, ...] = ()


class Evidence:
    """Collects, for each question (or question/field), the readings that each exchange fits.

    `declared`: readings that the host must follow, by question.
    """

    def __init__(self, questions: Mapping[str, Question], declared: Readings | None = None):
        self._questions = questions
        self._declared = dict(declared or {})
        self._notes: dict[str, list[_Note]] = {}
        self._hints: dict[str, list[_Note]] = {}
        self._provided: dict[str, list[_Note]] = {}
        self._votes: dict[str, Counter[str]] = {}

    def add(self, judgement: Judgement, exchange: int) -> None:
        """Add the evidence of one exchange. Readings that it implies may conflict; hints never do."""
        for key, readings in judgement.implies.items():
            note = _Note(readings, exchange, judgement.blames[key], judgement.otherwise, judgement.signs)
            self._notes.setdefault(key, []).append(note)
            self._votes.setdefault(key, Counter()).update(readings)
        for notes, hints in ((self._hints, judgement.hints), (self._provided, judgement.provided)):
            for key, readings in hints.items():
                notes.setdefault(key, []).append(_Note(readings, exchange))

    def forget_implied(self) -> None:
        """Forget the readings that exchanges implied; what they only suggest stays."""
        self._notes.clear()
        self._votes.clear()

    def strangeness(self, implied: Implied) -> Strangeness:
        """Return of how many questions the host shows other readings than these, and of how many more it shows none.

        Of the latter only those count of which these are not the default.
        """
        against = unusual = 0
        for key, readings in implied:
            usual = self._usual(key)
            if usual:
                against += not usual & readings
            else:
                unusual += self._questions[key.partition("/")[0]].default not in readings
        return against, unusual

    def _usual(self, key: str) -> frozenset[str]:
        """Return the declared reading of a question, or those that fit most exchanges; none if no exchange shows any."""
        declared = self._declared.get(key.partition("/")[0])
        if declared:
            return frozenset({declared})
        base, longer, _ = key.partition(">")
        votes = self._votes.get(key, Counter())
        if longer and base in self._hints:
            # How a host words its texts is the usual way, not how it words the longer ones.
            votes = Counter(reading for note in self._hints[base] for reading in note.readings)
        most = max(votes.values(), default=0)
        return frozenset(reading for reading, times in votes.items() if times == most)

    def fitting(self, key: str) -> frozenset[str]:
        """Return the readings of a question (or question/field) that fit all exchanges so far; hints are ignored."""
        question = key.partition("/")[0]
        fitting = frozenset(self._questions[question].readings)
        if question in self._declared:
            fitting &= {self._declared[question]}
        for note in self._notes.get(key, ()):
            fitting &= note.readings
        return fitting

    def settled(self) -> dict[str, str]:
        """Return, by question (or question/field), the only reading that is left, where evidence ruled out all others."""
        return {state.key: state.left[0] for state in self.states() if len(state.left) == 1 and state.exchanges}

    def states(self) -> tuple[QuestionState, ...]:
        """Return what is known about every question; a question that is read by field has a state for each field."""
        states = []
        for question in self._questions.values():
            noted = {*self._notes, *self._hints, *self._provided}
            # What is known only of longer texts is compared, and not told.
            keys = sorted(key for key in noted if key.partition("/")[0] == question.id and ">" not in key)
            states += [self._state(key, question) for key in keys or [question.id]]
        return tuple(states)

    def _state(self, key: str, question: Question) -> QuestionState:
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
        """Yield the hints for a key, and the conditional ones if the host is known to look at the fields first."""
        yield from self._hints.get(key, ())
        hinted = [note.readings for note in self._hints.get("precedence", ())]
        fitting = frozenset.intersection(*hinted) if hinted else frozenset()
        if key != "precedence" and fitting and "credentials-lookup-validation" not in fitting:
            yield from self._provided.get(key, ())

    def conflicts(self) -> Iterator[Conflict]:
        """Yield a Conflict for each question that has no fitting reading left."""
        for key, notes in self._notes.items():
            if self.fitting(key):
                continue
            yield self._conflict(key, notes)

    def _conflict(self, key: str, notes: list[_Note]) -> Conflict:
        question = key.partition("/")[0]
        usual = self._likeliest(key, self._questions[question].default)
        showing = [note.exchange for note in notes if usual in note.readings]
        against = [note for note in notes if usual not in note.readings]
        # An answer that comes after one with the usual reading is easier to follow.
        late = [note for note in against if showing and note.exchange > showing[0]]
        first = next((note for note in late if note.otherwise), (late or against)[0])
        shown_by = next((number for number in showing if number < first.exchange), showing[0] if showing else None)
        return Conflict(
            key.partition(">")[0],
            first.claim,
            usual,
            first.exchange,
            first.readings,
            otherwise=first.otherwise,
            signs=first.signs,
            shown_by=None if question in self._declared else shown_by,
        )

    def _likeliest(self, key: str, default: str) -> str:
        """Return, of the readings that fit most exchanges, the one that is suggested most often, or the default."""
        hints = Counter(reading for note in self._hints.get(key, ()) for reading in note.readings)
        return max(sorted(self._usual(key)), key=lambda reading: (hints[reading], reading == default))


def readings_file(states: tuple[QuestionState, ...], questions: Mapping[str, Question]) -> dict[str, str]:
    """Return the settled readings by question: exactly one reading fits all its fields with evidence."""
    settled: dict[str, str] = {}
    for question in questions.values():
        left = set(question.readings)
        asked = [state for state in states if state.question == question.id and state.exchanges]
        for state in asked:
            left &= set(state.left)
        if asked and len(left) == 1:
            settled[question.id] = left.pop()
    return settled
