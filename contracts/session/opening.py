"""Opening: turn an order from the command line into a target, a record and a session, and connect to the host."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from contracts.errors import Misuse
from contracts.exchange import REQUEST_ID
from contracts.host import process
from contracts.host.target import Target
from contracts.host.target import load as load_target
from contracts.host.tls import check_bundle
from contracts.host.wire import Wire
from contracts.inputs.profiles import DEFAULT, Profile
from contracts.inputs.roles import Roles
from contracts.session.connect import connect
from contracts.session.known_data import find_known_data
from contracts.session.ledger import Ledger
from contracts.session.limits import LIVE_PACE, Limits, Pacer
from contracts.session.permission import Permission
from contracts.session.session import Session
from contracts.verdict.claims import check_patterns
from contracts.verdict.decision import FailOn
from contracts.verdict.record import Record
from openapi import document, questions
from openapi.document import Document

# Stands for the host that a command is still to start; nothing is sent to it.
_ANY_HOST: Final = "http://127.0.0.1"


@dataclass(frozen=True, slots=True)
class Order:
    """The settings of a command, as the options of the command line give them.

    `permit`: the host on which enrolments are permitted. `budget`: how many requests may enrol a customer. `pace`:
    requests a minute. `timeout`, `max_time`, `max_latency`, `wait`: seconds. `only`: patterns of claims; empty for all.
    `parts`: parts of the suite; empty for all. `test_host`: host and port that the user calls a test host.
    `allow_partial`: a run that a limit cuts short may be kept. `start`: the command that started the host for this run.
    `examples`: a folder for generated requests that broke a claim.
    """

    host: str | None = None
    start: str | None = None
    target: Path | None = None
    profile: Profile = DEFAULT
    seed: int = 0
    readings: Path | None = None
    report_dir: Path | None = None
    fail_on: FailOn = "broken"
    fail_fast: bool = False
    timeout: float = 30.0
    baseline: Path | None = None
    treat_as_live: bool = False
    test_host: str | None = None
    permit: str | None = None
    budget: int = 5
    ledger: Path = Path("enrol-ledger.jsonl")
    pace: float | None = None
    max_requests: int | None = None
    max_time: float | None = None
    allow_partial: bool = False
    max_latency: float | None = None
    wait: float = 0.0
    ca_bundle: Path | None = None
    only: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    examples: Path | None = None
    document: Document = field(default_factory=document.load)


def check_files(order: Order) -> None:
    """Read what an order names, and send nothing. Raises Misuse, SourceError."""
    open_session(order).wire.close()


@contextmanager
def started(order: Order, *, check: Callable[[Order], object] = check_files) -> Iterator[Order]:
    """Yield an order with the host that its command starts, if it has one, and end that host on exit.

    Before the command is started, `check` gets the order with a host in the place of its own; it raises Misuse or
    SourceError for an order that cannot be carried out. Raises Misuse, SourceError.
    """
    if not order.start:
        yield order
        return
    if order.host:
        raise Misuse("both HOST and --start are given; give one of them")
    # What the user says of the host under test fits only that host.
    check(replace(order, host=_ANY_HOST, permit=None, test_host=None))
    with process.started(order.start) as url:
        yield replace(order, host=url)


def open_target(order: Order) -> Target:
    """Return the target of an order. Raises Misuse, SourceError."""
    # A permission limits the enrolments on every host, also on one that looks local.
    live = order.treat_as_live or order.permit is not None
    return load_target(order.host, order.target, treat_as_live=live, test_host=order.test_host)


def open_record(order: Order, target: Target, *, accepted: frozenset[str] = frozenset()) -> Record:
    """Return an empty record for an order. `accepted`: claims that may be broken. Raises Misuse, SourceError."""
    check_patterns(order.only, order.document.claims)
    known = questions.load()
    return Record(
        target,
        order.document,
        known,
        readings=None if order.readings is None else questions.load_readings(order.readings, known),
        only=order.only,
        accepted=accepted,
        max_latency=order.max_latency,
    )


def open_session(order: Order, *, accepted: frozenset[str] = frozenset()) -> Session:
    """Return the session for an order. Sends nothing. Raises Misuse, SourceError."""
    target = open_target(order)
    wire = Wire(
        target,
        path=order.document.path,
        method=order.document.method,
        timeout=order.timeout,
        ca_bundle=order.ca_bundle and check_bundle(order.ca_bundle),
    )
    return Session(
        open_record(order, target, accepted=accepted),
        wire,
        _permission(order, target),
        Pacer(_limits(order, target)),
        request_ids=f"{REQUEST_ID}-{order.seed}",
    )


def connect_and_find_data(session: Session, order: Order) -> tuple[Roles, str]:
    """Connect to the host; without a target file, also find out which sample data it knows.

    Returns the roles of the known data, and a note for the terminal or "". Raises Misuse, Unreachable.
    """
    roles = Roles(session.record.target, order.seed)
    note = ""
    session.dialect = connect(session, roles, seconds=order.wait)
    if order.target is None and not session.record.target.live and not session.stopped:
        note = find_known_data(session, roles)
    return Roles(session.record.target, order.seed), note


def requests_per_minute(order: Order, target: Target) -> float | None:
    """Return the pace of an order in requests a minute; None is no limit."""
    return order.pace or (LIVE_PACE if target.live else None)


def _limits(order: Order, target: Target) -> Limits:
    return Limits(
        pace=requests_per_minute(order, target),
        requests=order.max_requests,
        seconds=order.max_time,
        fail_fast=order.fail_fast,
    )


def _permission(order: Order, target: Target) -> Permission:
    if order.permit is None:
        return Permission(absent=target.absent, budget=0 if target.live else None)
    permitted = order.permit.removeprefix("https://").removeprefix("http://").rstrip("/")
    if permitted != target.url.partition("://")[2]:
        raise Misuse(f"--permit-enrolments {order.permit} is not the host under test, {target.url}; nothing was sent")
    # On a remote host, a customer with an id of the sample data would be a real person whom no target file lists.
    unlisted = order.target is None and not target.is_loopback
    if unlisted or not target.data.customers or not target.data.promotions:
        raise Misuse(
            "--permit-enrolments needs a target file that lists customers and promotions: only those are enrolled"
        )
    folder = order.report_dir
    if folder and order.ledger.resolve().is_relative_to(folder.resolve()):
        raise Misuse(
            f"--ledger {order.ledger} is in --report-dir {folder}, which others read; the ledger names customers: "
            "give it another place"
        )
    ledger = Ledger(order.ledger, host=target.url)
    ledger.check()
    return Permission(absent=target.absent, budget=order.budget, ledger=ledger)
