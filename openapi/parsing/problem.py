"""What is wrong with a text, and where."""

from __future__ import annotations

from typing import Final

# A file may come from a stranger. A value takes about 2 microseconds while YAML is read.
MOST_VALUES: Final = 2_500_000
DEEPEST: Final = 64
LONGEST_NUMBER: Final = 1000
_LONGEST_SHOWN: Final = 100

TOO_DEEP: Final = f"values are nested more than {DEEPEST} levels deep"
TOO_MANY: Final = f"there are more than {MOST_VALUES:,} values, with those that aliases stand for"


class Problem(Exception):
    """Raised for a text that cannot be read. `line` and `column` count from 1; 0 means that the place is not known."""

    def __init__(self, says: str, line: int = 0, column: int = 0) -> None:
        super().__init__(says)
        self.says = says
        self.line = line
        self.column = column

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.says}" if self.line else self.says


def place_of(text: str, offset: int) -> tuple[int, int]:
    """Return line and column, from 1, of an offset in a text."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def quoted(text: str) -> str:
    """Return a text as YAML has it in single quotes; of a long one the beginning."""
    shown = text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
    return "'" + shown.replace("'", "''") + "'"
