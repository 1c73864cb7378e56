"""Runs the scenarios in scenarios/enrolments.txt step by step."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from openapi.document import Document
from tests.mockserver.caller import Caller

TEXT = (Path(__file__).parent / "scenarios" / "enrolments.txt").read_text(encoding="utf-8")
SCENARIOS = {
    title: [line for line in lines if line]
    for title, *lines in (part.splitlines() for part in re.split(r"^== ", TEXT, flags=re.MULTILINE)[1:])
}


@pytest.mark.parametrize("lines", SCENARIOS.values(), ids=SCENARIOS)
def test_scenario(mock: Caller, contract: Document, lines: list[str]) -> None:
    for line in lines:
        fields, expected = line.split("->")
        action, identifier, promotion = fields.split()
        response = mock.enrol(identifier, promotion, name=_kind(identifier), action=action)
        assert _shown(response, contract) == expected.split(), line


def _kind(identifier: str) -> str:
    if "@" in identifier:
        return "email"
    return "mobile" if len(identifier) == 12 else "id"


def _shown(response: TestResponse, contract: Document) -> list[str]:
    body = response.get_json()
    names = {outcome.message: outcome.name for outcome in contract.outcomes.values()}
    outcomes = [names[one["message"]] for one in body["errors"] or body["warnings"] or ()]
    if body["data"] is None:
        return [str(response.status_code), *outcomes]
    ids = body["data"]["enrollmentStatus"]["promotion"]
    shown = [body["data"]["status"], ids["enrollmentId"] or "-", ids["optinId"] or "-"]
    return [str(response.status_code), *shown, *outcomes]
