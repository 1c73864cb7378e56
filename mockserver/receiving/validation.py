"""Validation: where a body breaks the document, and which outcomes say so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from jsonschema_rs import ValidationError, ValidationErrorKind

from mockserver.exchange.answers import Refusal
from mockserver.exchange.handling import Violation
from mockserver.exchange.request_fields import Path, RequestFields
from openapi.document import Document
from openapi.questions import Readings

# If a value breaks several keywords, the first of these is reported. A keyword not listed comes last.
_ORDER = ("required", "type", "pattern", "enum")


class Validation:
    """The compiled schema of the request, and the outcome for a violation at each place of the body.

    A place without an outcome of its own takes that of the nearest node above it.
    """

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
        """Return where the body breaks the document, at most one violation for each place."""
        if self._validator.is_valid(payload):
            return ()
        by_place: dict[Path, Violation] = {}
        for violation in sorted(map(_violation, self._validator.iter_errors(payload)), key=_rank):
            by_place.setdefault(violation.path, violation)
        return tuple(by_place.values())

    def refusal(self, violations: Iterable[Violation], fields: RequestFields) -> Refusal:
        """Return each outcome of the violations once, in the catalogue's order; or the first only (many-violations)."""
        names = {self._outcome(violation) for violation in violations}
        outcomes = tuple(outcome for name, outcome in self._catalogue.items() if name in names)
        return Refusal(
            outcomes=outcomes[:1] if self._first_only else outcomes,
            why="; ".join(f"/{'/'.join(map(str, one.path))}: {one.message[:200]}" for one in violations),
            fields=fields,
        )

    def _outcome(self, violation: Violation) -> str:
        path = violation.path
        while path not in self._nearest:
            path = path[:-1]
        return self._by_keyword[path].get(violation.keyword, self._nearest[path])


def _violation(error: ValidationError) -> Violation:
    """Return a validator's error as a violation.

    The validator reports a missing or an unknown property at the object around it; its place is the
    property's own path.
    """
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
