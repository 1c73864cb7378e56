"""Where things stand in the document, as the readings need to reach them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from openapi import extensions
from openapi.places import MEDIA_TYPE, locate

Raw = dict[str, Any]

NOT_BLANK = r"\S"


def schema(raw: Raw, name: str) -> Raw:
    """Return one of the document's schemas."""
    found: Raw = raw["components"]["schemas"][name]
    return found


def field(raw: Raw, *path: str) -> Raw:
    """Return the node of a field of the request; without a path, the body."""
    node = schema(raw, "EnrolRequest")
    for name in path:
        node = node["properties"][name]
    return node


def fields(node: Raw) -> Iterator[Raw]:
    """Yield the node of every field below a node of the request."""
    for below in node.get("properties", {}).values():
        yield below
        yield from fields(below)


def operation(raw: Raw) -> Raw:
    """Return the operation object."""
    path, method = locate(raw)
    found: Raw = raw["paths"][path][method]
    return found


def responses(raw: Raw) -> Raw:
    """Return the responses by status."""
    found: Raw = operation(raw)["responses"]
    return found


def body(response: Raw) -> Raw:
    """Return the JSON body of a response or request."""
    found: Raw = response["content"][MEDIA_TYPE]
    return found


def outcomes(raw: Raw, *, stage: str) -> Iterator[Raw]:
    """Yield the documented errors of one stage of the catalogue."""
    for entry in raw["x-outcomes"]:
        if entry["stage"] == stage and entry["kind"] == "error" and "x-documented" in entry:
            yield entry


def allow(node: Raw, kind: str) -> None:
    """Let a schema take values of one more JSON type."""
    if kind not in extensions.types(node):
        node["type"] = [*extensions.types(node), kind]


def forbid_null(node: Raw) -> None:
    """Let a schema take no null."""
    left = [kind for kind in extensions.types(node) if kind != "null"]
    node["type"] = left[0] if len(left) == 1 else left
    if "enum" in node:
        node["enum"] = [value for value in node["enum"] if value is not None]


def answer_otherwise(node: Raw, keyword: str, outcome: str) -> None:
    """Let a violation of one keyword be answered with another outcome than the node's."""
    node.setdefault("x-outcome-by-keyword", {})[keyword] = outcome
