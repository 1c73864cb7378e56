"""The files of a report folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

from openapi.source import SourceError
from proof.gates import Gates
from proof.records import Proof
from proof.reports import html, json_report, junit

FILES: Final[Mapping[str, Callable[[Proof, Gates], str]]] = {
    "proof.json": json_report.render,
    "proof.xml": junit.render,
    "proof.html": html.render,
}


def prepare(folder: Path) -> None:
    """Make a folder, and check that reports can be written there. Raises SourceError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        TemporaryFile(dir=folder).close()
    except OSError as error:
        raise SourceError(f"--report-dir: {folder} cannot be written: {error.strerror}") from error


def write(folder: Path, proof: Proof, gates: Gates) -> None:
    """Write all files of a report into a folder, which is made if there is none. Raises SourceError."""
    at = folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, render in FILES.items():
            at = folder / name
            at.write_text(render(proof, gates), encoding="utf-8", newline="\n")
    except OSError as error:
        raise SourceError(f"--report-dir: {at} cannot be written: {error.strerror}") from error
