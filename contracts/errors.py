"""The error of whoever uses the kit in a way that it cannot follow."""

from __future__ import annotations


class Misuse(Exception):
    """Raised when the kit is asked for something it cannot do. The command line prints it in one line and exits 2."""
