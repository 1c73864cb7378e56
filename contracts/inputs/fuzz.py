"""The fuzz lanes: cases that Schemathesis makes from the document. The only importer of schemathesis."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any, Final, Literal

import schemathesis
from hypothesis import given
from schemathesis.generation import GenerationMode

from contracts.exchange import REQUEST_ID, Request
from contracts.host.login import CREDENTIAL_HEADERS
from contracts.host.target import Target
from contracts.inputs.strategies import generated
from openapi.document import Document

Lane = Literal["documented", "pinned", "negative"]


def run_lane(
    lane: Lane, document: Document, target: Target, *, count: int, seed: int, ask: Callable[[Request], object]
) -> None:
    """Ask `count` generated requests.

    documented: whatever fits the document. pinned: whatever fits it with promotions, programs and
    customers of the target. negative: whatever breaks it. Credentials are always ours: with those of
    the document most cases would die as unauthenticated before anybody looks at the body.
    """
    raw = _without_security(document.raw)
    if lane == "pinned":
        _pin(raw, target)
    mode = GenerationMode.NEGATIVE if lane == "negative" else GenerationMode.POSITIVE
    # A configuration of our own: without one it would take up any schemathesis.toml of the folder it runs in.
    schema = schemathesis.openapi.from_dict(raw, config=schemathesis.Config())
    operation = schema[document.path][document.method.upper()]

    @generated(count, seed)
    @given(operation.as_strategy(generation_mode=mode))
    def ask_each(case: schemathesis.Case[Any]) -> None:
        request = _request(case)
        if request is not None:
            ask(request)

    ask_each()


def _request(case: schemathesis.Case[Any]) -> Request | None:
    """Return a case as a request of ours; None where it has no body to send."""
    headers = {name: value for name, value in (case.headers or {}).items() if isinstance(value, str)}
    if any(not value.isascii() or not value.isprintable() for value in headers.values()):
        headers = {}
    media_type = case.media_type or "application/json"
    headers = {name: value for name, value in headers.items() if name.lower() not in _OURS}
    sent = (("Content-Type", media_type), *headers.items())
    if isinstance(case.body, bytes):
        return Request(raw=case.body, headers=sent)
    if isinstance(case.body, dict) and isinstance(case.body.get("requestId"), str):
        # The same text again would not be unique; which texts come back is asked elsewhere.
        case.body["requestId"] = REQUEST_ID
    if isinstance(case.body, dict | list | str | int | float | bool) or case.body is None:
        return Request(body=case.body, headers=sent)
    return None


# The headers that are always our own.
_OURS: Final = CREDENTIAL_HEADERS | {"content-type", "content-length", "host", "transfer-encoding"}


def _without_security(raw: dict[str, Any]) -> dict[str, Any]:
    raw = deepcopy(raw)
    del raw["components"]["securitySchemes"]
    for item in raw["paths"].values():
        for operation in item.values():
            operation.pop("security", None)
    return raw


def _pin(raw: dict[str, Any], target: Target) -> None:
    """Put the target's data into the document, promotions as pairs of ids and customers as they are named."""
    request = raw["components"]["schemas"]["EnrolRequest"]["properties"]
    data = target.data
    if data.promotions:
        pairs = [{"id": p.id, "promotionId": p.promotion_id} for p in data.promotions]
        request["promotion"] = {"enum": pairs}
        request["programId"] = {"enum": sorted({program.id for program in data.programs})}
    named = [
        {"identifierName": name, "identifierValue": str(value)}
        for customer in data.customers
        for name, value in (("id", customer.id), ("mobile", customer.mobile), ("email", customer.email))
        if value is not None
    ]
    if named:
        source = request["customer"]["properties"]["source"]
        request["customer"] = {
            "oneOf": [
                {
                    "type": "object",
                    "properties": {**{key: {"const": value} for key, value in one.items()}, "source": source},
                    "required": list(one),
                    "additionalProperties": False,
                }
                for one in named
            ]
        }
