"""Files and classes stay small enough to read in one go."""

from __future__ import annotations

import ast

import pytest

from tests.house.modules import ROOT

FILE = 250
CLASS = 150
PATHS = sorted(
    path
    for house in ("openapi", "command_line", "proof", "mockserver", "contracts")
    for path in (ROOT / house).rglob("*.py")
)


def lengths(text: str) -> dict[str, int]:
    """Return the lines of each class in a module, by its name."""
    found = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ClassDef)]
    return {node.name: (node.end_lineno or node.lineno) - node.lineno + 1 for node in found}


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_file_and_its_classes_are_small(path: object) -> None:
    text = (ROOT / str(path)).read_text(encoding="utf-8")
    assert len(text.splitlines()) <= FILE
    assert {name: length for name, length in lengths(text).items() if length > CLASS} == {}


def test_a_class_that_is_too_long_is_seen() -> None:
    text = "class Small:\n    a = 1\n\n\nclass Large:\n" + "    a = 1\n" * CLASS
    assert lengths(text) == {"Small": 2, "Large": CLASS + 1}
