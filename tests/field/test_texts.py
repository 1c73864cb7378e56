"""Hosts that lose a text or find somebody by half an identifier, and hosts that may do what they do."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.field.front import Behaviour, Call, Front, http
from tests.field.running import tried


def edited(call: Call, change: Callable[[dict[str, Any]], None]) -> bytes:
    """Return the answer of the mock to a changed request."""
    body = call.json
    change(body)
    return call.__class__(**{**_parts(call), "body": json.dumps(body).encode()}).forward()


def _parts(call: Call) -> dict[str, Any]:
    return {name: getattr(call, name) for name in ("method", "path", "headers", "body", "number", "nth", "front")}


def trims(call: Call) -> bytes:
    """Trim every identifier as Java does: all up to the space, and so a NUL, too."""

    def change(body: dict[str, Any]) -> None:
        customer = body.get("customer")
        if isinstance(customer, dict) and isinstance(customer.get("identifierValue"), str):
            value = customer["identifierValue"].strip("".join(map(chr, range(33))))
            customer["identifierValue"] = value or customer["identifierValue"]

    return edited(call, change)


def refuses_long_ids(call: Call) -> bytes:
    if len(str(call.json.get("requestId", ""))) > 100:
        return http(
            {"data": None, "errors": [{"code": 400, "message": "requestId is too long"}], "warnings": None}, 400
        )
    return call.forward()


def refuses_controls(call: Call) -> bytes:
    if any(ord(char) < 32 or 127 <= ord(char) < 160 for char in str(call.json.get("requestId", ""))):
        return http({"data": None, "errors": [{"code": 400, "message": "no controls"}], "warnings": None}, 400)
    return call.forward()


@pytest.mark.parametrize("behave", [trims, refuses_long_ids, refuses_controls], ids=lambda one: one.__name__)
def test_what_the_page_leaves_open_is_no_finding(behave: Behaviour) -> None:
    with Front(behave) as front:
        seen = tried(front.url, "examples", "fields", "identifiers", "echo")
    assert (seen.exit, seen.broken) == (0, [])


def cut_at_a_nul(call: Call) -> bytes:
    """Find a customer by what stands before a NUL, and by nothing else that is near."""

    def change(body: dict[str, Any]) -> None:
        customer = body.get("customer")
        if isinstance(customer, dict) and isinstance(customer.get("identifierValue"), str):
            customer["identifierValue"] = customer["identifierValue"].partition("\0")[0] or "\0"

    return edited(call, change)


def test_a_value_that_ends_at_a_nul_finds_nobody() -> None:
    with Front(cut_at_a_nul) as front:
        seen = tried(front.url, "examples", "identifiers")
    assert (seen.exit, seen.broken) == (1, ["error.customer_not_found"])
