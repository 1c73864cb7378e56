"""What the page says: a tree of its fields and messages, the open questions, and the documents in a browser for APIs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from mockserver.console import files
from mockserver.console.rendering import SAFETY, page
from mockserver.control.visit import Visit
from mockserver.exchange.answers import Text
from openapi import questions, source
from openapi.document import Document

_JSON: Final = "application/json"
# From the address of a document here to the root of the mock, or of a session.
_SERVERS: Final = [{"url": "../..", "description": "This mock, in this session"}]
_DEEPEST: Final = 12


@dataclass(frozen=True, slots=True)
class Node:
    """One field in the tree. `says` is what the document says of it, `outcome` the name of the error without it."""

    name: str
    kind: str
    required: bool
    says: str
    values: tuple[str, ...]
    example: str
    outcome: str
    place: str
    inside: tuple[Node, ...]


def reference(visit: Visit) -> Text:
    """Show what the sections of the page say, as a tree."""
    document = visit.plan.document
    outcomes = document.outcomes.values()
    return page(
        visit,
        "reference",
        document=document,
        request=_inside(document, document.request_schema()),
        response=_inside(document, document.response_schema(_success(document))),
        errors=[one for one in outcomes if one.kind == "error" and one.section],
        warnings=[one for one in outcomes if one.kind == "warning"],
        others=[one for one in outcomes if not one.section],
    )


def readings(visit: Visit) -> Text:
    """Show every open question, and the reading that the mock follows."""
    known = questions.load()
    asked = [(question, visit.plan.readings[question.id]) for question in known.values()]
    number = sum(one != each.default for each, one in asked)
    return page(visit, "readings", asked=asked, number=number, own=len(visit.session.chosen))


def api(visit: Visit) -> Text:
    """Show Swagger UI, which reads the two documents below."""
    return page(visit, "api", available=files.file("swagger-ui-bundle.js") is not None)


def call_document(visit: Visit) -> Text:
    """Give the document of the call as JSON, with this mock as its server."""
    return _document(visit.plan.document.raw)


def control_document(visit: Visit) -> Text:
    """Give the document of the control plane as JSON, with this mock as its server."""
    return _document(source.read(source.CONTROL))


def _document(raw: Mapping[str, Any]) -> Text:
    return Text(msgspec.json.encode({**raw, "servers": _SERVERS}).decode(), _JSON, headers=SAFETY)


def _success(document: Document) -> int:
    return next(status for status in document.statuses if 200 <= status < 300)


def _inside(document: Document, pointer: str) -> tuple[Node, ...]:
    schema: Any = document.raw
    for step in pointer.strip("/").split("/"):
        schema = document.resolve(schema[step.replace("~1", "/").replace("~0", "~")])
    return _nodes(document, schema, 0)


def _nodes(document: Document, schema: Mapping[str, Any], depth: int) -> tuple[Node, ...]:
    if depth > _DEEPEST:
        return ()
    required = schema.get("required", ())
    return tuple(
        _node(document, name, document.resolve(child), name in required, depth)
        for name, child in schema.get("properties", {}).items()
    )


def _node(document: Document, name: str, schema: Mapping[str, Any], required: bool, depth: int) -> Node:
    schema = _chosen(document, schema)
    items = _chosen(document, document.resolve(schema.get("items", {})))
    documented = schema.get("x-documented", {})
    outcome = document.outcomes.get(schema.get("x-outcome", ""))
    return Node(
        name=name,
        kind=_kind(schema),
        required=required,
        says=str(schema.get("description", "")),
        values=tuple(str(value) for value in schema.get("enum", ()) if value is not None),
        example=", ".join(map(str, schema.get("examples", ())[:1])),
        outcome=outcome.name if outcome else "",
        place=f"{documented['section']}, row {documented['row']}" if documented else "",
        inside=_nodes(document, schema, depth + 1) or _nodes(document, items, depth + 1),
    )


def _chosen(document: Document, schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the schema, with the one of its alternatives that has something inside."""
    for alternative in (*schema.get("oneOf", ()), *schema.get("anyOf", ())):
        found = document.resolve(alternative)
        if found.get("type") != "null":
            return {**found, **{key: value for key, value in schema.items() if key not in ("oneOf", "anyOf")}}
    return schema


def _kind(schema: Mapping[str, Any]) -> str:
    kind = schema.get("type", "")
    return " or ".join(map(str, kind)) if isinstance(kind, list) else str(kind)
