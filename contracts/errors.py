"""The errors that end a command."""

from __future__ import annotations


class Misuse(Exception):
    """Raised when a command, file or setting cannot be used. The command line prints it in one line and exits 2."""


class PipeClosed(KeyboardInterrupt):
    """Raised when nobody reads the output any more, as after `| head -1`. It ends a run as an interrupt does."""
