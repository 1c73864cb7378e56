"""docs/client-findings.md is made of the rules."""

from __future__ import annotations

from mockserver.conduct.findings_page import findings_page
from mockserver.conduct.judging import RULES
from openapi.document import Document
from tests.house.modules import ROOT


def test_the_page_is_the_one_that_the_rules_make(contract: Document) -> None:
    page = (ROOT / "docs" / "client-findings.md").read_text(encoding="utf-8")
    assert page == findings_page(contract), "run: python -m mockserver.conduct > docs/client-findings.md"


def test_the_page_has_every_rule(contract: Document) -> None:
    page = findings_page(contract)
    assert [rule.name for rule in RULES if page.count(f"| `{rule.name}` |") != 1] == []
