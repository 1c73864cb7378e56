"""The command `enrol-mock`."""

from __future__ import annotations

import gc
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from command_line.printable import printable
from command_line.tool import DEBUG, Choice, Tool, bounded, discard_output, version, wants_debug
from mockserver.cli_data import READING, READINGS, WORLD, load
from mockserver.cli_exec import command_beside
from mockserver.cli_faults import chosen_faults, fault_options
from mockserver.cli_health import health
from mockserver.cli_proof import proof_command
from mockserver.cli_serving import serving_options, serving_settings
from mockserver.errors import MockError
from openapi import source


@click.group(cls=Tool)
@DEBUG
@version("enrol-mock")
@click.pass_context
def cli(context: click.Context) -> None:
    """Serve a mock of the loyalty call POST /v3/promotions/enrol: it answers as the documentation says.

    \b
    enrol-mock serve                # on http://127.0.0.1:8080, until Ctrl-C
    enrol-mock COMMAND --help
    """
    if context.invoked_subcommand != "serve":
        gc.enable()


@cli.command()
@click.option(
    "--auth",
    type=Choice(["on", "off"]),
    default="on",
    show_default=True,
    help="Whether a request must log in. With off, the mock answers requests without a login as well.",
)
@WORLD
@READINGS
@READING
@click.option(
    "--reload",
    is_flag=True,
    help="Serve the world, the readings and the documents anew when their files change. Sessions and journals "
    "stay, and so do enrolments whose customer and promotion still exist. If a file is wrong, the mock says why on stderr and goes on as before.",
)
@serving_options
@click.option(
    "--control-token",
    envvar="ENROL_MOCK_CONTROL_TOKEN",
    metavar="TOKEN",
    help="Open the pages under /_mock/ to other machines too, but only to those that send this token. Better given as "
    "ENROL_MOCK_CONTROL_TOKEN, since other users can see options.  [default: only this machine, without a token]",
)
@fault_options
@DEBUG
def serve(
    auth: str,
    world_file: Path,
    readings_file: Path | None,
    pairs: tuple[str, ...],
    control_token: str | None,
    reload: bool,
    specs: tuple[str, ...],
    faults_file: Path | None,
    socket_faults: bool,
    **how: Any,
) -> None:
    """Serve the mock until Ctrl-C or SIGTERM. It prints its address, and a curl command to try, once it answers.

    \b
    enrol-mock serve --port 0 --auth off
    enrol-mock serve --world my-data.yaml --reading source=required

    Exit codes: 0 ended by Ctrl-C or SIGTERM, 2 wrong use: an option, a file, or a port that is taken.
    """
    from mockserver import server
    from mockserver.serving.reloading import Sources

    loaded = load(world_file, readings_file, pairs)
    files = (world_file, *([readings_file] if readings_file else []), source.ENROL, source.OAUTH, source.QUESTIONS)
    sources = Sources(files, lambda: load(world_file, readings_file, pairs)) if reload else None
    tls = bool(how["tls"] or how["tls_cert"])
    faults = chosen_faults(loaded[0], specs, faults_file, socket_faults=socket_faults, tls=tls)
    chosen = serving_settings(**how, reload=reload)
    server.serve(
        server.Settings(
            *loaded, auth=auth == "on", control_token=control_token, reload=sources, faults=faults, **chosen
        )
    )


cli.add_command(command_beside(serve))


@cli.command()
@WORLD
@DEBUG
def check(world_file: Path) -> None:
    """Check a file of sample data before you serve it: its form, and that all references in it hold.

    Exit codes: 0 the mock can serve it, 2 it cannot; one line says why.
    """
    from mockserver.app import Mock

    promise, data, readings = load(world_file)
    Mock.of(promise, data, readings)  # raises MockError if they do not fit together
    click.echo(
        f"{source.ENROL}: {len(promise.outcomes)} outcomes, {len(promise.claims)} claims; each rule has its outcome"
    )
    click.echo(
        f"{world_file}: {len(data.programs)} programs, {len(data.promotions)} promotions, "
        f"{len(data.customers)} customers, {len(data.enrolments)} enrolments; all references hold"
    )


@cli.command()
@click.option("--markdown", is_flag=True, help="Print a Markdown page with a curl command for each outcome.")
@WORLD
@DEBUG
def outcomes(markdown: bool, world_file: Path) -> None:
    """List every error and warning that the mock can answer with, and a request that gets each one.

    The columns are: HTTP status, error code, name, request.

    Exit codes: 0 listed, 2 wrong use.
    """
    from mockserver.catalogue import pages, provocations

    promise, data, readings = load(world_file)
    plain = provocations.provocations(promise, data, readings)
    for line in (pages.as_markdown if markdown else pages.as_lines)(promise, plain):
        click.echo(line)


cli.add_command(health)
cli.add_command(proof_command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command. For wrong input it prints one line on stderr and exits with code 2, never with 1."""
    given = sys.argv[1:] if arguments is None else arguments
    try:
        code = cli.main(given, prog_name="enrol-mock", standalone_mode=False)
        sys.stdout.flush()  # what cannot be written is an error here, and not after the exit code
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):  # Ctrl-C before the server took over
        sys.exit(130)
    except Exception as error:  # exit 2 and one line, whatever it is: a traceback exits 1
        is_bug = not isinstance(error, click.ClickException | source.SourceError | MockError | OSError)
        if is_bug or (wants_debug(given) and not isinstance(error, click.ClickException)):
            traceback.print_exc()
        if isinstance(error, OSError):
            discard_output()
        said = f"the mock has a bug: {type(error).__name__}: {error}" if is_bug else str(error)
        message = error.format_message() if isinstance(error, click.ClickException) else said
        click.echo(f"enrol-mock: {printable(bounded(message))}", err=True)  # it may repeat what a file holds
        sys.exit(2)
    sys.exit(code)
