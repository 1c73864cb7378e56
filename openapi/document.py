"""Read and check the OpenAPI document of the enrol call, and offer typed views of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jsonschema_rs

from openapi import extensions, questions, source
from openapi.extensions import Documented, Kind, Mark, Stage
from openapi.places import BODY, MEDIA_TYPE, check_bodies, check_references, follow, locate
from openapi.source import SourceError

URN = "urn:enrol-contract-kit:document"


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement of the page that a host keeps or breaks.

    `section` and `row` (counted from 1) locate it on the page, `pointer` in the document.
    """

    id: str
    says: str
    section: str
    row: int
    pointer: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """One row of the catalogue of errors and warnings.

    `code` is None for a warning; `section` and `row` are None for an outcome that is not on the page.
    """

    name: str
    kind: Kind
    stage: Stage
    status: int
    code: int | None
    message: str
    section: str | None
    row: int | None


@dataclass(frozen=True, slots=True)
class Field:
    """One property of the request body.

    `path`: the property names from the root of the body. `outcome`: the field's own x-outcome, None without one.
    `pointer`: the JSON pointer of `schema`. `by_keyword`: x-outcome-by-keyword, which maps a schema keyword to the
    outcome that answers a violation of that keyword instead of `outcome`.
    """

    path: tuple[str, ...]
    required: bool
    outcome: str | None
    schema: Mapping[str, Any]
    pointer: str
    by_keyword: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Document:
    """The checked document. `raw` is the OpenAPI document as plain data and must not be changed."""

    raw: dict[str, Any]
    path: str
    method: str
    outcomes: Mapping[str, Outcome]
    claims: Mapping[str, Claim]
    request_fields: tuple[Field, ...]

    @property
    def operation(self) -> Mapping[str, Any]:
        """The operation object of the enrol call."""
        operation: Mapping[str, Any] = self.raw["paths"][self.path][self.method]
        return operation

    @property
    def operation_pointer(self) -> str:
        """The JSON pointer of the operation object."""
        return _pointer_of(self.path, self.method)

    @property
    def statuses(self) -> tuple[int, ...]:
        """The HTTP statuses that the operation declares, in document order."""
        return tuple(int(status) for status in self.operation["responses"])

    def request_examples(self) -> dict[str, Any]:
        """Return the example requests of the document, by name."""
        return self._examples(self.operation["requestBody"])

    def response_examples(self, status: int) -> dict[str, Any]:
        """Return the example responses that the document gives for one status, by name."""
        return self._examples(self.resolve(self.operation["responses"][str(status)]))

    def request_schema(self) -> str:
        """Return the JSON pointer of the request body's schema."""
        return f"{self.operation_pointer}/requestBody{BODY}"

    def request_root(self) -> Mapping[str, Any]:
        """Return the schema of the request body, with its reference resolved."""
        root: Mapping[str, Any] = extensions.at(self.raw, follow(self.raw, self.request_schema()))
        return root

    def response_schema(self, status: int) -> str:
        """Return the JSON pointer of the body's schema for one status."""
        return f"{follow(self.raw, f'{self.operation_pointer}/responses/{status}')}{BODY}"

    def resolve(self, node: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the node, or the node that its chain of local references leads to."""
        while "$ref" in node:
            node = extensions.at(self.raw, node["$ref"].removeprefix("#"))
        return node

    def validator(self, pointer: str) -> jsonschema_rs.Draft202012Validator:
        """Compile the schema at a JSON pointer; its references resolve against the whole document."""
        registry = jsonschema_rs.Registry([(URN, self.raw)], draft=jsonschema_rs.Draft202012)
        return jsonschema_rs.Draft202012Validator({"$ref": f"{URN}#{pointer}"}, registry=registry)

    def _examples(self, holder: Mapping[str, Any]) -> dict[str, Any]:
        held = holder["content"][MEDIA_TYPE].get("examples", {})
        return {name: self.resolve(example)["value"] for name, example in held.items()}


def load(path: Path = source.ENROL, *, known_questions: Mapping[str, questions.Question] | None = None) -> Document:
    """Read and check the document. Raises SourceError, naming file and JSON pointer, for anything unknown."""
    known_questions = questions.load() if known_questions is None else known_questions
    raw = source.read(path)
    try:
        return parse(raw, known_questions=known_questions)
    except SourceError as error:
        raise SourceError(f"{path}: {error}") from error


def parse(raw: dict[str, Any], *, known_questions: Mapping[str, questions.Question]) -> Document:
    """Check plain data and return it as a Document. Raises SourceError with the JSON pointer."""
    path, method = locate(raw)
    check_references(raw)
    check_bodies(raw, _pointer_of(path, method))
    marks = list(extensions.marks(raw))
    document = Document(
        raw=raw,
        path=path,
        method=method,
        outcomes=_outcomes(marks),
        claims=_claims(marks),
        request_fields=tuple(_fields(raw, f"{_pointer_of(path, method)}/requestBody{BODY}", ())),
    )
    request_nodes = {follow(raw, document.request_schema()), *(field.pointer for field in document.request_fields)}
    extensions.check_marks(marks, request_nodes, document.outcomes, known_questions)
    _check_statuses(document)
    _check_examples(document)
    return document


def _pointer_of(path: str, method: str) -> str:
    """Return the JSON pointer of an operation."""
    return f"/paths/{extensions.escape(path)}/{method}"


def _outcomes(marks: list[Mark]) -> dict[str, Outcome]:
    outcomes: dict[str, Outcome] = {}
    for index, entry in enumerate(entry for mark in marks if mark.key == "x-outcomes" for entry in mark.value):
        pointer = f"/x-outcomes/{index}"
        if entry.name in outcomes:
            raise SourceError(f"{pointer}/name: the outcome {entry.name!r} is defined twice")
        if (entry.documented is None) == (entry.assumed is None):
            raise SourceError(f"{pointer}: needs either x-documented or x-assumed, not both")
        if (entry.kind == "error") != (entry.code is not None):
            raise SourceError(f"{pointer}/code: an error needs a code, a warning must not have one")
        outcomes[entry.name] = Outcome(
            name=entry.name,
            kind=entry.kind,
            stage=entry.stage,
            status=entry.status,
            code=entry.code,
            message=entry.message,
            section=entry.documented.section if entry.documented else None,
            row=entry.documented.row if entry.documented else None,
        )
    return outcomes


def _claims(marks: list[Mark]) -> dict[str, Claim]:
    claims: dict[str, Claim] = {}
    for mark in marks:
        if not isinstance(mark.value, Documented):
            continue
        for name, says in mark.value.claims.items():
            if name in claims:
                raise SourceError(
                    f"{mark.pointer}/x-documented: the claim {name!r} is also defined at {claims[name].pointer}"
                )
            claims[name] = Claim(name, says, mark.value.section, mark.value.row, mark.pointer)
    return claims


def _fields(raw: dict[str, Any], pointer: str, path: tuple[str, ...]) -> Iterator[Field]:
    pointer = follow(raw, pointer)
    schema = extensions.at(raw, pointer)
    for name in schema.get("properties", {}):
        place = follow(raw, f"{pointer}/properties/{extensions.escape(name)}")
        node = extensions.at(raw, place)
        yield Field(
            path=(*path, name),
            required=name in schema.get("required", ()),
            outcome=node.get("x-outcome"),
            schema=node,
            pointer=place,
            by_keyword=node.get("x-outcome-by-keyword", {}),
        )
        yield from _fields(raw, place, (*path, name))


def _check_statuses(document: Document) -> None:
    for index, outcome in enumerate(document.outcomes.values()):
        if outcome.status not in document.statuses:
            raise SourceError(
                f"/x-outcomes/{index}/status: {outcome.status} is not declared by the operation "
                f"({', '.join(map(str, document.statuses))})"
            )


def _check_examples(document: Document) -> None:
    """Refuse an example that violates its schema, and a schema that is not a valid JSON schema."""
    bodies = [(f"{document.operation_pointer}/requestBody", document.request_schema(), document.request_examples())]
    bodies += [
        (
            f"{document.operation_pointer}/responses/{status}",
            document.response_schema(status),
            document.response_examples(status),
        )
        for status in document.statuses
    ]
    for place, schema, examples in bodies:
        try:
            validator = document.validator(schema)
        except jsonschema_rs.ValidationError as error:
            broken = "".join(f"/{extensions.escape(str(step))}" for step in error.instance_path)
            raise SourceError(f"{broken or schema}: is not a valid JSON schema: {error.message}") from error
        for name, value in examples.items():
            for violation in validator.iter_errors(value):
                raise SourceError(f"{place}: the example {name!r} violates its schema: {violation.message}")
