"""Read the open questions, and a choice of readings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated

import msgspec

from openapi import source

Readings = Mapping[str, str]


class Statement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the page says at one place: section, row (counted from 1 within the section) and a summary."""

    section: str
    row: Annotated[int, msgspec.Meta(ge=1)]
    says: str


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One open question: the statements of the page, the readings (name to meaning) and the default reading.

    `shows`: by which features an answer shows a reading (`shapes.py`), for each reading that one answer can show.
    """

    id: str
    asks: str
    statements: tuple[Statement, ...]
    default: str
    readings: dict[str, str]
    shows: dict[str, dict[str, str | int | tuple[str | int, ...]]] = {}


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    questions: tuple[Question, ...]


def load(path: Path = source.QUESTIONS) -> dict[str, Question]:
    """Return the questions by id, in file order. Raises SourceError with file and JSON pointer."""
    file = source.shape(source.read(path), _File, path=path)
    questions: dict[str, Question] = {}
    for index, question in enumerate(file.questions):
        if question.id in questions:
            raise source.SourceError(f"{path}: /questions/{index}/id: the question {question.id!r} is defined twice")
        if question.default not in question.readings:
            raise source.SourceError(
                f"{path}: /questions/{index}/default: {question.default!r} is none of its readings "
                f"({', '.join(question.readings)})"
            )
        questions[question.id] = question
    return questions


def defaults(questions: Mapping[str, Question]) -> dict[str, str]:
    """Return the default reading of every question."""
    return {question.id: question.default for question in questions.values()}


def choose(questions: Mapping[str, Question], *, path: Path | None = None, pairs: Iterable[str] = ()) -> dict[str, str]:
    """Return the readings chosen by a file and by `question=reading` pairs; a pair overrides the file.

    Raises SourceError for an unknown question or reading.
    """
    chosen = load_readings(path, questions) if path else {}
    for pair in pairs:
        question, equals, reading = pair.partition("=")
        if not equals:
            raise source.SourceError(f"--reading: {pair!r} is not QUESTION=READING")
        check_readings({question: reading}, questions, path="--reading")
        chosen[question] = reading
    return chosen


def load_readings(path: Path, questions: Mapping[str, Question]) -> dict[str, str]:
    """Read a file of chosen readings, a YAML mapping of question to reading. Raises SourceError.

    A reading needs no quotes, even if it is read as a number or null: `engine-status: 500` and `data-on-error: null`
    both name readings. A key that begins with `x-` is left out.
    """
    raw = source.read(path)
    if raw is None:
        return {}
    if not isinstance(raw, dict):
        raise source.SourceError(f"{path}: holds {type(raw).__name__}, not a mapping of question to reading")
    return chosen(raw, questions, path=path)


def chosen(raw: Mapping[str, object], questions: Mapping[str, Question], *, path: Path | str) -> dict[str, str]:
    """Return a choice of readings that was read as plain data, with each reading as a text. Raises SourceError."""
    words = {None: "null", True: "yes", False: "no"}
    named = {
        key: words[reading] if reading is None or isinstance(reading, bool) else str(reading)
        for key, reading in raw.items()
        if not str(key).startswith("x-")
    }
    check_readings(named, questions, path=path)
    return named


def check_readings(chosen: Readings, questions: Mapping[str, Question], *, path: Path | str) -> None:
    """Raise SourceError if a choice of readings names an unknown question or reading."""
    for key, reading in chosen.items():
        if key not in questions:
            raise source.SourceError(
                f"{source.where(path, f'/{key}')}{key!r} is no open question{source.nearest(key, questions)}"
            )
        known = list(questions[key].readings)
        if reading not in known:
            raise source.SourceError(
                f"{source.where(path, f'/{key}')}{key}: {reading!r} is none of its readings "
                f"({', '.join(known)}){source.nearest(reading, known)}"
            )
