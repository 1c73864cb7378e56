"""The command `enrol-mock proof`, and the options by which a proof is judged."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import get_args

import click

from command_line.tool import DEBUG, Choice, Command, with_options
from proof.gates import FailOn, Gates
from proof.records import Proof

_OPTIONS = (
    click.option(
        "--report-dir",
        type=click.Path(path_type=Path),
        metavar="DIR",
        help="Write proof.json, proof.xml (JUnit) and proof.html into this folder.",
    ),
    click.option(
        "--require-outcomes",
        "outcomes",
        type=click.IntRange(0),
        metavar="N",
        help="Exit 1 if fewer of the 17 documented errors and warnings were met.",
    ),
    click.option(
        "--require-shapes",
        "shapes",
        type=click.IntRange(0),
        metavar="N",
        help="Exit 1 if fewer shapes of answers were met.",
    ),
    click.option(
        "--require-faults",
        "faults",
        type=click.IntRange(0),
        metavar="N",
        help="Exit 1 if fewer faults of gateways and connections were met.",
    ),
    click.option(
        "--fail-on",
        type=Choice(list(get_args(FailOn))),
        default="broken",
        show_default=True,
        help="Which findings make the exit code 1: those that break the page, also those that break a standard (hygiene), or none.",
    ),
)


proof_options = with_options(_OPTIONS)


@click.command("proof", cls=Command)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@proof_options
@DEBUG
def proof_command(files: tuple[Path, ...], report_dir: Path | None, fail_on: FailOn, **required: int | None) -> int:
    """Print what the tests of a client have met, by one proof file or several together, and whether it is enough.

    GET /_mock/proof of a mock gives such a file; so do the pytest plugin and `enrol-mock exec`, as proof.json.

    \b
    enrol-mock proof proof-*.json --require-outcomes 17 --report-dir reports

    Exit codes: 0 all gates are reached, 1 one is missed or something is broken, 2 wrong use: an option or a file.
    """
    from proof.reading import load_all

    return conclude(load_all(files), Gates(**required, fail_on=fail_on), report_dir)


def conclude(proof: Proof, gates: Gates, report_dir: Path | None) -> int:
    """Print the summary of a proof, write its reports if a folder is given, and return the exit code. Raises SourceError."""
    from proof.reports import files, summary

    shown = summary.lines(proof, gates, width=min(shutil.get_terminal_size((100, 24)).columns, 120))
    if report_dir:
        files.write(report_dir, proof, gates)
    click.echo("\n".join(shown))
    return 1 if gates.failed(proof) else 0
