"""The command `enrol-mock`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from mockserver.errors import MockError
from openapi import document, questions, source, world

_world = click.option(
    "--world",
    "world_file",
    type=click.Path(path_type=Path),
    default=source.WORLD,
    metavar="FILE",
    help="The sample data to serve. Default: the kit's own.",
)
_readings_file = click.option(
    "--readings",
    "readings_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A YAML mapping of open questions to the readings to follow. Default: the kit's own.",
)
_reading = click.option(
    "--reading",
    "pairs",
    multiple=True,
    metavar="QUESTION=READING",
    help="One reading. It overrides the file's; may be given more than once.",
)
_debug = click.option("--debug", is_flag=True, expose_value=False, help="Show the traceback of an error.")


# `help` is given beside the docstrings, which are gone under `python -OO`.
@click.group(no_args_is_help=False, help="Mock the loyalty call POST /v3/promotions/enrol.")
def cli() -> None:
    """Mock the loyalty call POST /v3/promotions/enrol."""


@cli.command(help="Serve the mock until it is interrupted.")
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="The address to listen on; a name means all of its addresses.",
)
@click.option(
    "--port", default=8080, show_default=True, type=click.IntRange(0, 65535), help="The port; 0 means any free one."
)
@click.option(
    "--auth",
    type=click.Choice(["on", "off"]),
    default="on",
    show_default=True,
    help="Whether requests need credentials.",
)
@_world
@_readings_file
@_reading
@_debug
def serve(
    host: str, port: int, auth: str, world_file: Path, readings_file: Path | None, pairs: tuple[str, ...]
) -> None:
    """Serve the mock until it is interrupted."""
    from mockserver import server

    loaded = _load(world_file, readings_file, pairs)
    server.serve(server.Settings(*loaded, auth=auth == "on", host=host, port=port))


@cli.command(help="Check that the document, the rules and the sample data load and fit together.")
@_world
@_debug
def check(world_file: Path) -> None:
    """Check that the document, the rules and the sample data load and fit together."""
    from mockserver.app import Mock

    promise, data, readings = _load(world_file)
    Mock.of(promise, data, readings)  # raises MockError if they do not fit together
    click.echo(
        f"{source.ENROL}: {len(promise.outcomes)} outcomes, {len(promise.claims)} claims; each rule has its outcome"
    )
    click.echo(
        f"{world_file}: {len(data.programs)} programs, {len(data.promotions)} promotions, "
        f"{len(data.customers)} customers, {len(data.enrolments)} enrolments; all references hold"
    )


@cli.command(help="List the outcomes, each with a plain request that gets it.")
@click.option("--markdown", is_flag=True, help="Print a Markdown page with a curl command for each outcome.")
@_world
@_debug
def outcomes(markdown: bool, world_file: Path) -> None:
    """List the outcomes, each with a plain request that gets it."""
    from mockserver.catalogue import pages, provocations

    promise, data, readings = _load(world_file)
    plain = provocations.provocations(promise, data, readings)
    for line in (pages.as_markdown if markdown else pages.as_lines)(promise, plain):
        click.echo(line)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command. For wrong input it prints one line on stderr and exits with code 2."""
    given = sys.argv[1:] if arguments is None else arguments
    try:
        sys.exit(cli.main(given, prog_name="enrol-mock", standalone_mode=False))
    except (click.ClickException, source.SourceError, MockError) as error:
        if "--debug" in given:
            raise
        message = error.format_message() if isinstance(error, click.ClickException) else str(error)
        # It may repeat what a file holds, which must not control the terminal.
        shown = "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in message)
        click.echo(f"enrol-mock: {shown}", err=True)
        sys.exit(2)
    except click.Abort:  # Ctrl-C before the server took over
        sys.exit(130)


def _load(
    world_file: Path, readings_file: Path | None = None, pairs: Sequence[str] = ()
) -> tuple[document.Document, world.World, questions.Readings]:
    known_questions = questions.load()
    chosen = questions.choose(known_questions, path=readings_file, pairs=pairs)
    promise = document.load(known_questions=known_questions)
    if chosen:
        from openapi.effective import effective

        promise = effective(promise, chosen, known_questions=known_questions)
    return promise, world.load(world_file), questions.defaults(known_questions) | chosen
