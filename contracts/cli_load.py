"""The command `load` of enrol-contract, and its options."""

from __future__ import annotations

from typing import Unpack

import click

from command_line.tool import DAY, DEBUG, Address, Command, Number
from contracts import endings, options
from contracts.errors import Misuse


@click.command(cls=Command)
@DEBUG
@options.HOST
@options.TARGET
@options.START
@click.option(
    "--users",
    type=click.IntRange(1, 10_000),
    default=20,
    show_default=True,
    metavar="N",
    help="How many callers ask side by side, each over a connection of its own.",
)
@click.option(
    "--rate",
    type=Number(min=0.1, max=10**6),
    metavar="N",
    help="Send N requests a second, of all users together.",
    show_default="as many as the host answers; one on a live host",
)
@click.option(
    "--time",
    "seconds",
    type=Number(min=0.5, max=7 * DAY),
    default=30.0,
    show_default=True,
    metavar="SECONDS",
    help="How long the load lasts.",
)
@click.option(
    "--max-p95",
    type=Number(min=0.0, max=DAY),
    metavar="SECONDS",
    help="Exit 1 if more than 5 % of the answers take longer. This limit is yours; the page says nothing of it.",
    show_default="no limit",
)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    metavar="N",
    help="Let N other processes or machines send the load: wait for them at --master.",
    show_default="this process sends it",
)
@click.option("--worker", is_flag=True, help="Be one of the workers of the load at --master; report nothing.")
@click.option(
    "--master",
    type=Address(),
    metavar="ADDRESS:PORT",
    default="127.0.0.1:5557",
    show_default=True,
    help="Where the workers meet. Whoever reaches this port can take part, so let only your own machines do so.",
)
@options.SEED
@options.READINGS
@options.REPORT_DIR
@options.BASELINE
@options.ONLY
@options.TIMEOUT
@options.CA_BUNDLE
@options.TREAT_AS_LIVE
@options.TEST_HOST
@options.PERMIT
@options.BUDGET
@options.LEDGER
@options.WAIT
def load(
    users: int,
    rate: float | None,
    seconds: float,
    max_p95: float | None,
    workers: int | None,
    worker: bool,
    master: tuple[str, int],
    seed: int | None,
    **given: Unpack[options.OrderOptions],
) -> None:
    """Let many callers ask HOST at once, and judge every answer by the rules of `run`.

    They race for the same customer and for the last seats of a promotion. Answers that overlap are right if the page
    explains them in some order. Latencies are reported, too. Answers of a busy host (429, 503) and lost connections
    break no claim; they are counted. A live host needs --permit-enrolments and --budget. It needs Locust: pip install
    '.[load]' in the folder of the kit.

    \b
    enrol-contract load --start 'enrol-mock serve --port 0' --time 5
    enrol-contract load http://127.0.0.1:8080 --users 50 --rate 200 \\
        --time 60 --report-dir reports

    Exit codes: 0 kept, 1 broken, 2 could not judge, or wrong use.
    """
    from contracts.commands import load as load_command
    from contracts.commands.run import check
    from contracts.reports.console import terminal
    from contracts.session.opening import Order, started

    if worker and (workers or given.get("start")):
        raise Misuse("--worker goes neither with --workers nor with --start: the other command has them")
    asked = load_command.LoadOrder(users, rate, seconds, max_p95, workers or 0, master)
    order = Order(**given, profile=load_command.PROFILE, seed=options.seed_or_random(seed))
    with started(order, check=check) as order:
        screen = terminal()
        if worker:
            load_command.work(order, asked, screen)
            return
        result = load_command.load(order, asked, screen)
    endings.exit_as(result.verdict, unread=screen.is_closed)
