"""The fuzz lanes: requests that Schemathesis generates from the document. Only this file imports schemathesis."""

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
from contracts.inputs.failing import Failing
from contracts.inputs.roles import MOST_CUSTOMERS
from contracts.inputs.strategies import generated
from openapi.document import Document

Lane = Literal["documented", "pinned", "negative"]


def run_lane(
    lane: Lane,
    document: Document,
    target: Target,
    *,
    count: int,
    seed: int,
    ask: Callable[[Request], object],
    failing: Failing | None = None,
) -> None:
    """Generate `count` requests, and pass each to `ask`. `failing`: keeps those that break a claim, and asks them first.

    `lane`: "documented" requests fit the document. "pinned" ones fit it too, and name promotions, programs and
    customers of the target. "negative" ones break it. All have credentials "valid": with generated credentials the
    host would refuse most of them before it looks at the body.
    """
    raw = _without_security(document.raw)
    if lane == "pinned":
        _pin(raw, target)
    mode = GenerationMode.NEGATIVE if lane == "negative" else GenerationMode.POSITIVE
    schema = schemathesis.openapi.from_dict(raw, config=_configuration())
    operation = schema[document.path][document.method.upper()]

    cases = operation.as_strategy(generation_mode=mode)

    def ask_case(case: schemathesis.Case[Any]) -> None:
        request = _request(case)
        if request is not None:
            ask(request)

    @generated(count, seed)
    @given(cases)
    def ask_generated(case: schemathesis.Case[Any]) -> None:
        if failing:
            failing.ask(lane, case, ask_case)
        else:
            ask_case(case)

    if failing:
        failing.ask_again(lane, cases, ask_case, count)
    ask_generated()


def _configuration() -> schemathesis.Config:
    """Return a configuration of our own: otherwise, Schemathesis reads any schemathesis.toml in the current folder."""
    configuration = schemathesis.Config()
    # Without a codec, Schemathesis leaves out lone surrogates. That is what UTF-8 leaves out, too, but Hypothesis needs
    # a second to find out, since it tries each character.
    configuration.projects.default.generation.codec = None
    return configuration


def _request(case: schemathesis.Case[Any]) -> Request | None:
    """Return a generated case as a Request; None if its body cannot be sent."""
    headers = {name: value for name, value in (case.headers or {}).items() if isinstance(value, str)}
    if any(not value.isascii() or not value.isprintable() for value in headers.values()):
        headers = {}
    media_type = case.media_type or "application/json"
    headers = {name: value for name, value in headers.items() if name.lower() not in _NOT_GENERATED}
    sent = (("Content-Type", media_type), *headers.items())
    if isinstance(case.body, bytes):
        return Request(raw=case.body, headers=sent)
    if isinstance(case.body, dict) and isinstance(case.body.get("requestId"), str):
        # A generated requestId may occur twice, and must be unique. test_echo tests which texts are echoed.
        case.body["requestId"] = REQUEST_ID
    if isinstance(case.body, dict | list | str | int | float | bool) or case.body is None:
        return Request(body=case.body, headers=sent)
    return None


# Headers whose generated values are dropped.
_NOT_GENERATED: Final = CREDENTIAL_HEADERS | {"content-type", "content-length", "host", "transfer-encoding"}


def _without_security(raw: dict[str, Any]) -> dict[str, Any]:
    raw = deepcopy(raw)
    del raw["components"]["securitySchemes"]
    for item in raw["paths"].values():
        for operation in item.values():
            operation.pop("security", None)
    return raw


def _pin(raw: dict[str, Any], target: Target) -> None:
    """Allow only the target's data in the document: pairs of promotion ids, programs, and pairs of identifiers."""
    request = raw["components"]["schemas"]["EnrolRequest"]["properties"]
    data = target.data
    if data.promotions:
        pairs = [{"id": p.id, "promotionId": p.promotion_id} for p in data.promotions]
        request["promotion"] = {"enum": pairs}
        request["programId"] = {"enum": sorted({program.id for program in data.programs})}
    identifiers = [
        {"identifierName": name, "identifierValue": str(value)}
        for customer in data.customers[:MOST_CUSTOMERS]  # Schemathesis compiles a schema of each
        for name, value in (("id", customer.id), ("mobile", customer.mobile), ("email", customer.email))
        if value is not None
    ]
    if identifiers:
        source = raw["components"]["schemas"]["Customer"]["properties"]["source"]
        request["customer"] = {
            "oneOf": [
                {
                    "type": "object",
                    "properties": {**{key: {"const": value} for key, value in pair.items()}, "source": source},
                    "required": list(pair),
                    "additionalProperties": False,
                }
                for pair in identifiers
            ]
        }
