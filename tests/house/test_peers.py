"""docs/peers.md: every cell about this mock has a proof that exists, every cell about another one a source."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.house.modules import ROOT

PAGE = ROOT / "docs" / "peers.md"
OURS, PROOF = "this mock", "proof"
# A cell begins with one of these, unless it is about the licence.
WORDS = ("yes", "no", "part", "?")


def rows(text: str) -> list[dict[str, str]]:
    """Return the rows of the first table of a page, by the names of its columns."""
    lines = [line.strip("| ") for line in text.splitlines() if line.startswith("|")]
    names, _, *found = ([cell.strip() for cell in line.split(" | ")] for line in lines)
    return [dict(zip(names, cells, strict=True)) for cells in found]


ROWS = rows(PAGE.read_text(encoding="utf-8"))
PEERS = [name for name in ROWS[0] if name not in (next(iter(ROWS[0])), OURS, PROOF)]


def what(row: dict[str, str]) -> str:
    return next(iter(row.values()))


def anchors(page: Path) -> set[str]:
    """Return the anchors that GitHub gives the headlines of a page."""
    headlines = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", headline.lower()).replace(" ", "-") for headline in headlines}


def problem(proof: str) -> str:
    """Return why a proof is none, or ''."""
    if test := re.fullmatch(r"`([\w/]+\.py)(?:::(\w+))?`", proof):
        path = ROOT / "tests" / test[1]
        if not path.is_file():
            return f"there is no tests/{test[1]}"
        tests = {node.name for node in ast.parse(path.read_text(encoding="utf-8")).body if hasattr(node, "name")}
        return "" if test[2] is None or test[2] in tests else f"tests/{test[1]} has no {test[2]}"
    if link := re.fullmatch(r"\[[^\]]+\]\(([^)#]+)(?:#([^)]+))?\)", proof):
        page = (PAGE.parent / link[1]).resolve()
        if not page.is_file():
            return f"there is no {link[1]}"
        return "" if link[2] is None or link[2] in anchors(page) else f"{link[1]} has no headline {link[2]}"
    return "it is neither a test nor a link"


@pytest.mark.parametrize("row", ROWS, ids=what)
def test_cell_about_this_mock_has_a_proof_that_exists(row: dict[str, str]) -> None:
    assert problem(row[PROOF]) == ""


@pytest.mark.parametrize("row", ROWS, ids=what)
def test_cell_about_another_mock_has_a_source_or_says_that_we_do_not_know(row: dict[str, str]) -> None:
    defined = set(re.findall(r"^(\[\w+\]): https://\S+$", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    for peer in PEERS:
        named = set(re.findall(r"\[\w+\]", row[peer]))
        assert named <= defined
        assert bool(named) == (row[peer] != "?"), (peer, row[peer])
        assert what(row) == "licence" or row[peer].replace(",", "").split()[0] in WORDS


def test_every_source_is_used() -> None:
    text = PAGE.read_text(encoding="utf-8")
    defined = re.findall(r"^(\[\w+\]): ", text, re.MULTILINE)
    assert [one for one in defined if text.count(one) < 2] == []
    assert len(defined) == len(set(defined))


@pytest.mark.parametrize(
    ("proof", "says"),
    [
        ("`house/test_peers.py::test_nothing`", "tests/house/test_peers.py has no test_nothing"),
        ("`house/test_nothing.py`", "there is no tests/house/test_nothing.py"),
        ("[mock.md](mock.md#nothing)", "mock.md has no headline nothing"),
        ("[mock.md](nothing.md)", "there is no nothing.md"),
        ("of course", "it is neither a test nor a link"),
    ],
)
def test_proof_that_is_none_is_seen(proof: str, says: str) -> None:
    assert problem(proof) == says
