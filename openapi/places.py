"""Places in the document: the one operation, where local references lead, and the bodies that must be there."""

from __future__ import annotations

import re
from typing import Any

from openapi import extensions
from openapi.source import SourceError

MEDIA_TYPE = "application/json"
_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
BODY = f"/content/{extensions.escape(MEDIA_TYPE)}/schema"


def locate(raw: Any) -> tuple[str, str]:
    """Return path and method of the only operation. Raises SourceError unless there is exactly one."""
    paths = raw.get("paths") if isinstance(raw, dict) else None
    operations = [
        (path, key)
        for path, item in (paths.items() if isinstance(paths, dict) else ())
        for key in (item if isinstance(item, dict) else ())
        if key in _METHODS
    ]
    if len(operations) != 1:
        raise SourceError(f"/paths: expected exactly one operation, found {len(operations)}")
    return operations[0]


def follow(raw: dict[str, Any], pointer: str) -> str:
    """Follow the local references at a JSON pointer and return the final pointer.

    Raises LookupError if a target does not exist, SourceError if the references form a cycle.
    """
    visited: list[str] = []
    node = extensions.at(raw, pointer)
    while isinstance(node, dict) and "$ref" in node:
        if pointer in visited:
            raise SourceError(f"{pointer}/$ref: the references form a cycle")
        visited.append(pointer)
        pointer = node["$ref"].removeprefix("#")
        node = extensions.at(raw, pointer)
    return pointer


def check_references(raw: dict[str, Any]) -> None:
    """Refuse a reference that leads out of the document, or nowhere."""
    for pointer, node in extensions.nodes(raw):
        reference = node.get("$ref")
        if reference is None:
            continue
        try:
            if not str(reference).startswith("#/"):
                raise LookupError
            follow(raw, pointer)
        except LookupError as error:
            raise SourceError(f"{pointer}/$ref: {reference!r} does not exist in this document") from error


def check_bodies(raw: dict[str, Any], operation: str) -> None:
    """Refuse an operation if its request or one of its responses has no schema for a JSON body."""
    responses = extensions.at(raw, operation).get("responses", {})
    for status in responses:
        if not (isinstance(status, str) and re.fullmatch("[1-5][0-9][0-9]", status)):
            raise SourceError(f"{operation}/responses: {status!r} is not an HTTP status: three digits, in quotes")
    for place in (f"{operation}/requestBody", *(f"{operation}/responses/{status}" for status in responses)):
        try:
            extensions.at(raw, f"{follow(raw, place)}{BODY}")
        except LookupError as error:
            raise SourceError(f"{place}: has no schema for {MEDIA_TYPE}") from error
