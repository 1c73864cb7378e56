"""The `x-` keys of the document: their names, the shape of each value, and where they occur."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import msgspec

from openapi import questions, source

Kind = Literal["error", "warning"]
Stage = Literal["transport", "credentials", "validation", "lookup", "engine"]


class Documented(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The value of x-documented: section and row of the page (from 1), and the claims made there (id to sentence)."""

    section: str
    row: Annotated[int, msgspec.Meta(ge=1)]
    claims: dict[str, str]


class OutcomeEntry(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    rename={"documented": "x-documented", "assumed": "x-assumed"},
):
    """One item of x-outcomes, as it is written in the document."""

    name: str
    kind: Kind
    stage: Stage
    status: int
    message: str
    code: int | None = None
    documented: Documented | None = None
    assumed: str | None = None


SHAPES: Mapping[str, Any] = {
    "x-documented": Documented,
    "x-assumed": str,
    "x-questions": dict[str, str],
    "x-outcome": str,
    "x-outcome-by-keyword": dict[str, str],
    "x-outcomes": tuple[OutcomeEntry, ...],
    "x-readings": dict[str, str],
}

_AT_THE_ROOT = ("x-outcomes", "x-readings")

# The values of these keys are data or values of an extension. They are not searched for extensions.
_LEAVES = (
    "default",
    "enum",
    "const",
    "example",
    "value",
    "x-documented",
    "x-questions",
    "x-outcome-by-keyword",
    "x-readings",
)


@dataclass(frozen=True, slots=True)
class Mark:
    """One extension: the JSON pointer of its node, its key, and its value converted to the type of SHAPES[key]."""

    pointer: str
    key: str
    value: Any


def marks(document: Mapping[str, Any]) -> Iterator[Mark]:
    """Yield every extension in document order. Raises SourceError for an unknown key or a value of the wrong shape."""
    for pointer, node in nodes(document):
        for key, value in node.items():
            if not str(key).startswith("x-"):
                continue
            if key not in SHAPES:
                raise source.SourceError(
                    f"{pointer or '/'}: unknown extension {key!r}{source.nearest(key, list(SHAPES))}"
                )
            if key in _AT_THE_ROOT and pointer:
                raise source.SourceError(f"{pointer}: {key} is allowed at the root of the document only")
            yield Mark(pointer, key, source.shape(value, SHAPES[key], pointer=f"{pointer}/{key}"))


def nodes(node: Any, pointer: str = "") -> Iterator[tuple[str, Mapping[Any, Any]]]:
    """Yield every object of the document with its JSON pointer, except objects inside example data."""
    if isinstance(node, Mapping):
        yield pointer, node
        names = pointer.endswith("/properties")  # these keys are names of properties: one may be called `value`
        for key, value in node.items():
            if names or key not in _LEAVES:
                yield from nodes(value, f"{pointer}/{escape(str(key))}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from nodes(value, f"{pointer}/{index}")


def at(document: Any, pointer: str) -> Any:
    """Return the value at a JSON pointer. Raises LookupError if there is none."""
    found = document
    for step in pointer.split("/")[1:]:
        try:
            found = found[int(step)] if isinstance(found, list) else found[unescape(step)]
        except (LookupError, TypeError, ValueError) as error:
            raise LookupError(pointer) from error
    return found


def types(schema: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the JSON types that a schema allows by its keyword `type`; () without that keyword."""
    named = schema.get("type", ())
    return (named,) if isinstance(named, str) else tuple(named)


def escape(step: str) -> str:
    """Escape a key for use in a JSON pointer."""
    return step.replace("~", "~0").replace("/", "~1")


def unescape(step: str) -> str:
    """Return the key that an escaped step of a JSON pointer stands for."""
    return step.replace("~1", "/").replace("~0", "~")


def check_marks(
    marks: Iterable[Mark],
    request_nodes: Collection[str],
    outcomes: Collection[str],
    known_questions: Mapping[str, questions.Question],
) -> None:
    """Refuse marks that name an unknown outcome, question or reading, or that stand where they mean nothing.

    `request_nodes`: the pointers of the schema of the request and of its properties. Raises SourceError with the
    pointer.
    """
    for mark in marks:
        if mark.key in ("x-outcome", "x-outcome-by-keyword"):
            for name in [mark.value] if mark.key == "x-outcome" else mark.value.values():
                if name not in outcomes:
                    hint = source.nearest(name, outcomes)
                    raise source.SourceError(f"{mark.pointer}/{mark.key}: no outcome is called {name!r}{hint}")
            if mark.pointer not in request_nodes:
                raise source.SourceError(f"{mark.pointer}/{mark.key}: is allowed on properties of the request only")
        if mark.key == "x-readings":
            questions.check_readings(mark.value, known_questions, path="/x-readings")
        if mark.key == "x-questions":
            for keyword, question in mark.value.items():
                if question not in known_questions:
                    hint = source.nearest(question, known_questions)
                    raise source.SourceError(
                        f"{mark.pointer}/x-questions/{keyword}: no question is called {question!r}{hint}"
                    )
