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
    """Return path and method of the one operation of a document. Raises SourceError."""
    paths = raw.get("paths") if isinstance(raw, dict) else None
    operations = [
        (path, key)
        for path, item in (paths.items() if isinstance(paths, dict) else ())
        for key in (item if isinstance(item, dict) else ())
        if key in _METHODS
    ]
    if len(operations) != 1:
        raise SourceError(f"/paths: one operation is expected, there are {len(operations)}")
    return operations[0]


def follow(raw: dict[str, Any], pointer: str) -> str:
    """Return where the local references that stand at a pointer lead. Raises LookupError."""
    passed: list[str] = []
    node = extensions.at(raw, pointer)
    while isinstance(node, dict) and "$ref" in node:
        if pointer in passed:
            raise SourceError(f"{pointer}/$ref: the references lead in a circle")
        passed.append(pointer)
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
            raise SourceError(f"{pointer}/$ref: nothing stands at {reference!r} in this document") from error


def check_bodies(raw: dict[str, Any], operation: str) -> None:
    """Refuse an operation whose request, or one of whose responses, has no JSON body."""
    responses = extensions.at(raw, operation).get("responses", {})
    for status in responses:
        if not (isinstance(status, str) and re.fullmatch("[1-5][0-9][0-9]", status)):
            raise SourceError(f"{operation}/responses: {status!r} is not a status of three digits in quotes")
    for place in (f"{operation}/requestBody", *(f"{operation}/responses/{status}" for status in responses)):
        try:
            extensions.at(raw, f"{follow(raw, place)}{BODY}")
        except LookupError as error:
            raise SourceError(f"{place}: a schema for {MEDIA_TYPE} is missing") from error
