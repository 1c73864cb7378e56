"""The command line `enrol-contract`. It exits 0 (kept), 1 (broken) or 2 (could not judge, or wrong use)."""

from __future__ import annotations

import secrets
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, Unpack

import click

from contracts import endings, options
from contracts.errors import Misuse
from contracts.inputs.profiles import PROFILES
from contracts.printable import printable

if TYPE_CHECKING:
    from contracts.reports.console import Terminal
    from contracts.verdict.decision import RunVerdict


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@options.DEBUG
@click.version_option(package_name="enrol-contract-kit")
def cli() -> None:
    """Test whether a host answers POST /v3/promotions/enrol as its documentation says."""


@cli.command()
@options.of_run
def run(
    host: str | None, start: str | None, plan: bool, profile: str, seed: int | None, **other: Unpack[options.RunOptions]
) -> None:
    """Test HOST against every claim of the documentation, and report on each claim.

    \b
    enrol-contract run --start 'enrol-mock serve --port 0'
    enrol-contract run https://eu.api.example.com --target target.yaml --report-dir reports
    """
    from contracts.commands import run as run_command
    from contracts.reports.console import terminal
    from contracts.session.opening import Order

    with ExitStack() as stack:
        seed = secrets.randbelow(2**32) if seed is None else seed
        order = Order(host=_host(stack, host, start), start=start, profile=PROFILES[profile], seed=seed, **other)
        screen = terminal()
        if plan:
            run_command.plan(order, screen)
            return
        result = run_command.run(order, screen)
    _exit(result.verdict, screen)


@cli.command()
@options.DEBUG
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), default=Path("target.yaml"))
@click.option("--force", is_flag=True, help="Overwrite FILE if it exists.")
def init(file: Path, force: bool) -> None:
    """Write a target file to fill in: the host, its login, and the test data that exists there."""
    from contracts.commands.init import write

    write(file, force=force)
    click.echo(f"{file} written. Fill it in, set its variables, then run: enrol-contract doctor --target {file}")


@cli.command()
@options.DEBUG
@options.HOST
@options.TARGET
@options.TIMEOUT
@options.CA_BUNDLE
@options.TEST_HOST
def doctor(
    host: str | None, target: Path | None, timeout: float, ca_bundle: Path | None, test_host: str | None
) -> None:
    """Check whether HOST can be tested: network, TLS, clock, login, one refusal, field names.

    Sends only requests that can enrol nobody. Exits 0 if every check passes, 1 if a check fails,
    2 if the host does not answer or the command is wrong.
    """
    from contracts.commands.doctor import examine, exit_code
    from contracts.session.opening import Order

    checks = []
    order = Order(host=host, target=target, timeout=timeout, ca_bundle=ca_bundle, test_host=test_host)
    for check in examine(order):
        checks.append(check)
        click.echo(f"{'ok' if check.ok else 'failed':<8}{check.name}: {printable(check.says)}")
        if not check.ok:
            click.echo(f"{'':8}to do: {printable(check.todo)}")
    raise SystemExit(exit_code(checks))


@cli.command()
@options.DEBUG
@options.HOST
@options.TARGET
@options.START
@options.OUTPUT
@options.TIMEOUT
@options.CA_BUNDLE
@options.TREAT_AS_LIVE
@options.TEST_HOST
@options.PACE
def probe(
    host: str | None,
    target: Path | None,
    start: str | None,
    output: Path | None,
    **other: Unpack[options.ProbeOptions],
) -> None:
    """Find out which readings HOST follows where the page is open, and write them to a file.

    `run` and `enrol-mock serve` read such a file with --readings. A host that is not this machine gets
    only requests that can enrol nobody; these settle fewer questions.
    """
    from contracts.commands import probe as probe_command
    from contracts.reports.console import terminal
    from contracts.session.opening import Order

    with ExitStack() as stack:
        order = Order(host=_host(stack, host, start), target=target, **other)
        probed = probe_command.probe(order, terminal(), output)
    if probed.stopped:
        raise Misuse(f"the probe ended early: {probed.stopped.why}")


@cli.command()
@options.DEBUG
@click.argument("archive", type=click.Path(path_type=Path, dir_okay=False), metavar="TRAFFIC.har")
@options.TARGET
@options.RECORDED_HOST
@options.REPORT_DIR
@options.FAIL_ON
def check(archive: Path, **order: Unpack[options.CheckOptions]) -> None:
    """Judge the recorded traffic of an HTTP Archive (HAR) by the rules of a run. Nothing is sent."""
    from contracts.commands import check as check_command
    from contracts.reports.console import terminal
    from contracts.session.opening import Order

    screen = terminal()
    _exit(check_command.check(Order(**order), archive, screen).verdict, screen)


@cli.command()
@options.DEBUG
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
def replay(report: Path, number: int, **order: Unpack[options.ReplayOptions]) -> None:
    """Send the request of finding NUMBER of a report again.

    Without --host and --target, the report's host must be this machine. Exits 1 if the answer still
    breaks the claim, 0 if it keeps it, 2 if the answer does not show either.
    """
    from contracts.commands import replay as replay_command
    from contracts.reports.console import terminal
    from contracts.session.opening import Order

    screen = terminal()
    _exit(replay_command.replay(Order(**order), report, number, screen), screen)


@cli.command()
@options.DEBUG
@click.argument("first", type=click.Path(path_type=Path))
@click.argument("second", type=click.Path(path_type=Path))
def compare(first: Path, second: Path) -> None:
    """List the claims, findings and readings in which two report.json files differ.

    Exits 0 if there is no difference, 1 if there is one, 2 if a report cannot be read.
    """
    from contracts.commands import compare as compare_command

    differences = compare_command.compare(compare_command.read(first), compare_command.read(second))
    lines = [*map(str, differences), compare_command.summary(differences)]
    click.echo("\n".join(map(printable, lines)))
    raise SystemExit(1 if differences else 0)


@cli.command("document")
@options.DEBUG
@options.READINGS
@click.option("--reading", "pairs", multiple=True, metavar="QUESTION=READING", help="Overrides FILE; repeatable.")
@click.option("--overlay", "revised", is_flag=True, help="Apply the newer revision of the page.")
@options.OUTPUT
def export(readings: Path | None, pairs: tuple[str, ...], revised: bool, output: Path | None) -> None:
    """Print the OpenAPI document that holds under the chosen readings."""
    from contracts.commands.document import document

    click.echo(document(readings, pairs, revised=revised, output=output), nl=False)


@cli.command()
@options.DEBUG
@click.option("--markdown", is_flag=True, help="Print the Markdown page docs/claims.md.")
def claims(markdown: bool) -> None:
    """List every claim: each statement of the page that a run tests."""
    from contracts.reports.claims_page import claims_list, claims_page
    from openapi import document

    page = claims_page if markdown else claims_list
    click.echo(page(document.load()), nl=not markdown)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line. It exits as contracts.endings says."""
    words = sys.argv[1:] if arguments is None else arguments
    with endings.in_one_line(debug="--debug" in words):
        cli.main(args=words, prog_name="enrol-contract", standalone_mode=False)


def _host(stack: ExitStack, host: str | None, start: str | None) -> str | None:
    """Return the host to test. With `start`, start it; closing `stack` ends it. Raises Misuse."""
    from contracts.host.process import started

    if start and host:
        raise Misuse("both HOST and --start are given; give one of them")
    return stack.enter_context(started(start)) if start else host


def _exit(verdict: RunVerdict, screen: Terminal) -> NoReturn:
    from contracts.verdict.result import EXIT_CODES

    raise SystemExit(EXIT_CODES["unjudged" if screen.is_closed else verdict])
