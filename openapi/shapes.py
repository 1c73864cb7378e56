"""The shapes of an answer: forms in which the page lets a host answer, and by what an answer shows each of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, NamedTuple

import msgspec

from openapi import source
from openapi.questions import Question

Shown = Mapping[str, str | int | tuple[str | int, ...]]

_NOTHING: Final = ("null", "absent")
# The features of an answer, and the values that each may have. A status is a number, an outcome a name of the document.
FEATURES: Final[Mapping[str, tuple[str, ...]]] = {
    "status": (),
    "outcome": (),
    "stage": ("", "credentials", "transport", "validation", "lookup", "engine"),
    "errors": (*_NOTHING, "list", "object"),
    "number": ("", "one", "several"),
    "code": ("", "number", "string"),
    "message": ("", "whole", "first-sentence", "any-text"),
    "warnings": (*_NOTHING, "list", "object", "strings"),
    "data": (*_NOTHING, "result", "echo"),
    "request-id": ("", *_NOTHING, "echoed", "generated"),
    "action": ("", "ENROL", "OPT_IN", "ENROL_MILESTONES"),
    "result": ("", "SUCCESS", "FAILED"),
    "enrollment-id": ("", "null", "text"),
    "optin-id": ("", "null", "text"),
    "milestone": ("", *_NOTHING, "empty", "list"),
    "milestone-status": ("", "SUCCESS", "FAILED"),
}


class Form(NamedTuple):
    """The features of one answer. '' stands for what the answer has no place for.

    `outcome` has the names of its errors or warnings, `stage` is that of the first error. `number` and `code` are about
    the errors, and `message` says how much of the page's text the first of them has. `request_id` says what of the
    request's own is shown. `result` is data.status. `milestone` is the field of that name, with its list.
    """

    status: int
    outcome: tuple[str, ...] = ()
    stage: str = ""
    errors: str = "absent"
    number: str = ""
    code: str = ""
    message: str = ""
    warnings: str = "absent"
    data: str = "absent"
    request_id: str = ""
    action: str = ""
    result: str = ""
    enrollment_id: str = ""
    optin_id: str = ""
    milestone: str = ""
    milestone_status: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """One shape. `name`: such as success-enrol, or that of a question and a reading with = between them.

    `words`: what it is; `section` and `row`: where the page says it, or leaves it open. `shown`: the features of an
    answer that shows it, each with its value, or with the values that will do.
    """

    name: str
    words: str
    section: str
    row: int
    shown: Shown

    def is_shown_by(self, form: Form) -> bool:
        """Return whether an answer of this form shows the shape."""
        return all(_fits(getattr(form, name.replace("-", "_")), wanted) for name, wanted in self.shown.items())


class _Success(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    words: str
    section: str
    row: Annotated[int, msgspec.Meta(ge=1)]
    shown: dict[str, str | int | tuple[str | int, ...]]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    shapes: tuple[_Success, ...]


def load(questions: Mapping[str, Question], path: Path = source.SHAPES) -> tuple[Shape, ...]:
    """Return the shapes of a success, then those of the readings in the order of the questions. Raises SourceError."""
    file = source.shape(source.read(path), _File, path=path)
    for index, one in enumerate(file.shapes):
        _check(one.shown, f"{path}: /shapes/{index}/shown")
    successes = [Shape(one.name, one.words, one.section, one.row, one.shown) for one in file.shapes]
    return (*successes, *(shape for question in questions.values() for shape in _of(question)))


def _of(question: Question) -> list[Shape]:
    first = question.statements[0]
    found = []
    for reading, shown in question.shows.items():
        place = f"{source.QUESTIONS}: the question {question.id}: /shows"
        if reading not in question.readings:
            raise source.SourceError(
                f"{place}: {reading!r} is none of its readings{source.nearest(reading, question.readings)}"
            )
        _check(shown, f"{place}/{reading}")
        words = f"{question.asks} {question.readings[reading]}"
        found.append(Shape(f"{question.id}={reading}", words, first.section, first.row, shown))
    return found


def _check(shown: Shown, place: str) -> None:
    """Refuse a feature that no answer has, or a value that it never has. Raises SourceError."""
    if not shown:
        raise source.SourceError(f"{place}: every answer would show it; name a feature: {', '.join(FEATURES)}")
    for name, wanted in shown.items():
        if name not in FEATURES:
            raise source.SourceError(f"{place}: an answer has no feature {name!r}{source.nearest(name, FEATURES)}")
        for value in wanted if isinstance(wanted, tuple) else (wanted,):
            if isinstance(value, int) is not (name == "status") or (FEATURES[name] and value not in FEATURES[name]):
                raise source.SourceError(
                    f"{place}/{name}: {value!r} is none of its values ({', '.join(FEATURES[name])})"
                )


def _fits(value: str | int | tuple[str, ...], wanted: str | int | tuple[str | int, ...]) -> bool:
    if isinstance(value, tuple):
        return wanted in value
    return value in wanted if isinstance(wanted, tuple) else value == wanted
