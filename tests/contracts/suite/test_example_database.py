"""A run keeps generated requests that broke a claim, and a later run sends them first."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.contracts.served import SMALL, Seen, broken, carry_out, served

pytestmark = pytest.mark.slow


def test_a_later_run_begins_with_what_broke_a_claim(tmp_path: Path) -> None:
    asked: list[object] = []

    def wrong(seen: Seen) -> None:
        asked.append(seen.asked)
        if seen.status == 400:
            seen.answer = {**seen.answer, "errors": [{"code": 1, "message": "no"}]} if len(asked) > 20 else seen.answer

    profile = replace(SMALL, fuzz=4)
    with served(broken(wrong)) as url:
        carry_out(url, "fuzz", profile=profile, examples=tmp_path)
        first = len(asked)
        result = carry_out(url, "fuzz", profile=profile, examples=tmp_path, seed=8)
    assert result.verdict == "broken"
    assert list(tmp_path.iterdir())
    assert len(asked) - first > first  # those of the first run come on top
