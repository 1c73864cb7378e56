"""The files of a report folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

from contracts.errors import Misuse
from contracts.reports import har, html, json_report, junit, summary
from contracts.verdict.result import Result

FILES: Final[Mapping[str, Callable[[Result], str]]] = {
    "report.json": json_report.render,
    "junit.xml": junit.render,
    "report.html": html.render,
    "summary.md": summary.render,
    "run.har": har.render,
}


def prepare(folder: Path) -> None:
    """Make a folder, check that reports can be written there, and remove those of an earlier run. Raises Misuse.

    So the reports of an earlier run are never taken for those of a run that is ended by force.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Misuse(f"--report-dir: {folder} cannot be made: {error.strerror}") from error
    try:
        TemporaryFile(dir=folder).close()
    except OSError as error:
        raise Misuse(f"--report-dir: {folder} cannot be written to: {error.strerror}") from error
    for name in FILES:
        try:
            (folder / name).unlink(missing_ok=True)
        except OSError as error:
            raise Misuse(f"--report-dir: {folder / name} cannot be replaced: {error.strerror}") from error


def write(folder: Path, result: Result) -> None:
    """Write all files of a report. Raises Misuse if one cannot be written."""
    for name, render in FILES.items():
        try:
            (folder / name).write_text(render(result), encoding="utf-8", errors="backslashreplace", newline="\n")
        except OSError as error:
            raise Misuse(f"--report-dir: {folder / name} cannot be written: {error.strerror}") from error
