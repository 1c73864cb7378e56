"""What the document says of the request's fields: their names, their listed values, and the outcome that answers each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from contracts.oracle.reasons import PLAIN
from openapi.document import Document

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Described:
    """The fields of the request as the document describes them.

    `outcomes`: for each path, the outcome that answers a bad value there; PLAIN where the page has no row for it.
    `listed`: for each path with an enum, its values. `names`: for each object, the names of its fields.
    """

    outcomes: Mapping[Path, str]
    listed: Mapping[Path, tuple[str, ...]]
    names: Mapping[Path, frozenset[str]]


def describe(document: Document) -> Described:
    """Return what a document says of the fields of its request.

    A field without an outcome of its own is answered with that of the object it stands in.
    """
    fields = {field.path: field for field in document.request_fields}

    def outcome(path: Path) -> str:
        inner_first = (fields[path[:length]].outcome for length in range(len(path), 0, -1))
        return next((name for name in inner_first if name), PLAIN)

    return Described(
        outcomes={path: outcome(path) for path in fields},
        listed={
            path: tuple(value for value in field.schema["enum"] if value is not None)
            for path, field in fields.items()
            if "enum" in field.schema
        },
        names={
            (): frozenset(path[0] for path in fields),
            ("promotion",): frozenset(path[1] for path in fields if path[:-1] == ("promotion",)),
            ("customer",): frozenset(path[1] for path in fields if path[:-1] == ("customer",)),
        },
    )
