"""The fields of the body: those that the page does not list, those in another place, and those that are missing."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import Any, Final

from mockserver.conduct.page import Elsewhere, Page, dotted
from mockserver.conduct.request import NOTHING, Sent
from mockserver.conduct.rule import OF_THE_ANSWER, OF_THE_FIELD, Rule, Symptom, Words
from mockserver.conduct.shown import plain
from mockserver.exchange.handling import Violation
from mockserver.exchange.request_fields import Path

UNKNOWN = Rule(
    "request.unknown_field",
    "broken",
    "A field that the page does not list, or a listed one under another name.",
    OF_THE_FIELD,
    "Send the fields under the names that the table of the page gives them, and no others.",
)
MISPLACED = Rule(
    "request.misplaced_field",
    "broken",
    "A listed field in another object than the page has it in.",
    OF_THE_FIELD,
    "Put the field where the table of the page has it.",
)
OTHER_READING = Rule(
    "request.field_of_another_reading",
    "note",
    "A field that the page names, though not in its table; the mock follows the table.",
    OF_THE_FIELD,
    "Ask the host whether it takes this field, or let the mock follow the other reading.",
)
MISSING = Rule(
    "request.missing_field",
    "broken",
    "A required field is missing, null or blank, and no row of the page has answered just that.",
    OF_THE_FIELD,
    "Send all fields that the page requires.",
)
REFUSED = Rule(
    "request.refused_by_its_row",
    "note",
    "A field is missing or has an unlisted value, and the row of the page that is about just that has answered it. "
    "A test does so to meet the row.",
    OF_THE_ANSWER,
    "Nothing to do if a test means to meet this error.",
)
RULES: Final = (UNKNOWN, MISPLACED, OTHER_READING, MISSING, REFUSED)

_MOST: Final = 20  # unknown fields of one body that are looked at
_LONGEST: Final = 60  # characters of a name that is compared letter by letter


def symptoms(sent: Sent, *, all_listed: bool) -> Iterator[Symptom]:
    """Yield what is wrong with the names of the fields, and which are missing. What stands for a field explains its absence.

    `all_listed`: whether all are on the page.
    """
    explained: set[Path] = set()
    for path in () if all_listed else _unknown(sent.payload, sent.page):
        symptom, meant = _unlisted(path, sent)
        explained.update(meant)
        yield symptom
    for violation in sent.violations:
        if violation.path not in explained and (how := _lacks(violation, sent)):
            yield _missing(violation, how, sent)


def answered(violation: Violation, sent: Sent) -> Words | None:
    """Return the row of the page that has answered just this violation, or None."""
    field = sent.page.fields.get(violation.path)
    own = field.by_keyword.get(violation.keyword, field.outcome) if field else None
    for outcome in sent.outcomes:
        if outcome.name == own and outcome.section:
            return Words(outcome.message, f"{outcome.section}, row {outcome.row}")
    return None


def is_absent(value: Any) -> bool:
    """Return whether a value stands for none: null, or a text of blanks only."""
    return value is None or value is NOTHING or (isinstance(value, str) and not value.strip())


def _unknown(payload: Any, page: Page) -> list[Path]:
    """Return the paths of the fields that are not on the page, in listed objects only."""
    found: list[Path] = []
    todo: list[tuple[Path, Any]] = [((), payload)]
    while todo:
        parent, value = todo.pop(0)
        if isinstance(value, dict):
            for name, inner in value.items():
                path = (*parent, name)
                if path not in page.fields:
                    found.append(path)
                elif page.names(path):
                    todo.append((path, inner))
    return found[:_MOST]


def _unlisted(path: Path, sent: Sent) -> tuple[Symptom, Collection[Path]]:
    """Return what is wrong with a field that is not on the page, and the paths of the fields whose absence it explains."""
    page, name = sent.page, plain(dotted(path))
    elsewhere = page.elsewhere.get(path)
    if elsewhere and not (elsewhere.stands_for and sent.value(elsewhere.stands_for) is NOTHING):
        return _of_another_reading(name, elsewhere), ()
    same = (elsewhere and elsewhere.stands_for) or _similar(path, page)
    if not same:
        if wrapped := _wraps(path, sent):
            return wrapped, sent.page.fields
        if other := _similar(path, page, elsewhere=True):
            title = f"{name} is in the wrong place; it belongs to {_around(other)}"
            return Symptom(MISPLACED, title, page.words(other, "type"), f"Send it as {dotted(other)}."), _above(other)
        return Symptom(UNKNOWN, f"{name} is no field of the request", page.inside(path[:-1])), ()
    title = f"{name} is no field of the request; {dotted(same)} is"
    advice = f"Send it as {dotted(same)}."
    if elsewhere:
        advice += f" The other name stands in {elsewhere.words.place}, and another reading takes it."
    return Symptom(UNKNOWN, title, page.words(same, "required"), advice), _above(same)


def _above(path: Path) -> list[Path]:
    """Return the paths of a field and of those around it."""
    return [path[:length] for length in range(1, len(path) + 1)]


def _of_another_reading(name: str, elsewhere: Elsewhere) -> Symptom:
    advice = f"{OTHER_READING.advice} It is {elsewhere.question}={elsewhere.reading}."
    return Symptom(OTHER_READING, f"{name} is not in the table of the page", elsewhere.words, advice)


def _wraps(path: Path, sent: Sent) -> Symptom | None:
    """Return a symptom if an unknown field holds what belongs to the body itself."""
    value, names = sent.value(path), set(sent.page.names(()))
    if not isinstance(value, dict) or len(names & set(value)) < 2:
        return None
    title = f"The fields stand inside {plain(dotted(path))}, not in the body itself"
    return Symptom(MISPLACED, title, sent.page.inside(()), "Send the fields at the top of the body.")


def _around(path: Path) -> str:
    return dotted(path[:-1]) or "the body itself"


def _similar(path: Path, page: Page, *, elsewhere: bool = False) -> Path:
    """Return the listed field whose name is spelt alike, or () if none is.

    The closest in the same object; or, `elsewhere`, one in another that differs by case and signs only.
    """
    name = str(path[-1])
    return _alike(name, path[:-1], tuple(page.fields), elsewhere) if len(name) <= _LONGEST else ()


@lru_cache(maxsize=256)  # a client sends the same names again and again
def _alike(name: str, parent: Path, listed: tuple[Path, ...], elsewhere: bool) -> Path:
    by_form = {_form(str(one[-1])): one for one in reversed(listed) if (one[:-1] != parent) == elsewhere}
    if found := by_form.get(_form(name)):
        return found
    close = difflib.get_close_matches(_form(name), by_form, n=1, cutoff=0.7) if not elsewhere else []
    return by_form[close[0]] if close else ()


def _form(name: str) -> str:
    return re.sub(r"[\W_]", "", name).lower()


def _lacks(violation: Violation, sent: Sent) -> str:
    """Return how a field is lacking, or ''."""
    if violation.keyword in ("required", "not"):
        return "is missing" if violation.keyword == "required" else "has none of its ids"
    field = sent.page.fields.get(violation.path)
    value = sent.value(violation.path)
    if field is None or not field.required or value is NOTHING or not is_absent(value):
        return ""
    return "is null" if value is None else "is blank"


def _missing(violation: Violation, how: str, sent: Sent) -> Symptom:
    name = dotted(violation.path)
    if row := answered(violation, sent):
        return Symptom(REFUSED, f"{name} {how}, which was answered with its own row", row)
    return Symptom(MISSING, f"{name} {how}", sent.page.words(violation.path, "required"))
