"""The page as the rules need it: the fields of the request, their words, and the names that other readings give them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from mockserver.conduct.rule import Words
from mockserver.exchange.request_fields import Path
from mockserver.plan import Plan
from mockserver.receiving.validation import Validation
from openapi import document, extensions, questions
from openapi.document import Field
from openapi.effective import effective
from openapi.questions import Question


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A field that the page has under another reading only. `stands_for` is the field whose place it takes, if any."""

    stands_for: Path | None
    words: Words
    question: str
    reading: str


class Page:
    """What the document of a plan says about the request."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.document = plan.document
        self.fields: Mapping[Path, Field] = {field.path: field for field in plan.document.request_fields}
        self._names: dict[Path, list[str]] = {path: [] for path in ((), *self.fields)}
        for path in self.fields:
            self._names[path[:-1]].append(str(path[-1]))
        self._words: dict[tuple[Path, str], Words] = {}  # of the fields
        # Those whose numbers are integers.
        self.integers = [path for path, one in self.fields.items() if "integer" in extensions.types(one.schema)]
        examples = plan.document.request_examples().values()
        self.example_ids = frozenset(example.get("requestId") for example in examples)

    def names(self, parent: Path) -> list[str]:
        """Return the names of the fields directly inside a field; those of the body itself for ()."""
        return self._names.get(parent, [])

    def words(self, path: Path, claim: str) -> Words:
        """Return what the page says about a field: its claim of this kind, such as `required`, or its description."""
        field = self.fields.get(path)
        if field is None:
            described = self.document.operation["requestBody"]
            return Words(str(described["description"]), "Body parameters")
        found = self._words.get((path, claim))
        if found is None:
            found = self._words[path, claim] = _words(field, claim)
        return found

    def inside(self, parent: Path) -> Words:
        """Return which fields the page lists inside a field."""
        names, place = self.names(parent), self.words(parent, "type").place
        return Words(f"{dotted(parent) or 'The body'} has the fields {', '.join(names)}.", place)

    @cached_property
    def elsewhere(self) -> Mapping[Path, Elsewhere]:
        """The fields that only another reading of the page has, by their path."""
        found: dict[Path, Elsewhere] = {}
        root = self.document.request_root()
        asked = {name for field in self.fields.values() for name in field.schema.get("x-questions", {}).values()}
        asked |= set(root.get("x-questions", {}).values())
        for question in self._questions.values():
            if question.id not in asked:
                continue
            for reading in question.readings:
                if reading == self.plan.readings[question.id]:
                    continue
                paths = [field.path for field in self._under(question.id, reading).request_fields]
                for path in paths:
                    if path not in self.fields:
                        there = [one[-1] for one in paths if one[:-1] == path[:-1]]
                        found.setdefault(path, self._elsewhere(path, there, question, reading))
        return found

    @cached_property
    def forms(self) -> Validation:
        """What tells the forms of ids: the request under the reading that looks at them."""
        return Validation(self._under("malformed-id", "field-code"), self.plan.readings)

    def _elsewhere(self, path: Path, there: list[str], question: Question, reading: str) -> Elsewhere:
        here, name = self.names(path[:-1]), str(path[-1])
        stands_for = (*path[:-1], here[there.index(name)]) if len(here) == len(there) else None
        said = next((one for one in question.statements if name in one.says), question.statements[0])
        return Elsewhere(stands_for, Words(said.says, f"{said.section}, row {said.row}"), question.id, reading)

    def _under(self, question: str, reading: str) -> document.Document:
        chosen = {**self.plan.readings, question: reading}
        return effective(self._usual, chosen, known_questions=self._questions)

    @cached_property
    def _questions(self) -> Mapping[str, Question]:
        return questions.load()

    @cached_property
    def _usual(self) -> document.Document:
        return document.load(known_questions=self._questions)


def _words(field: Field, claim: str) -> Words:
    documented = field.schema.get("x-documented")
    if documented is None:
        return Words(str(field.schema.get("x-assumed") or field.schema.get("description", "")), "")
    said = next((says for name, says in documented["claims"].items() if name.endswith(f".{claim}")), None)
    return Words(said or str(field.schema["description"]), f"{documented['section']}, row {documented['row']}")


def dotted(path: Path) -> str:
    """Return the name of a field with those around it, as the error rows of the page write it."""
    return ".".join(map(str, path))
