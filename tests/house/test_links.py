"""Every link of a page leads to a file that exists, and to a headline of it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.house.modules import ROOT
from tests.house.test_peers import anchors

LINK = re.compile(r"\]\((?!https?:|mailto:)([^)\s#]*)(?:#([^)\s]+))?\)")


def pages() -> list[str]:
    return subprocess.run(
        ["git", "ls-files", "*.md"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split()


def dead(page: Path, text: str) -> list[str]:
    """Return the links of a text that lead nowhere, as they would be on a page."""
    plain = re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)
    found = []
    for link in LINK.finditer(plain):
        to = (page.parent / link[1]).resolve() if link[1] else page
        if not to.exists() or (link[2] and to.suffix == ".md" and link[2] not in anchors(to)):
            found.append(link[0])
    return found


@pytest.mark.parametrize("page", pages())
def test_every_link_leads_somewhere(page: str) -> None:
    assert dead(ROOT / page, (ROOT / page).read_text(encoding="utf-8")) == []


def test_a_dead_link_is_seen() -> None:
    text = "[a](README.md) [b](README.md#start) [c](no.md) [d](README.md#no) [e](https://x) `[f](no.md)`"
    assert dead(ROOT / "CONTRIBUTING.md", text) == ["](no.md)", "](README.md#no)"]
