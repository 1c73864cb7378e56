"""A closed pipe: what a command does whose output nobody reads any more, as after `| head -1`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress


def discard_output() -> None:
    """Send what is still to be printed nowhere, so that it fails no more."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


@contextmanager
def silent_end() -> Iterator[None]:
    """Print everything that is printed here, or exit 2 in silence if nobody reads it any more."""
    try:
        yield
        print(end="", flush=True)
    except BrokenPipeError:
        discard_output()
        raise SystemExit(2) from None
