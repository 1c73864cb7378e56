"""The book of findings: each cause once, however often it is seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from mockserver.conduct.rule import OfTheAnswer, OfTheField, Symptom, Words
from openapi.document import Document
from proof.records import ClientFinding

_KEPT: Final = 20  # findings of one rule
_TESTS: Final = 10  # of a finding, named
_SESSIONS: Final = 1000  # of a finding, known by name
_ORDER: Final = ("broken", "hygiene", "note")


@dataclass(slots=True)
class _Cause:
    """What is known of one cause: what shows it first, how often it was seen in each session, and in which tests."""

    symptom: Symptom
    words: Words
    sent: str
    sessions: Counter[str]
    tests: list[str]


class Book:
    """Keeps the findings of a mock, at most twenty of each rule."""

    def __init__(self) -> None:
        self._causes: dict[str, dict[str, _Cause]] = {}

    def copy(self) -> Book:
        """Return a book with the same findings, to which others can be added."""
        book = Book()
        for rule, causes in self._causes.items():
            book._causes[rule] = {
                title: _Cause(one.symptom, one.words, one.sent, one.sessions.copy(), [*one.tests])
                for title, one in causes.items()
            }
        return book

    def write(self, symptom: Symptom, document: Document, sent: Callable[[], str], *, test: str, session: str) -> None:
        """Write a symptom into the book. `sent` makes the curl line of the request, if this is the first one of its kind."""
        if not self.counts(symptom, test=test, session=session):
            causes = self._causes.setdefault(symptom.rule.name, {})
            if len(causes) < _KEPT:
                causes[symptom.title] = _Cause(symptom, _words(symptom, document), sent(), Counter(), [])
                self.counts(symptom, test=test, session=session)

    def counts(self, symptom: Symptom, *, test: str, session: str) -> bool:
        """Count a symptom whose cause is known, and return whether it is."""
        causes = self._causes.get(symptom.rule.name)
        cause = causes.get(symptom.title) if causes else None
        if cause is None:
            return False
        if session in cause.sessions or len(cause.sessions) < _SESSIONS:
            cause.sessions[session] += 1
        if test and test not in cause.tests and len(cause.tests) < _TESTS:
            cause.tests.append(test)
        return True

    def findings(self, session: str | None = None) -> tuple[ClientFinding, ...]:
        """Return the findings, the worst first; those of one session if it is named. Counts are of all sessions."""
        found = [
            _finding(cause)
            for causes in self._causes.values()
            for cause in causes.values()
            if session is None or session in cause.sessions
        ]
        return tuple(sorted(found, key=lambda one: _ORDER.index(one.level)))


def _words(symptom: Symptom, document: Document) -> Words:
    source = symptom.rule.source
    if symptom.words or isinstance(source, OfTheField | OfTheAnswer):
        return symptom.words or Words("", "")
    return source.words(document)


def _finding(cause: _Cause) -> ClientFinding:
    symptom, words = cause.symptom, cause.words
    return ClientFinding(
        level=symptom.rule.level,
        rule=symptom.rule.name,
        title=symptom.title,
        page=words.text,
        place=words.place,
        sent=cause.sent,
        advice=symptom.advice or symptom.rule.advice,
        count=cause.sessions.total(),
        tests=tuple(cause.tests),
    )
