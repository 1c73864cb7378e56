"""The questions about the catalogue: HTTP statuses, and how much of a text is the message."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from openapi.questions import Readings
from openapi.readings.nodes import Raw, body, outcomes, responses

_NOT_FOUND = ("promotion_not_found", "program_not_found", "customer_not_found")


def validation_status(raw: Raw, readings: Readings) -> None:
    """Give the codes 310002 to 310009 another HTTP status."""
    for entry in outcomes(raw, stage="validation"):
        entry["status"] = int(readings["validation-status"])
    if readings["validation-status"] == "422":
        _declare(raw, "422", "The request is incomplete, or a value is wrong; nobody was enrolled.")
    else:
        _let_200_have_errors(raw)


def refusal_status(raw: Raw, readings: Readings) -> None:
    """Give the rows "400" HTTP status 200, or give those that say "not found" HTTP status 404."""
    if readings["refusal-status"] == "200":
        for entry in outcomes(raw, stage="lookup"):
            entry["status"] = 200
        _let_200_have_errors(raw)
        return
    for entry in outcomes(raw, stage="lookup"):
        if entry["name"] in _NOT_FOUND:
            entry["status"] = 404
    responses(raw)["404"]["description"] = (
        "The path, or the promotion, program or customer of the request, does not exist."
    )


def engine_status(raw: Raw, readings: Readings) -> None:
    """Give the row "500" another HTTP status."""
    for entry in outcomes(raw, stage="engine"):
        entry["status"] = int(readings["engine-status"])
    failed = responses(raw).pop("500")
    if readings["engine-status"] == "503":
        responses(raw)["503"] = failed
    else:
        _let_200_have_errors(raw)


def unauthenticated(raw: Raw, readings: Readings) -> None:
    """Answer missing or invalid credentials with 403, or with 200 and errors.

    The reading `any-refusal` leaves the status open. 200 is used for it because a client overlooks that most easily.
    """
    status = 403 if readings["unauthenticated"] == "403" else 200
    for entry in raw["x-outcomes"]:
        if entry["name"] == "unauthenticated":
            entry["status"] = status
            entry["code"] = 403 if status == 403 else entry["code"]
    refused = responses(raw).pop("401")
    if status == 403:
        responses(raw)["403"] = refused
    else:
        _let_200_have_errors(raw)


def message_extent(raw: Raw, readings: Readings) -> None:
    """Shorten each error text to its first sentence, or replace it by the outcome's name where the text is free."""
    for entry in raw["x-outcomes"]:
        if entry["kind"] == "error" and "x-documented" in entry:
            if readings["message-extent"] == "first-sentence":
                entry["message"] = entry["message"].partition(". ")[0] + "."
            else:
                entry["message"] = f"[{entry['name'].upper()}]"


def _declare(raw: Raw, status: str, description: str) -> None:
    responses(raw)[status] = {
        "description": description,
        "x-assumed": "The page gives a code but no HTTP status; the chosen reading gives this one.",
        "content": deepcopy(responses(raw)["400"]["content"]),
    }


def _let_200_have_errors(raw: Raw) -> None:
    answer: dict[str, Any] = body(responses(raw)["200"])
    names = ("EnrolAnswer", "ErrorAnswer")
    answer["schema"] = {"oneOf": [{"$ref": f"#/components/schemas/{name}"} for name in names]}
    responses(raw)["200"]["description"] = (
        "The customer was enrolled or opted in; or a warning or an error says what was not done, and why."
    )
