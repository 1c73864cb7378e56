"""The command line `enrol-contract`: exits 0 kept, 1 broken, 2 could not judge or misuse."""

from __future__ import annotations

import secrets
import sys
import traceback
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click

from contracts.errors import Misuse
from openapi.source import SourceError

_PROFILES = ("quick", "default", "thorough")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.version_option(package_name="enrol-contract-kit")
@click.pass_context
def cli(context: click.Context, debug: bool) -> None:
    """Test a host of POST /v3/promotions/enrol against its documentation."""
    context.obj = debug


_TIMEOUT = click.option(
    "--timeout",
    type=click.FloatRange(min=0.1),
    default=30.0,
    show_default=True,
    metavar="SECONDS",
    help="Wait so long for an answer.",
)
_CA_BUNDLE = click.option(
    "--ca-bundle",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Trust the certificates in FILE instead of the usual ones.",
)


@cli.command()
@click.argument("host", required=False)
@click.option(
    "--target",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="What is known of the host: test data, names of the variables that hold credentials. "
    "Without it: the sample data, which our mock serves.",
)
@click.option("--start", metavar="COMMAND", help="Start this command and test the host it says it is listening on.")
@click.option(
    "--profile", type=click.Choice(_PROFILES), default="default", show_default=True, help="How much is asked."
)
@click.option("--seed", type=click.IntRange(min=0), help="Ask exactly as the run that printed this seed.")
@click.option(
    "--readings", type=click.Path(path_type=Path), metavar="FILE", help="Readings of open questions that bind the host."
)
@click.option(
    "--report-dir",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write report.json, junit.xml, report.html, summary.md and run.har there.",
)
@click.option("--fail-on", type=click.Choice(["broken", "hygiene", "unreached"]), default="broken", show_default=True)
@click.option(
    "--baseline",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Known deviations, which fail no run until a day.",
)
@click.option(
    "--only",
    multiple=True,
    metavar="PATTERN",
    help="Count only the claims of these names, such as 'error.*'; may be given more than once.",
)
@click.option("--fail-fast", is_flag=True, help="Stop at the first broken claim.")
@_TIMEOUT
@_CA_BUNDLE
@click.option("--treat-as-live", is_flag=True, help="Treat this machine as if it were production, as for a tunnel.")
@click.option(
    "--permit-enrolments",
    "permit",
    metavar="HOST",
    help="Permit enrolments on HOST, which must be the host under test, as if it were production: of customers in the "
    "target file only.",
)
@click.option(
    "--budget",
    type=click.IntRange(min=1),
    default=5,
    show_default=True,
    help="How many requests that may enrol somebody are sent at most.",
)
@click.option(
    "--ledger",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("enrol-ledger.jsonl"),
    show_default=True,
    metavar="FILE",
    help="Where each of them is written down before it is sent, within --report-dir.",
)
@click.option("--plan", is_flag=True, help="Show what would be sent, and send nothing.")
@click.option(
    "--pace", type=click.FloatRange(min=0.1), metavar="N", help="Send at most N requests a minute.  [live: 60]"
)
@click.option("--max-requests", type=click.IntRange(min=1), metavar="N", help="Stop after N requests.")
@click.option("--max-time", type=click.FloatRange(min=0.1), metavar="SECONDS", help="Stop after so long.")
@click.option("--max-latency", type=click.FloatRange(min=0.0), metavar="SECONDS", help="Fail on a slower answer.")
@click.option(
    "--wait",
    type=click.FloatRange(min=0.0),
    default=0.0,
    metavar="SECONDS",
    help="Wait so long for a host that is coming up.",
)
def run(host: str | None, start: str | None, plan: bool, seed: int | None, **asked: Any) -> None:
    """Ask HOST whatever the documentation speaks of, and report claim by claim.

    \b
    enrol-contract run --start 'enrol-mock serve --port 0'
    enrol-contract run https://eu.api.example.com --target target.yaml --report-dir reports
    """
    from rich.console import Console

    from contracts.commands import run as running
    from contracts.session.opening import Order
    from contracts.verdict.result import EXIT_CODES

    if start and host:
        raise Misuse("give a HOST or --start, not both")
    terminal = Console(highlight=False, soft_wrap=True)
    seed = secrets.randbelow(2**32) if seed is None else seed
    with ExitStack() as stack:
        url = running.start_host(stack, start) if start else host
        order = Order(host=url, seed=seed, **asked)
        if plan:
            running.plan(order, terminal)
            return
        result = running.run(order, terminal)
    raise SystemExit(EXIT_CODES[result.verdict])


@cli.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), default=Path("target.yaml"))
@click.option("--force", is_flag=True, help="Overwrite a file that is there.")
def init(file: Path, force: bool) -> None:
    """Write a target file to fill in: a host, its login, and what is known to exist there."""
    from contracts.commands.init import write

    write(file, force=force)
    click.echo(f"{file} written; fill it in, set the variables it names, then: enrol-contract doctor --target {file}")


@cli.command()
@click.argument("host", required=False)
@click.option("--target", type=click.Path(path_type=Path), metavar="FILE", help="What is known of the host.")
@_TIMEOUT
@_CA_BUNDLE
def doctor(**asked: Any) -> None:
    """Find out whether HOST can be tested: network, TLS, clock, login, one refusal, field names.

    Only refusals that name nobody are sent. Exits 0 where all is well, 1 where something is wrong, 2
    where the host gives no answer.
    """
    from contracts.commands.doctor import examine, exit_code
    from contracts.reports.words import printable
    from contracts.session.opening import Order

    checks = []
    for check in examine(Order(**asked)):
        checks.append(check)
        click.echo(f"{'ok' if check.ok else 'failed':<8}{check.name}: {printable(check.says)}")
        if not check.ok:
            click.echo(f"{'':8}to do: {check.todo}")
    raise SystemExit(exit_code(checks))


@cli.command()
@click.argument("host", required=False)
@click.option("--target", type=click.Path(path_type=Path), metavar="FILE", help="What is known of the host.")
@click.option("--start", metavar="COMMAND", help="Start this command and probe the host it says it is listening on.")
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write the readings there."
)
@click.option("--treat-as-live", is_flag=True, help="Treat this machine as if it were production.")
@click.option(
    "--pace", type=click.FloatRange(min=0.1), metavar="N", help="Send at most N requests a minute.  [live: 60]"
)
def probe(host: str | None, start: str | None, output: Path | None, **asked: Any) -> None:
    """Find out how HOST reads what the page leaves open, and write its readings to a file.

    On a host that is not this machine only refusals that name nobody are sent; they settle less.
    """
    from rich.console import Console

    from contracts.commands import probe as probing
    from contracts.commands import run as running
    from contracts.session.opening import Order

    if start and host:
        raise Misuse("give a HOST or --start, not both")
    with ExitStack() as stack:
        url = running.start_host(stack, start) if start else host
        probing.probe(Order(host=url, **asked), Console(highlight=False, soft_wrap=True), output)


@cli.command()
@click.argument("archive", type=click.Path(path_type=Path, dir_okay=False), metavar="TRAFFIC.har")
@click.option("--target", type=click.Path(path_type=Path), metavar="FILE", help="What is known of the host.")
@click.option(
    "--report-dir", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="Write the reports there."
)
@click.option("--fail-on", type=click.Choice(["broken", "hygiene", "unreached"]), default="broken", show_default=True)
def check(archive: Path, **asked: Any) -> None:
    """Judge recorded traffic, an HTTP Archive, as a run would; nothing is sent."""
    from rich.console import Console

    from contracts.commands import check as recorded
    from contracts.session.opening import Order
    from contracts.verdict.result import EXIT_CODES

    result = recorded.check(Order(host=None, **asked), archive, Console(highlight=False, soft_wrap=True))
    raise SystemExit(EXIT_CODES[result.verdict])


@cli.command()
@click.argument("report", type=click.Path(path_type=Path, dir_okay=False), metavar="REPORT.json")
@click.argument("number", type=int, default=1)
@click.option("--host", metavar="HOST", help="Another host than the report's.")
@click.option("--target", type=click.Path(path_type=Path), metavar="FILE", help="What is known of the host.")
def replay(report: Path, number: int, **asked: Any) -> None:
    """Send the request of finding NUMBER of a report again: exit 1 where it still breaks the claim, else 0."""
    from rich.console import Console

    from contracts.commands import check as recorded
    from contracts.session.opening import Order

    again = recorded.replay(Order(**asked), report, number, Console(highlight=False, soft_wrap=True))
    raise SystemExit(1 if again else 0)


@cli.command()
@click.argument("first", type=click.Path(path_type=Path))
@click.argument("second", type=click.Path(path_type=Path))
def compare(first: Path, second: Path) -> None:
    """Compare two report.json files: which claims, findings and readings differ.

    Exits 0 where none does, 1 where any does.
    """
    from contracts.commands import compare as comparison

    differences = comparison.compare(comparison.read(first), comparison.read(second))
    for difference in differences:
        click.echo(str(difference))
    click.echo(comparison.summary(differences))
    raise SystemExit(1 if differences else 0)


@cli.command("document")
@click.option(
    "--readings", type=click.Path(path_type=Path), metavar="FILE", help="Readings of open questions to follow."
)
@click.option("--reading", "pairs", multiple=True, metavar="QUESTION=READING", help="One more; it outranks the file's.")
@click.option("--overlay", "revised", is_flag=True, help="Apply the newer revision of the page.")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write it there.")
def export(readings: Path | None, pairs: tuple[str, ...], revised: bool, output: Path | None) -> None:
    """Print the OpenAPI document as it reads under a choice of readings."""
    from openapi import effective, source

    text = source.text(effective.load(readings, pairs, revised=revised).raw)
    try:
        output.write_text(text, encoding="utf-8") if output else click.echo(text, nl=False)
    except OSError as error:
        raise Misuse(f"--output: {output} cannot be written: {error.strerror}") from error


@cli.command()
@click.option("--markdown", is_flag=True, help="Print the page of the documentation.")
def claims(markdown: bool) -> None:
    """List every statement of the page that a run tests."""
    from contracts.reports.claims_page import claims_list, claims_page
    from openapi import document

    contract = document.load()
    click.echo(claims_page(contract) if markdown else claims_list(contract), nl=not markdown)


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


def _fail(message: str) -> None:
    click.echo(f"enrol-contract: {' '.join(message.split())}", err=True)
    raise SystemExit(2)
