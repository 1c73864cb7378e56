"""The command `enrol-mock health`."""

from __future__ import annotations

import sys

import click

from command_line.printable import printable
from command_line.tool import DEBUG, Command, Number

_USUAL = "http://127.0.0.1:8080"


@click.command(cls=Command)
@click.argument("url", default=_USUAL)
@click.option(
    "--wait",
    type=Number(0, 3600),
    default=0,
    metavar="SECONDS",
    help="Ask again for up to this long, until a mock that is starting answers.  [default: ask once]",
)
@DEBUG
def health(url: str, wait: float) -> None:
    """Say whether a mock answers at URL, for the health check of a container or a script that waits.

    \b
    enrol-mock health                                   # http://127.0.0.1:8080
    enrol-mock health http://127.0.0.1:8081 --wait 10

    Exit codes: 0 it answers, 1 it does not, 2 wrong use.
    """
    from mockserver.serving.health import Unhealthy
    from mockserver.serving.health import health as asked

    try:
        said = asked(url, wait=wait)
    except Unhealthy as error:
        click.echo(f"enrol-mock: {printable(f'{url}: {error}')}", err=True)
        sys.exit(1)
    click.echo(f"the mock {said['version']} answers at {url}, up for {said['uptimeSeconds']:.0f} seconds")
