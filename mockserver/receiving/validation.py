"""Validation: a body against the document's request schema, violations answered by the nearest coded node."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from jsonschema_rs import ValidationError, ValidationErrorKind

from mockserver.exchange.answers import Refusal
from mockserver.exchange.asked import Asked, Path
from mockserver.exchange.exchange import Violation
from openapi.document import Document
from openapi.questions import Readings

# Of the keywords that a value breaks, the first of these is what is wrong with it.
_ORDER = ("required", "type", "pattern", "enum")


class Validation:
    """The compiled request schema, and the outcome that answers a violation at each place of the body."""

    def __init__(self, document: Document, readings: Readings) -> None:
        self._validator = document.validator(document.request_schema())
        self._catalogue = document.outcomes
        self._first_only = readings["many-violations"] == "first"
        self._nearest: dict[Path, str] = {(): "invalid_request"}
        self._by_keyword: dict[Path, Mapping[str, str]] = {(): document.request_root().get("x-outcome-by-keyword", {})}
        for field in document.request_fields:
            self._nearest[field.path] = field.outcome or self._nearest[field.path[:-1]]
            self._by_keyword[field.path] = field.by_keyword

    def violations(self, payload: Any) -> tuple[Violation, ...]:
        """Return what breaks the document, no more than one violation for each place."""
        if self._validator.is_valid(payload):
            return ()
        by_place: dict[Path, Violation] = {}
        for violation in sorted(map(_violation, self._validator.iter_errors(payload)), key=_rank):
            by_place.setdefault(violation.path, violation)
        return tuple(by_place.values())

    def refusal(self, violations: Iterable[Violation], asked: Asked) -> Refusal:
        """Return one error for each distinct outcome, in the catalogue's order, or the first one only."""
        names = {self._answer(violation) for violation in violations}
        outcomes = tuple(outcome for name, outcome in self._catalogue.items() if name in names)
        return Refusal(
            outcomes=outcomes[:1] if self._first_only else outcomes,
            why="; ".join(f"/{'/'.join(map(str, one.path))}: {one.message[:200]}" for one in violations),
            asked=asked,
        )

    def _answer(self, violation: Violation) -> str:
        path = violation.path
        while path not in self._nearest:
            path = path[:-1]
        return self._by_keyword[path].get(violation.keyword, self._nearest[path])


def _violation(error: ValidationError) -> Violation:
    """Return where the violation is; a missing property, and one too many, is so at its own place."""
    kind = error.kind
    if isinstance(kind, ValidationErrorKind.Required):
        place: Path = (*error.instance_path, kind.property)
    elif isinstance(kind, ValidationErrorKind.AdditionalProperties):
        place = (*error.instance_path, *kind.unexpected[:1])
    else:
        place = tuple(error.instance_path)
    return Violation(place, str(error.schema_path[-1]), error.message)


def _rank(violation: Violation) -> int:
    return _ORDER.index(violation.keyword) if violation.keyword in _ORDER else len(_ORDER)
