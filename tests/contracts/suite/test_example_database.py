"""A run keeps generated requests that broke a claim; tests/contracts/inputs/test_failing.py shows what becomes of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.contracts.served import SMALL, Seen, broken, carry_out, served

pytestmark = pytest.mark.slow


def test_a_run_keeps_generated_requests_that_broke_a_claim(tmp_path: Path) -> None:
    asked: list[object] = []

    def wrong(seen: Seen) -> None:
        asked.append(seen.asked)
        if seen.status == 400 and len(asked) > 12:  # not while the run connects
            seen.status, seen.answer = 200, {"data": {"status": "SUCCESS"}, "errors": None, "warnings": None}

    with served(broken(wrong)) as url:
        result = carry_out(url, "fuzz", profile=replace(SMALL, fuzz=4), examples=tmp_path)
    assert result.verdict == "broken"
    assert list(tmp_path.iterdir())
