"""Find and edit the nodes of the document that the readings change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from openapi import extensions
from openapi.places import MEDIA_TYPE, locate

Raw = dict[str, Any]

NOT_BLANK = r"\S"


def schema(raw: Raw, name: str) -> Raw:
    """Return a schema of the document by its name in `components`."""
    found: Raw = raw["components"]["schemas"][name]
    return found


def field(raw: Raw, *path: str) -> Raw:
    """Return the schema of a request field; without a path, that of the body."""
    node = schema(raw, "EnrolRequest")
    for name in path:
        node = _resolved(raw, node["properties"][name])
    return node


def fields(raw: Raw) -> Iterator[Raw]:
    """Yield the schema of every field of the request, at any depth."""
    yield from _below(raw, field(raw))


def operation(raw: Raw) -> Raw:
    """Return the operation object of the enrol call."""
    path, method = locate(raw)
    found: Raw = raw["paths"][path][method]
    return found


def responses(raw: Raw) -> Raw:
    """Return the responses of the operation, by status."""
    found: Raw = operation(raw)["responses"]
    return found


def body(response: Raw) -> Raw:
    """Return the media type object for JSON of a response or request body."""
    found: Raw = response["content"][MEDIA_TYPE]
    return found


def outcomes(raw: Raw, *, stage: str) -> Iterator[Raw]:
    """Yield the documented errors of one stage of the catalogue."""
    for entry in raw["x-outcomes"]:
        if entry["stage"] == stage and entry["kind"] == "error" and "x-documented" in entry:
            yield entry


def allow(node: Raw, kind: str) -> None:
    """Let a schema allow values of one more JSON type."""
    if kind not in extensions.types(node):
        node["type"] = [*extensions.types(node), kind]


def forbid_null(node: Raw) -> None:
    """Remove null from the types and the enum of a schema."""
    remaining = [kind for kind in extensions.types(node) if kind != "null"]
    node["type"] = remaining[0] if len(remaining) == 1 else remaining
    if "enum" in node:
        node["enum"] = [value for value in node["enum"] if value is not None]


def answer_otherwise(node: Raw, keyword: str, outcome: str) -> None:
    """Let a violation of one schema keyword be answered with an outcome other than the node's."""
    node.setdefault("x-outcome-by-keyword", {})[keyword] = outcome


def _below(raw: Raw, node: Raw) -> Iterator[Raw]:
    for held in node.get("properties", {}).values():
        below = _resolved(raw, held)
        yield below
        yield from _below(raw, below)


def _resolved(raw: Raw, node: Raw) -> Raw:
    """Return the node, or the schema in `components` that its reference names."""
    while "$ref" in node:
        node = extensions.at(raw, node["$ref"].removeprefix("#"))
    return node
