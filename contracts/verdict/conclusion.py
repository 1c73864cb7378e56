"""The conclusion: the findings that no single answer shows. It may judge everything once more, for others who enrol too."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import Final

from contracts.exchange import Exchange
from contracts.oracle.assessment import AGAIN, TOO_SOON
from contracts.oracle.observation import Observation, Symptom
from contracts.verdict.evidence import Conflict
from contracts.verdict.findings import CONTRADICTION
from contracts.verdict.others import shows_others
from contracts.verdict.overlaps import take_each
from contracts.verdict.record import Record

# Questions of what a host does with the enrolments that it has made.
_OF_ENROLMENTS: Final = ("opt-in-first", "opt-in-after")


def conclude_record(record: Record) -> None:
    """Add the findings of contradictory readings, and of too many passing failures."""
    _count_what_was_not_sent_again(record)
    shown = shows_others(record.exchanges) if record.has_failed() else None
    if shown:
        _judge_as_shared(record)
        record.note("shows that others enrol customers here at the same time, so anybody may be enrolled", shown)
        _count_what_was_not_sent_again(record)
    too_many = record.retries.too_many(record.exchanges)
    if too_many:
        _add(record, *too_many)
    exchanges = {exchange.number: exchange for exchange in record.exchanges}
    for conflict in record.evidence.conflicts():
        for observation in conflict.otherwise or (_contradiction(conflict, record),):
            steps = {*observation.steps, *(() if conflict.shown_by is None else (conflict.shown_by,))}
            _add(record, exchanges[conflict.exchange], replace(observation, steps=tuple(sorted(steps))))


def _contradiction(conflict: Conflict, record: Record) -> Observation:
    """Return the observation that an answer contradicts another one, where neither is wrong by itself."""
    question = conflict.question.partition("/")[0]
    readings = record.questions[question].readings
    # Several kinds of values that are answered in the same two ways have one cause.
    alike = ("readings", question, conflict.usual, *sorted(conflict.unusual))
    return Observation(
        conflict.claim,
        "broken",
        f"{CONTRADICTION} {conflict.question}, as in the other answers: {readings[conflict.usual]}",
        " or ".join(readings[one] for one in sorted(conflict.unusual)) or "an answer that fits no reading",
        guessed=True,
        symptoms=(("reading", conflict.question), alike, *conflict.signs, *_symptoms(conflict.question)),
    )


def _symptoms(question: str) -> tuple[Symptom, ...]:
    """Return which other mistakes show in two answers to a question."""
    name, _, mistakes = question.partition("/")
    if name == "many-violations":
        return tuple(("passed", each) for each in mistakes.split("+"))
    return (AGAIN, TOO_SOON) if name in _OF_ENROLMENTS else ()


def _count_what_was_not_sent_again(record: Record) -> None:
    for failure in (*record.retries.take_unrepeated(), *record.retries.take_held()):
        record.apply(*failure)


def _judge_as_shared(record: Record) -> None:
    """Judge all exchanges once more, as on a host on which others enrol customers too. Notes stay as they are."""
    notes = list(record.notes)
    for is_judged, exchanges in groupby(record.start_again(), key=lambda e: not (e.probe or e.answer.cut_from)):
        if is_judged:
            take_each(record, (replace(exchange, answer=exchange.answer.with_json()) for exchange in exchanges))
        else:
            for exchange in exchanges:
                record.add(exchange)
    record.notes[:] = notes


def _add(record: Record, exchange: Exchange, observation: Observation) -> None:
    record.findings.add(observation, exchange)
    record.tally.count_broken(observation.claim)
