"""The error that the kit raises when it is used wrongly."""

from __future__ import annotations


class Misuse(Exception):
    """Raised when a command, file or setting cannot be used. The command line prints it in one line and exits 2."""
