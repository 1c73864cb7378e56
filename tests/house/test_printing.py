"""Foreign text reaches the terminal in one place, which makes it printable; and one place says what is printable."""

from __future__ import annotations

import re

from tests.house.modules import ROOT
from tests.house.test_imports import BELOW

# cli_offline.py and endings.py print short lines and errors; progress.py prints names and numbers of the kit.
PRINTERS = {
    "contracts/cli_offline.py",
    "contracts/endings.py",
    "contracts/reports/console.py",
    "contracts/reports/progress.py",
}
PRINTS = re.compile(r"\.print\(|\bprint\(|\.echo\(|print_exc\(|stdout\.write|stderr\.write")


def test_only_these_modules_print() -> None:
    modules = sorted((ROOT / "contracts").rglob("*.py"))
    printing = {str(path.relative_to(ROOT)) for path in modules if PRINTS.search(path.read_text(encoding="utf-8"))}
    assert printing == PRINTERS


def test_one_module_says_what_is_printable() -> None:
    """`isprintable` takes a Hangul filler, which shows nothing. The plugin stands alone, so it has a copy."""
    modules = [path for house in BELOW for path in (ROOT / house).rglob("*.py")]
    own = {str(path.relative_to(ROOT)) for path in modules if "if letter.isprintable()" in path.read_text("utf-8")}
    assert own == {"enrol_kit/told.py"}


def test_a_module_that_prints_is_seen() -> None:
    assert PRINTS.search("    terminal.print(text)")
    assert PRINTS.search("        traceback.print_exc()")
    assert not PRINTS.search("    console.print_line(terminal, text)")
