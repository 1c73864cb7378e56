"""The command line `enrol-contract`. It exits 0 (kept), 1 (broken) or 2 (could not judge, or wrong use)."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Unpack

import click

from command_line.tool import DEBUG, Command, Tool, version, wants_debug
from contracts import cli_load, cli_offline, cli_traffic, endings, options
from contracts.errors import Misuse, PipeClosed
from contracts.inputs.profiles import PROFILES


@click.group(cls=Tool, closed=(PipeClosed,))
@DEBUG
@version("enrol-contract")
def cli() -> None:
    """Test whether a host answers POST /v3/promotions/enrol as its documentation says.

    \b
    enrol-contract run --start 'enrol-mock serve --port 0'   # try it out
    enrol-contract init                                      # then test
    enrol-contract doctor --target target.yaml               # a host of
    enrol-contract run --target target.yaml                  # your own
    enrol-contract COMMAND --help
    """


@click.command(cls=Command)
@options.of_run
@click.option(
    "--example-database",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Keep generated requests that broke a claim in DIR, a database of Hypothesis, and send those that are there first. "
    "Nightly runs may share it.  [default: keep none]",
)
def run(
    plan: bool,
    profile: str,
    seed: int | None,
    example_database: Path | None,
    **given: Unpack[options.OrderOptions],
) -> None:
    """Test every statement of the documentation (a claim) on HOST, and report on each one.

    HOST is the part of the URL before /v3/promotions/enrol. A host that is not this machine is treated as production
    (live): it gets at most 60 requests, one a second, and none of them can enrol anybody.

    \b
    enrol-contract run --start 'enrol-mock serve --port 0'
    enrol-contract run http://127.0.0.1:8080 --report-dir reports
    enrol-contract run https://eu.api.example.com --target target.yaml --plan
    enrol-contract run https://eu.api.example.com --target target.yaml \\
        --report-dir reports

    Exit codes: 0 kept, 1 broken, 2 could not judge, or wrong use.
    """
    from contracts.commands import run as run_command
    from contracts.reports.console import terminal
    from contracts.session.opening import Order, check_files, started

    order = Order(**given, profile=PROFILES[profile], seed=options.seed_or_random(seed), examples=example_database)
    with started(order, check=check_files if plan else run_command.check) as order:
        screen = terminal()
        if plan:
            run_command.plan(order, screen)
            return
        result = run_command.run(order, screen)
    endings.exit_as(result.verdict, unread=screen.is_closed)


@click.command(cls=Command)
@DEBUG
@options.HOST
@options.TARGET
@options.TIMEOUT
@options.CA_BUNDLE
@options.TEST_HOST
def doctor(**order: Unpack[options.OrderOptions]) -> None:
    """Check step by step whether HOST can be tested: network, TLS, clock, login, a refusal, field names.

    It sends about ten requests, which can enrol nobody. Each check is a line, `ok` or `failed` with what to do.

    \b
    enrol-contract doctor http://127.0.0.1:8080
    enrol-contract doctor --target target.yaml

    Exit codes: 0 every check passes, 1 a check fails, 2 the host does not answer, or wrong use.
    """
    from contracts.commands.doctor import examine, exit_code
    from contracts.reports.console import print_wrapped, terminal
    from contracts.session.opening import Order

    checks, screen = [], terminal()
    for check in examine(Order(**order)):
        checks.append(check)
        print_wrapped(screen, f"{check.name}: {check.says}", label="ok" if check.ok else "failed", column=8)
        if not check.ok:
            print_wrapped(screen, f"to do: {check.todo}", indent=8)
    raise SystemExit(exit_code(checks))


@click.command(cls=Command)
@DEBUG
@options.HOST
@options.TARGET
@options.START
@options.OUTPUT
@options.TIMEOUT
@options.CA_BUNDLE
@options.TREAT_AS_LIVE
@options.TEST_HOST
@options.PACE
def probe(output: Path | None, **given: Unpack[options.OrderOptions]) -> None:
    """Find out what HOST does where the page is silent or contradicts itself, and write it to a file.

    Each such place is a question, and each way to answer it a reading. `enrol-contract run` and `enrol-mock serve` read
    the file with --readings. A host that is not this machine gets only requests that can enrol nobody; they settle
    fewer questions.

    \b
    enrol-contract probe http://127.0.0.1:8080 --output readings.yaml
    enrol-mock serve --readings readings.yaml

    Exit codes: 0 probed, 2 the probe could not begin or ended early, or wrong use.
    """
    from contracts.commands import probe as probe_command
    from contracts.reports.console import terminal
    from contracts.session.opening import Order, check_files, started

    def check(order: Order) -> None:
        check_files(order)
        if output:
            probe_command.check_output(output)

    with started(Order(**given), check=check) as order:
        probed = probe_command.probe(order, terminal(), output)
    if probed.stopped:
        raise Misuse(f"the probe ended early: {probed.stopped.why}")


@click.command(cls=Command)
@DEBUG
@click.argument("report", type=click.Path(path_type=Path, dir_okay=False), metavar="REPORT.json")
@click.argument("number", type=int, default=1)
@click.option(
    "--host", metavar="HOST", help="Send it to this host.  [default: that of the target file, or the report's]"
)
@options.TARGET
@options.TIMEOUT
@options.CA_BUNDLE
@options.TREAT_AS_LIVE
@options.TEST_HOST
def replay(report: Path, number: int, **order: Unpack[options.OrderOptions]) -> None:
    """Send the request of a finding again, to see whether the host still breaks the claim.

    NUMBER is the number of the finding in REPORT.json; without it, 1. If the report's host is not this machine, give
    --host or --target.

    \b
    enrol-contract replay reports/report.json 2

    Exit codes: 0 kept this time, 1 still broken, 2 the answer shows neither, or wrong use.
    """
    from contracts.commands import replay as replay_command
    from contracts.reports.console import terminal
    from contracts.session.opening import Order

    screen = terminal()
    endings.exit_as(replay_command.replay(Order(**order), report, number, screen), unread=screen.is_closed)


for _command in (
    run,
    cli_load.load,
    cli_offline.init,
    doctor,
    probe,
    replay,
    cli_traffic.proxy,
    cli_traffic.check,
    cli_offline.compare,
    cli_offline.annotate,
    cli_offline.document,
    cli_offline.claims,
):
    cli.add_command(_command)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line. It exits as contracts.endings says."""
    words = sys.argv[1:] if arguments is None else arguments
    with endings.in_one_line(debug=wants_debug(words)):
        cli.main(args=words, prog_name="enrol-contract", standalone_mode=False)
