"""The command `annotate`: tell GitHub Actions the findings of a report, and hand on its verdict as outputs of the step."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from contracts.errors import Misuse
from contracts.reports import github, report_reader


def annotate(path: Path, outputs: Path | None) -> Iterator[str]:
    """Yield the workflow commands for a report.json. `outputs`: the file to which the outputs are added, or None.

    Raises Misuse.
    """
    report = report_reader.read(path, github.Report)
    if outputs:
        try:
            with outputs.open("a", encoding="utf-8", errors="backslashreplace") as file:
                file.writelines(f"{line}\n" for line in github.outputs(report))
        except OSError as error:
            raise Misuse(f"--outputs: {outputs} cannot be written: {error.strerror}") from error
    yield from github.commands(report)
