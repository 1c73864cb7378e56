"""The files of a report folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
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


def write(folder: Path, result: Result) -> None:
    """Write all files of a report. Raises Misuse if one cannot be written."""
    for name, render in FILES.items():
        try:
            (folder / name).write_text(render(result), encoding="utf-8", errors="backslashreplace", newline="\n")
        except OSError as error:
            raise Misuse(f"--report-dir: {folder / name} cannot be written: {error.strerror}") from error
