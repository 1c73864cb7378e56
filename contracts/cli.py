"""The command line `enrol-contract`. It exits 0 (kept), 1 (broken) or 2 (could not judge, or wrong use)."""

from __future__ import annotations

import secrets
import sys
import traceback
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, Unpack

import click

from contracts import options
from contracts.errors import Misuse
from contracts.inputs.profiles import PROFILES
from openapi.source import SourceError

if TYPE_CHECKING:
    from contracts.verdict.result import RunVerdict


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--debug", is_flag=True, expose_value=False, help="Show the traceback when an error ends the command.")
@click.version_option(package_name="enrol-contract-kit")
def cli() -> None:
    """Test whether a host answers POST /v3/promotions/enrol as its documentation says."""


@cli.command()
@options.HOST
@options.TARGET
@options.START
@options.PROFILE
@options.SEED
@options.READINGS
@options.REPORT_DIR
@options.FAIL_ON
@options.BASELINE
@options.ONLY
@options.FAIL_FAST
@options.TIMEOUT
@options.CA_BUNDLE
@options.TREAT_AS_LIVE
@options.PERMIT
@options.BUDGET
@options.LEDGER
@options.PLAN
@options.PACE
@options.MAX_REQUESTS
@options.MAX_TIME
@options.MAX_LATENCY
@options.WAIT
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
        order = Order(host=_host(stack, host, start), profile=PROFILES[profile], seed=seed, **other)
        if plan:
            run_command.plan(order, terminal())
            return
        result = run_command.run(order, terminal())
    _exit(result.verdict)


@cli.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), default=Path("target.yaml"))
@click.option("--force", is_flag=True, help="Overwrite FILE if it exists.")
def init(file: Path, force: bool) -> None:
    """Write a target file to fill in: the host, its login, and the test data that exists there."""
    from contracts.commands.init import write

    write(file, force=force)
    click.echo(f"{file} written. Fill it in, set its variables, then run: enrol-contract doctor --target {file}")


@cli.command()
@options.HOST
@options.TARGET
@options.TIMEOUT
@options.CA_BUNDLE
def doctor(host: str | None, target: Path | None, timeout: float, ca_bundle: Path | None) -> None:
    """Check whether HOST can be tested: network, TLS, clock, login, one refusal, field names.

    Sends only requests that can enrol nobody. Exits 0 if every check passes, 1 if a check fails,
    2 if the host does not answer.
    """
    from contracts.commands.doctor import examine, exit_code
    from contracts.reports.words import printable
    from contracts.session.opening import Order

    checks = []
    for check in examine(Order(host=host, target=target, timeout=timeout, ca_bundle=ca_bundle)):
        checks.append(check)
        click.echo(f"{'ok' if check.ok else 'failed':<8}{check.name}: {printable(check.says)}")
        if not check.ok:
            click.echo(f"{'':8}to do: {check.todo}")
    raise SystemExit(exit_code(checks))


@cli.command()
@options.HOST
@options.TARGET
@options.START
@options.OUTPUT
@options.TREAT_AS_LIVE
@options.PACE
def probe(
    host: str | None,
    target: Path | None,
    start: str | None,
    output: Path | None,
    treat_as_live: bool,
    pace: float | None,
) -> None:
    """Find out which readings HOST follows where the page is open, and write them to a file.

    A host that is not this machine gets only requests that can enrol nobody; these settle fewer questions.
    """
    from contracts.commands import probe as probe_command
    from contracts.reports.console import terminal
    from contracts.session.opening import Order

    with ExitStack() as stack:
        order = Order(host=_host(stack, host, start), target=target, treat_as_live=treat_as_live, pace=pace)
        probed = probe_command.probe(order, terminal(), output)
    if probed.stopped:
        raise Misuse(f"the probe ended early: {probed.stopped.why}")


@cli.command()
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

    _exit(check_command.check(Order(**order), archive, terminal()).verdict)


@cli.command()
@click.argument("report", type=click.Path(path_type=Path, dir_okay=False), metavar="REPORT.json")
@click.argument("number", type=int, default=1)
@click.option("--host", metavar="HOST", help="Send it to this host instead of the one in the report.")
@options.TARGET
def replay(report: Path, number: int, host: str | None, target: Path | None) -> None:
    """Send the request of finding NUMBER of a report again.

    Exits 1 if the answer still breaks the claim, 0 if it does not, 2 if the answer could not be judged.
    """
    from contracts.commands import replay as replay_command
    from contracts.reports.console import terminal
    from contracts.session.opening import Order

    _exit(replay_command.replay(Order(host=host, target=target), report, number, terminal()))


@cli.command()
@click.argument("first", type=click.Path(path_type=Path))
@click.argument("second", type=click.Path(path_type=Path))
def compare(first: Path, second: Path) -> None:
    """List the claims, findings and readings in which two report.json files differ.

    Exits 0 if there is no difference, 1 if there is one.
    """
    from contracts.commands import compare as compare_command

    differences = compare_command.compare(compare_command.read(first), compare_command.read(second))
    click.echo("\n".join([*map(str, differences), compare_command.summary(differences)]))
    raise SystemExit(1 if differences else 0)


@cli.command("document")
@options.READINGS
@click.option("--reading", "pairs", multiple=True, metavar="QUESTION=READING", help="Overrides FILE; repeatable.")
@click.option("--overlay", "revised", is_flag=True, help="Apply the newer revision of the page.")
@options.OUTPUT
def export(readings: Path | None, pairs: tuple[str, ...], revised: bool, output: Path | None) -> None:
    """Print the OpenAPI document that holds under the chosen readings."""
    from contracts.commands.document import document

    click.echo(document(readings, pairs, revised=revised, output=output), nl=False)


@cli.command()
@click.option("--markdown", is_flag=True, help="Print the Markdown page docs/claims.md.")
def claims(markdown: bool) -> None:
    """List every claim: each statement of the page that a run tests."""
    from contracts.reports.claims_page import claims_list, claims_page
    from openapi import document

    page = claims_page if markdown else claims_list
    click.echo(page(document.load()), nl=not markdown)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line. Print a Misuse, SourceError or usage error in one line and exit 2."""
    words = sys.argv[1:] if arguments is None else arguments
    try:
        cli.main(args=words, prog_name="enrol-contract", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        raise SystemExit(2) from None
    except click.ClickException as error:
        _fail(error.format_message())
    except (Misuse, SourceError) as error:
        if "--debug" in words:
            traceback.print_exc()
        _fail(str(error))
    except (click.Abort, KeyboardInterrupt):
        _fail("interrupted")
    except Exception as error:  # exit 1 would say that the host broke a claim
        traceback.print_exc()
        _fail(f"the contract tests have a bug: {type(error).__name__}: {error}")


def _host(stack: ExitStack, host: str | None, start: str | None) -> str | None:
    """Return the host to test. With `start`, start it; closing `stack` ends it. Raises Misuse."""
    from contracts.host.process import started

    if start and host:
        raise Misuse("both HOST and --start are given; give one of them")
    return stack.enter_context(started(start)) if start else host


def _exit(verdict: RunVerdict) -> NoReturn:
    from contracts.verdict.result import EXIT_CODES

    raise SystemExit(EXIT_CODES[verdict])


def _fail(message: str) -> NoReturn:
    click.echo(f"enrol-contract: {' '.join(message.split())}", err=True)
    raise SystemExit(2)
