"""Signs in what a command prints that it has crashed: an error that shows a mistake of the program, in several languages."""

from __future__ import annotations

import re
from typing import Final

_MISTAKE: Final = re.compile(
    r"^(?:"
    # Python, at the end of a traceback
    r"(?:\w+\.)*(?:TypeError|KeyError|AttributeError|IndexError|NameError|UnboundLocalError|ZeroDivisionError|OverflowError"
    r"|RecursionError|UnicodeDecodeError|JSONDecodeError)\b.*"
    # JavaScript
    r"|(?:Uncaught )?(?:TypeError|ReferenceError|RangeError|SyntaxError)\b.*"
    # Java and Kotlin
    r"|(?:Exception in thread .*|Caused by: )?[\w.$]*(?:NullPointerException|ClassCastException|IndexOutOfBoundsException"
    r"|NumberFormatException|NoSuchElementException|ArithmeticException|JsonParseException|JsonSyntaxException"
    r"|MismatchedInputException)\b.*"
    # Go, Rust
    r"|panic: .*|thread '.*' (?:\(\d+\) )?panicked at .*"
    # .NET
    r"|Unhandled exception\. System\.(?:NullReference|InvalidCast|IndexOutOfRange|Overflow|Format|Collections\S*|Text\.Json\S*)"
    r"\S*.*"
    # Ruby, PHP
    r"|.*\((?:NoMethodError|TypeError|KeyError|JSON::ParserError)\)|PHP Fatal error: .*"
    r")$",
    re.MULTILINE,
)
_LONGEST: Final = 300  # characters


def crash_in(output: str) -> str:
    """Return the line of an output that shows a crash, or ''."""
    found = _MISTAKE.findall(output)
    return found[-1].strip()[:_LONGEST] if found else ""
