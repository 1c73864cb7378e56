"""The commands of enrol-contract that judge the traffic of other programs: proxy, check."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Unpack

import click

from command_line.tool import DEBUG, Address, Command
from contracts import endings, options

LISTEN: Final = click.option(
    "--listen",
    type=Address(lowest=0),
    default="127.0.0.1:9000",
    show_default=True,
    metavar="ADDRESS:PORT",
    help="Take connections there. With port 0 the system chooses a free one.",
)


@click.command(cls=Command)
@DEBUG
@options.HOST
@LISTEN
@options.TARGET
@options.REPORT_DIR
@options.FAIL_ON
@options.CA_BUNDLE
@options.TEST_HOST
def proxy(listen: tuple[str, int], **order: Unpack[options.OrderOptions]) -> None:
    """Carry the traffic of your clients to HOST unchanged, and judge each answer as it passes.

    Give the address of --listen to your clients in place of that of HOST. The proxy sends no request of its own. It
    prints each finding when it is seen. Ctrl-C, or SIGTERM, ends it: then it writes the reports of a run, and prints
    the result.

    \b
    enrol-contract proxy http://127.0.0.1:8080 --report-dir reports
    enrol-contract proxy https://eu.api.example.com --target target.yaml

    Exit codes: 0 kept, 1 broken, 2 could not judge, or wrong use.
    """
    from contracts.commands import proxy as proxy_command
    from contracts.reports.console import terminal
    from contracts.session.opening import Order

    screen = terminal()
    endings.exit_as(proxy_command.proxy(Order(**order), listen, screen).verdict, unread=screen.is_closed)


@click.command(cls=Command)
@DEBUG
@click.argument("archive", type=click.Path(path_type=Path, dir_okay=False), metavar="TRAFFIC.har")
@options.TARGET
@options.RECORDED_HOST
@options.REPORT_DIR
@options.FAIL_ON
def check(archive: Path, **order: Unpack[options.OrderOptions]) -> None:
    """Judge recorded traffic by the rules of `run`. Nothing is sent.

    TRAFFIC.har is an HTTP Archive. Browsers and proxies save such files, and so does a run with --report-dir (run.har).

    \b
    enrol-contract check traffic.har --target target.yaml

    Exit codes: 0 kept, 1 broken, 2 could not judge, or wrong use.
    """
    from contracts.commands import check as check_command
    from contracts.reports.console import terminal
    from contracts.session.opening import Order

    screen = terminal()
    endings.exit_as(check_command.check(Order(**order), archive, screen).verdict, unread=screen.is_closed)
