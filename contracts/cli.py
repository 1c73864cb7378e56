"""The command line `enrol-contract`: exits 0 kept, 1 broken, 2 could not judge or misuse."""

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
    from contracts.verdict.result import FailOn, RunVerdict


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--debug", is_flag=True, expose_value=False, help="Show the traceback of an error.")
@click.version_option(package_name="enrol-contract-kit")
def cli() -> None:
    """Test a host of POST /v3/promotions/enrol against its documentation."""


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
    host: str | None, start: str | None, plan: bool, profile: str, seed: int | None, **asked: Unpack[options.RunOptions]
) -> None:
    """Ask HOST whatever the documentation speaks of, and report claim by claim.

    \b
    enrol-contract run --start 'enrol-mock serve --port 0'
    enrol-contract run https://eu.api.example.com --target target.yaml --report-dir reports
    """
    from contracts.commands import run as running
    from contracts.reports.console import terminal
    from contracts.session.opening import Order

    with ExitStack() as stack:
        seed = secrets.randbelow(2**32) if seed is None else seed
        order = Order(host=_host(stack, host, start), profile=PROFILES[profile], seed=seed, **asked)
        if plan:
            running.plan(order, terminal())
            return
        result = running.run(order, terminal())
    _exit(result.verdict)


@cli.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), default=Path("target.yaml"))
@click.option("--force", is_flag=True, help="Overwrite a file that is there.")
def init(file: Path, force: bool) -> None:
    """Write a target file to fill in: a host, its login, and what is known to exist there."""
    from contracts.commands.init import write

    write(file, force=force)
    click.echo(f"{file} written; fill it in, set the variables it names, then: enrol-contract doctor --target {file}")


@cli.command()
@options.HOST
@options.TARGET
@options.TIMEOUT
@options.CA_BUNDLE
def doctor(host: str | None, target: Path | None, timeout: float, ca_bundle: Path | None) -> None:
    """Find out whether HOST can be tested: network, TLS, clock, login, one refusal, field names.

    Only refusals that name nobody are sent. Exits 0 where all is well, 1 where something is wrong, 2
    where the host gives no answer.
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
    """Find out how HOST reads what the page leaves open, and write its readings to a file.

    On a host that is not this machine only refusals that name nobody are sent; they settle less.
    """
    from contracts.commands import probe as probing
    from contracts.reports.console import terminal
    from contracts.session.opening import Order

    with ExitStack() as stack:
        order = Order(host=_host(stack, host, start), target=target, treat_as_live=treat_as_live, pace=pace)
        probed = probing.probe(order, terminal(), output)
    if probed.stopped:
        raise Misuse(f"the probe ended early: {probed.stopped.why}")


@cli.command()
@click.argument("archive", type=click.Path(path_type=Path, dir_okay=False), metavar="TRAFFIC.har")
@options.TARGET
@options.REPORT_DIR
@options.FAIL_ON
def check(archive: Path, target: Path | None, report_dir: Path | None, fail_on: FailOn) -> None:
    """Judge recorded traffic, an HTTP Archive, as a run would; nothing is sent."""
    from contracts.commands import check as checking
    from contracts.reports.console import terminal
    from contracts.session.opening import Order

    result = checking.check(Order(target=target, report_dir=report_dir, fail_on=fail_on), archive, terminal())
    _exit(result.verdict)


@cli.command()
@click.argument("report", type=click.Path(path_type=Path, dir_okay=False), metavar="REPORT.json")
@click.argument("number", type=int, default=1)
@click.option("--host", metavar="HOST", help="Another host than the report's.")
@options.TARGET
def replay(report: Path, number: int, host: str | None, target: Path | None) -> None:
    """Send the request of finding NUMBER of a report again.

    Exits 1 where the answer still breaks the claim, 0 where it does not, 2 where the host could not be asked.
    """
    from contracts.commands import replay as replaying
    from contracts.reports.console import terminal
    from contracts.session.opening import Order

    _exit(replaying.replay(Order(host=host, target=target), report, number, terminal()))


@cli.command()
@click.argument("first", type=click.Path(path_type=Path))
@click.argument("second", type=click.Path(path_type=Path))
def compare(first: Path, second: Path) -> None:
    """Compare two report.json files: which claims, findings and readings differ.

    Exits 0 where none does, 1 where any does.
    """
    from contracts.commands import compare as comparing

    differences = comparing.compare(comparing.read(first), comparing.read(second))
    click.echo("\n".join([*map(str, differences), comparing.summary(differences)]))
    raise SystemExit(1 if differences else 0)


@cli.command("document")
@options.READINGS
@click.option("--reading", "pairs", multiple=True, metavar="QUESTION=READING", help="One more; it outranks the file's.")
@click.option("--overlay", "revised", is_flag=True, help="Apply the newer revision of the page.")
@options.OUTPUT
def export(readings: Path | None, pairs: tuple[str, ...], revised: bool, output: Path | None) -> None:
    """Print the OpenAPI document as it reads under a choice of readings."""
    from contracts.commands.document import document

    click.echo(document(readings, pairs, revised=revised, output=output), nl=False)


@cli.command()
@click.option("--markdown", is_flag=True, help="Print the page of the documentation.")
def claims(markdown: bool) -> None:
    """List every statement of the page that a run tests."""
    from contracts.reports.claims_page import claims_list, claims_page
    from openapi import document

    page = claims_page if markdown else claims_list
    click.echo(page(document.load()), nl=not markdown)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; an error of use becomes one line and exit 2."""
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
    except Exception as error:  # a bug of ours judges no host: 1 would say that a claim is broken
        traceback.print_exc()
        _fail(f"a bug of the contract tests: {type(error).__name__}: {error}")


def _host(stack: ExitStack, host: str | None, start: str | None) -> str | None:
    """Return the host to ask; one that is started runs for as long as `stack` is open. Raises Misuse."""
    from contracts.host.process import started

    if start and host:
        raise Misuse("give a HOST or --start, not both")
    return stack.enter_context(started(start)) if start else host


def _exit(verdict: RunVerdict) -> NoReturn:
    from contracts.verdict.result import EXIT_CODES

    raise SystemExit(EXIT_CODES[verdict])


def _fail(message: str) -> NoReturn:
    click.echo(f"enrol-contract: {' '.join(message.split())}", err=True)
    raise SystemExit(2)
