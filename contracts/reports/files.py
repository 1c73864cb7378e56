"""The files of a report folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

from contracts.errors import Misuse
from contracts.reports import har, html, json_report, junit, summary
from contracts.verdict.result import Result

FILES: Final[Mapping[str, Callable[[Result], str | Iterator[str]]]] = {
    "report.json": json_report.render,
    "junit.xml": junit.render,
    "report.html": html.render,
    "summary.md": summary.render,
    "run.har": har.render,
}


def make(option: str, folder: Path) -> None:
    """Make the folder that an option names, and check that files can be written there. Raises Misuse."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Misuse(f"{option}: {folder} cannot be made: {error.strerror}") from error
    try:
        TemporaryFile(dir=folder).close()
    except OSError as error:
        raise Misuse(f"{option}: {folder} cannot be written to: {error.strerror}") from error


def prepare(folder: Path) -> None:
    """Make a folder, check that reports can be written there, and remove those of an earlier run. Raises Misuse.

    So the reports of an earlier run are never taken for those of a run that is ended by force.
    """
    make("--report-dir", folder)
    for name in FILES:
        try:
            (folder / name).unlink(missing_ok=True)
        except OSError as error:
            raise Misuse(f"--report-dir: {folder / name} cannot be replaced: {error.strerror}") from error


def write(folder: Path, result: Result) -> None:
    """Write all files of a report, the others also if one cannot be written. Raises Misuse, or the error of a bug."""
    failure: Exception | None = None
    for name, render in FILES.items():
        try:
            text = render(result)
            with (folder / name).open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
                file.writelines([text] if isinstance(text, str) else text)
        except OSError as error:
            failure = failure or Misuse(f"--report-dir: {folder / name} cannot be written: {error.strerror}")
        except Exception as bug:  # raised again when the other reports are written
            failure = failure or bug
    if failure:
        raise failure
