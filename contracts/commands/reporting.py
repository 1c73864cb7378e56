"""What every command with a result does in the end: mask it, write its reports, and show it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from contracts.masking.mask import Mask
from contracts.reports import files
from contracts.verdict.result import Result


def report(result: Result, mask: Mask, folder: Path | None, show: Callable[[Result], None]) -> None:
    """Write the reports of a result to a folder, if there is one, and show it masked.

    It is shown also if a report cannot be written. Raises Misuse.
    """
    # Only the files show all exchanges, and to mask them takes an eighth of a run's time.
    masked = mask.result(result if folder else replace(result, exchanges=()))
    try:
        if folder:
            files.write(folder, masked)
    finally:
        show(masked)
