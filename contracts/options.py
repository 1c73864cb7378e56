"""The options of the command line; several commands share them."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypedDict

import click

from command_line.tool import DAY, DEBUG, Choice, Number, with_options
from contracts.inputs.profiles import DEFAULT, PROFILES

if TYPE_CHECKING:
    from contracts.verdict.decision import FailOn

_NUMBERS: Final = " or ".join(
    ", ".join(f"{profile.requests:,}" for profile in PROFILES.values()).rsplit(", ", 1)
)  # such as "1,000, 2,000 or 3,000"

HOST: Final = click.argument("host", required=False)
TARGET: Final = click.option(
    "--target",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A file that says how to log in to the host and which test data exists there. `enrol-contract init` writes one "
    "to fill in.  [default: the login and the sample data of the mock]",
)
START: Final = click.option(
    "--start",
    metavar="COMMAND",
    help="Start this command, test the host at the URL that it prints after `listening on`, and end it.",
)
PROFILE: Final = click.option(
    "--profile",
    type=Choice(list(PROFILES)),
    default=DEFAULT.name,
    show_default=True,
    help=f"How many requests a test host gets: about {_NUMBERS}. A live host gets at most 60.",
)
SEED: Final = click.option(
    "--seed",
    type=click.IntRange(min=0),
    metavar="N",
    help="Send the same requests as the run that printed this seed.",
    show_default="a random number",
)
READINGS: Final = click.option(
    "--readings",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A file with one line `question: reading` for each place of the page that is open: the host must follow these "
    "readings. `enrol-contract probe` writes one.  [default: any reading is right]",
)
REPORT_DIR: Final = click.option(
    "--report-dir",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write report.json, junit.xml, report.html, summary.md and run.har to DIR.  [default: no files]",
)
FAIL_ON: Final = click.option(
    "--fail-on",
    type=Choice(["broken", "hygiene", "unreached"]),
    default="broken",
    show_default=True,
    help="The mildest result that makes the exit code 1. hygiene: also a rule of common standards that the host breaks; "
    "unreached: also a claim that no request could test.",
)
BASELINE: Final = click.option(
    "--baseline",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A file with broken claims that you accept, each with a reason and a last day; docs/reports.md shows the format.",
)
ONLY: Final = click.option(
    "--only",
    multiple=True,
    metavar="PATTERN",
    help="Report only the claims whose names match PATTERN, such as 'error.*'; `enrol-contract claims` lists them. May be "
    "given more than once.  [default: all]",
)
FAIL_FAST: Final = click.option("--fail-fast", is_flag=True, help="Stop at the first broken claim.")
TIMEOUT: Final = click.option(
    "--timeout",
    type=Number(min=0.1, max=DAY),
    default=30.0,
    show_default=True,
    metavar="SECONDS",
    help="Give up on an answer that is not complete after this long.",
)
CA_BUNDLE: Final = click.option(
    "--ca-bundle",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Trust the CA certificates in FILE (PEM).  [default: those of the system]",
)
TREAT_AS_LIVE: Final = click.option(
    "--treat-as-live",
    is_flag=True,
    help="Treat a host on this machine as production, for example a port that is forwarded to another host. It then gets "
    "only requests that can enrol nobody.",
)
PERMIT: Final = click.option(
    "--permit-enrolments",
    "permit",
    metavar="HOST",
    help="Allow the run to enrol customers on HOST, the host under test: only those of the target file, in at most "
    "--budget requests. The host is treated as production.  [default: nobody is enrolled on a live host]",
)
BUDGET: Final = click.option(
    "--budget",
    type=click.IntRange(min=1),
    default=5,
    show_default=True,
    metavar="N",
    help="With --permit-enrolments: send at most N requests that may enrol a customer.",
)
LEDGER: Final = click.option(
    "--ledger",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("enrol-ledger.jsonl"),
    show_default=True,
    metavar="FILE",
    help="With --permit-enrolments: list each request that may enrol a customer in FILE before it is sent. FILE names "
    "customers, so it must not be in --report-dir.",
)
PLAN: Final = click.option("--plan", is_flag=True, help="Show the requests that would be sent, and send nothing.")
PACE: Final = click.option(
    "--pace",
    type=Number(min=0.1, max=10**6),
    metavar="N",
    help="Send at most N requests a minute.",
    show_default="60 on a live host, no limit elsewhere",
)
MAX_REQUESTS: Final = click.option(
    "--max-requests",
    type=click.IntRange(min=1),
    metavar="N",
    help="Stop after N requests. A run that is cut short exits 1 if it has found a broken claim, otherwise 2.",
    show_default="no limit",
)
MAX_TIME: Final = click.option(
    "--max-time",
    type=Number(min=0.1, max=7 * DAY),
    metavar="SECONDS",
    help="Stop after this many seconds. The exit code is as with --max-requests.",
    show_default="no limit",
)
MAX_LATENCY: Final = click.option(
    "--max-latency",
    type=Number(min=0.0, max=DAY),
    metavar="SECONDS",
    help="Exit 1 if an answer takes longer. This limit is yours; the page says nothing of it.",
    show_default="no limit",
)
WAIT: Final = click.option(
    "--wait",
    type=Number(min=0.0, max=DAY),
    default=0.0,
    show_default=True,
    metavar="SECONDS",
    help="Wait up to this long for a host that is starting: until it answers itself, and not a gateway in its place.",
)
RECORDED_HOST: Final = click.option(
    "--host",
    metavar="HOST",
    help="Judge only the traffic with HOST.  [default: the host of the target file, or the only one in the archive]",
)
OUTPUT: Final = click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the result to FILE.  [default: only print it]",
)
ALLOW_PARTIAL: Final = click.option(
    "--allow-partial",
    is_flag=True,
    help="Exit 0 in place of 2 if --max-requests or --max-time cuts the run short.",
)
TEST_HOST: Final = click.option(
    "--this-is-a-test-host",
    "test_host",
    metavar="HOST:PORT",
    help="Say that the host under test, which has this name and port, is not production, such as a service container in "
    "CI. Customers may then be enrolled there, and http:// may be used.  [default: only this machine is a test host]",
)


of_run: Final = with_options(
    (
        *(DEBUG, HOST, TARGET, START, PROFILE, SEED, READINGS, REPORT_DIR, FAIL_ON, BASELINE, ONLY, FAIL_FAST),
        *(TIMEOUT, CA_BUNDLE, TREAT_AS_LIVE, TEST_HOST, PERMIT, BUDGET, LEDGER, PLAN),
        *(PACE, MAX_REQUESTS, MAX_TIME, ALLOW_PARTIAL, MAX_LATENCY, WAIT),
    )
)


def seed_or_random(seed: int | None) -> int:
    """Return the seed that was given; without one, another one each time."""
    return secrets.randbelow(2**32) if seed is None else seed


class OrderOptions(TypedDict, total=False):
    """The options that an Order takes as they are. A command has some of them; it gets the defaults of its options."""

    host: str | None
    start: str | None
    target: Path | None
    readings: Path | None
    report_dir: Path | None
    fail_on: FailOn
    baseline: Path | None
    only: tuple[str, ...]
    fail_fast: bool
    timeout: float
    ca_bundle: Path | None
    treat_as_live: bool
    test_host: str | None
    permit: str | None
    budget: int
    ledger: Path
    pace: float | None
    max_requests: int | None
    max_time: float | None
    allow_partial: bool
    max_latency: float | None
    wait: float
