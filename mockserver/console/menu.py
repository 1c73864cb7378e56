"""The menu: the pages of the console, in groups."""

from __future__ import annotations

from typing import Final

# Each group has its headline and its pages, each page the end of its address and its name.
MENU: Final = (
    ("Traffic", (("", "Requests"), ("try", "Try it"), ("findings", "Findings"))),
    ("Make it fail", (("outcomes", "Outcomes"), ("faults", "Faults"))),
    ("Data", (("world", "World"), ("enrolments", "Enrolments"), ("sessions", "Sessions"))),
    ("The page", (("reference", "Quick reference"), ("readings", "Readings"), ("api", "API browser"))),
)
