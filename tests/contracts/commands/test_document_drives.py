"""The document decides what is expected: after an edit of a copy, mock and tests follow it without a change of code."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from contracts.verdict.result import Result
from openapi import document, source
from openapi.document import Document
from tests.contracts.served import broken_claims, carry_out, mock, served

pytestmark = pytest.mark.slow

EDITS: dict[str, dict[str, Any]] = {
    "program_not_found": {"message": "No such program."},
    "opt_in_not_supported": {"code": 4711},
    "generic_not_eligible": {"status": 413},
    "already_enrolled": {"message": "Once is enough."},
    "program_id_required": {"message": "Which program?", "code": 1, "status": 413},
}
# The claims that break if only one side uses the edited document.
BROKEN = {
    "error.program_not_found",
    "error.opt_in_not_supported",
    "error.generic_not_eligible",
    "error.program_id_required",
    "warning.already_enrolled",
}


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory) -> Document:
    raw = source.read(source.ENROL)
    for outcome in raw["x-outcomes"]:
        outcome.update(EDITS.get(outcome["name"], {}))
    copy = tmp_path_factory.mktemp("document") / "enrol.yaml"
    copy.write_text(yaml.safe_dump(raw, sort_keys=False), encoding="utf-8")
    return document.load(copy)


def connect_and_find_data(host: Document, contract: Document) -> Result:
    """Run the part `rules` with one document against a mock with another."""
    with served(mock(host)) as url:
        return carry_out(url, "examples", "rules", "journeys", document=contract)


def test_a_mock_and_a_contract_of_one_edited_document_agree(edited: Document) -> None:
    result = connect_and_find_data(edited, edited)
    assert (result.verdict, broken_claims(result)) == ("kept", set())


def test_a_contract_of_the_page_does_not_take_edited_words(edited: Document, contract: Document) -> None:
    assert broken_claims(connect_and_find_data(edited, contract)) >= BROKEN


def test_an_edited_contract_does_not_take_the_words_of_the_page(edited: Document, contract: Document) -> None:
    assert broken_claims(connect_and_find_data(contract, edited)) >= BROKEN
