"""The commands of enrol-contract that send nothing: init, compare, annotate, document, claims."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import click

from command_line.tool import DEBUG, Command
from contracts import options


@click.command(cls=Command)
@DEBUG
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), default=Path("target.yaml"))
@click.option("--force", is_flag=True, help="Overwrite FILE if it exists.")
def init(file: Path, force: bool) -> None:
    """Write a target file to fill in: the host, how to log in, and the test data that exists there.

    FILE is target.yaml if it is not given.

    Exit codes: 0 written, 2 not written.
    """
    from contracts.commands.init import write

    write(file, force=force)
    click.echo(f"{file} written. Fill it in, set its variables, then run: enrol-contract doctor --target {file}")


@click.command(cls=Command)
@DEBUG
@click.argument("first", type=click.Path(path_type=Path))
@click.argument("second", type=click.Path(path_type=Path))
@click.option("--all", "every", is_flag=True, help="Name every claim that differs, each in a line of its own.")
def compare(first: Path, second: Path, every: bool) -> None:
    """Show what changed from one report to another: claims, findings and readings.

    FIRST and SECOND are report.json files.

    \b
    enrol-contract compare staging/report.json production/report.json

    Exit codes: 0 nothing changed, 1 something changed, 2 a report cannot be read, or wrong use.
    """
    from contracts.commands import compare as compare_command
    from contracts.reports.console import print_wrapped, terminal

    reports = compare_command.read(first), compare_command.read(second)
    screen = terminal()
    for line in compare_command.lines(*reports, every=every):
        print_wrapped(screen, line)
    raise SystemExit(1 if compare_command.compare(*reports) else 0)


@click.command(cls=Command)
@DEBUG
@click.argument("report", type=click.Path(path_type=Path, dir_okay=False), metavar="REPORT.json")
@click.option(
    "--outputs",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Add verdict, headline and counts to FILE as lines `name=value`; in a step, give $GITHUB_OUTPUT.  "
    "[default: no outputs]",
)
def annotate(report: Path, outputs: Path | None) -> None:
    """Print the findings of a report as annotations for GitHub Actions.

    \b
    enrol-contract annotate reports/report.json --outputs "$GITHUB_OUTPUT"

    Exit codes: 0 printed, whatever the verdict, 2 the report cannot be read, or wrong use.
    """
    from contracts.commands import annotate as annotate_command

    for line in annotate_command.annotate(report, outputs):
        click.echo(line)


@click.command("document", cls=Command)
@DEBUG
@click.option(
    "--readings",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A file with one line `question: reading` for each place of the page that is open. `enrol-contract probe` writes "
    "one.  [default: the usual readings]",
)
@click.option(
    "--reading",
    "pairs",
    multiple=True,
    metavar="QUESTION=READING",
    help="One reading, such as source=required. It overrides that of the file of --readings. May be given more than once.",
)
@click.option("--overlay", "revised", is_flag=True, help="Apply what the newer revision of the page says.")
@options.OUTPUT
def document(readings: Path | None, pairs: tuple[str, ...], revised: bool, output: Path | None) -> None:
    """Print the OpenAPI document, changed as the chosen readings demand.

    \b
    enrol-contract document --readings readings.yaml > effective.yaml

    Exit codes: 0 printed, 2 wrong use.
    """
    from contracts.commands.document import document as text_of

    click.echo(text_of(readings, pairs, revised=revised, output=output), nl=False)


@click.command(cls=Command)
@DEBUG
@click.option("--markdown", is_flag=True, help="Print the Markdown page docs/claims.md.")
def claims(markdown: bool) -> None:
    """List every claim: each statement of the page that a run tests, with its name and its place on the page.

    Exit codes: 0 listed, 2 wrong use.
    """
    from contracts.reports.claims_page import claims_list, claims_page
    from openapi.document import load

    columns = shutil.get_terminal_size().columns if sys.stdout and sys.stdout.isatty() else None
    click.echo(claims_page(load()) if markdown else claims_list(load(), columns), nl=not markdown)
