"""The command `replay`: send the request of a finding again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from rich.console import Console

from contracts.archive import reader
from contracts.errors import Misuse
from contracts.exchange import UNAUTHENTICATED, VALID_CREDENTIALS, Exchange, Request
from contracts.host.base_url import is_this_machine
from contracts.inputs.roles import Roles
from contracts.masking.errors import hidden
from contracts.masking.mask import mask_of
from contracts.oracle.observation import HYGIENE
from contracts.oracle.reply import is_gateway
from contracts.reports import console, report_reader
from contracts.reports.report_reader import Harmless, Report, SentFinding
from contracts.reports.words import shown
from contracts.session.connect import connect
from contracts.session.opening import Order, open_session
from contracts.session.permission import NotPermitted, can_enrol_nobody
from contracts.session.session import Session
from contracts.verdict.conclusion import conclude_record
from contracts.verdict.decision import RunVerdict
from contracts.verdict.findings import CONTRADICTION, breaking
from openapi.document import Document

_NOT_PERMITTED: Final = (
    "the finding's requests could enrol a customer, and this host is treated as live: "
    "replay sends it only requests that can enrol nobody; use run with --permit-enrolments there"
)


def replay(order: Order, report: Path, number: int, terminal: Console) -> RunVerdict:
    """Send the request of a finding again, print the answer, and return whether it still breaks the claim.

    If run.har is in the folder of the report, earlier requests for the same customer and promotion are sent first. A
    host that the run treated as live is treated as live again. Raises Misuse, SourceError.
    """
    content = report_reader.read(report, Report)
    if not 1 <= number <= len(content.findings):
        raise Misuse(f"{report}: there is no finding {number}; the report has {len(content.findings)}")
    finding = content.findings[number - 1]
    says = _says(finding.claim, order.document)
    order = replace(order, host=_host(order, content), treat_as_live=order.treat_as_live or content.run.live)
    session = open_session(order)
    try:
        target = session.record.target
        again = report_reader.request_of(finding.request, target, order.document)
        earlier = list(_earlier(session, report.with_name("run.har"), finding, order.document))
        if target.live and not all(can_enrol_nobody(each, target.absent) for each in [again.request, *earlier]):
            raise Misuse(_NOT_PERMITTED)
        exchange, shows_it_kept = _ask(session, order, finding.claim, again.request, earlier)
    except NotPermitted as error:
        raise Misuse(_NOT_PERMITTED) from error
    finally:
        session.wire.close()
    mask = mask_of(session.record)
    masked = exchange and mask.exchange(exchange)
    verdict, lines = _verdict(session, masked, finding, shows_it_kept=shows_it_kept)
    for line in (f"{finding.claim}: {says}", *_left_out(again), *lines):
        console.print_line(terminal, mask.text(line))
    return verdict


def _says(claim: str, document: Document) -> str:
    """Return what a claim says, in the words of the document, not in those of the report. Raises Misuse."""
    if claim in document.claims:
        return document.claims[claim].says
    if claim.startswith(HYGIENE):
        return "hygiene"
    raise Misuse(f"there is nothing to replay: {claim[:100]!r} is neither a claim of this version nor hygiene")


def _host(order: Order, report: Report) -> str | None:
    """Return the host to ask: that of the command; None for that of the target file; otherwise that of the report.

    A report never chooses where the credentials of a target file are sent, nor a host that is not this machine, unless
    the user names it as a test host. Raises Misuse.
    """
    if order.host or order.target:
        return order.host
    if order.test_host is None and not is_this_machine(report.run.host):
        raise Misuse(
            f"the report names the host {report.run.host[:100]!r}, which is not this machine; "
            "give the host with --host, or in a target file (--target)"
        )
    return report.run.host


def _ask(
    session: Session, order: Order, claim: str, request: Request, earlier: list[Request]
) -> tuple[Exchange | None, bool]:
    """Send the request after the earlier ones. Return the last exchange, and whether it was observed to keep the claim."""
    record = session.record
    with hidden(record):
        session.dialect = connect(session, Roles(record.target, order.seed))
    for each in earlier:
        session.ask(each)
    before = record.tally.times_kept(claim)
    exchange = session.ask(request, *([claim] if claim in order.document.claims else []))
    kept = record.tally.times_kept(claim) > before
    conclude_record(record)
    return exchange, kept


def _verdict(
    session: Session, exchange: Exchange | None, finding: SentFinding, *, shows_it_kept: bool
) -> tuple[RunVerdict, list[str]]:
    """Return the verdict on the answer, and the lines to print."""
    claim, lines = finding.claim, []
    if exchange and exchange.answer.status:
        lines.append(f"answer    HTTP {exchange.answer.status} {shown(exchange.answer.content, 300)}")
    found = session.record.findings.all()
    again = breaking(found, claim)
    if again and exchange and exchange.answer.status:
        lines += [f"expected  {again.expected}", f"got       {again.got}", "broken: the answer still breaks the claim"]
        return "broken", lines
    if session.stopped:
        return "unjudged", [*lines, f"unjudged: the run stopped early: {session.stopped.why}"]
    unjudged = _why_unjudged(exchange)
    if finding.expected.startswith(CONTRADICTION):
        unjudged = unjudged or "answers contradicted each other, which one answer cannot show; use run"
    if finding.group:
        unjudged = unjudged or "other requests were under way at the same time, which one request cannot show; use run"
    if not unjudged and not (shows_it_kept or claim.startswith(HYGIENE)):
        others = ", ".join(finding.claim for finding in found if finding.level == "broken")
        unjudged = f"the answer breaks other claims: {others}" if others else "the answer does not show this claim kept"
    if unjudged:
        return "unjudged", [*lines, f"unjudged: {unjudged}"]
    return "kept", [*lines, "kept: this time the answer keeps the claim"]


def _why_unjudged(exchange: Exchange | None) -> str:
    """Return why an exchange says nothing of the host's code; "" if the host itself answered."""
    if exchange is None or not exchange.answer.status:
        return "the host gave no answer"
    answer = exchange.answer
    if is_gateway(answer.with_json()):
        return f"a gateway answered HTTP {answer.status} in place of the host"
    if answer.status in UNAUTHENTICATED and exchange.request.credentials in VALID_CREDENTIALS:
        return f"the host refused the credentials with HTTP {answer.status}"
    return ""


def _earlier(session: Session, archive: Path, finding: SentFinding, document: Document) -> Iterator[Request]:
    """Yield the requests that came before a finding, from the archive, if it exists."""
    if finding.earlier and archive.is_file():
        traffic = reader.read(archive, session.record.target, document)
        for exchange in traffic.exchanges:
            if exchange.number in finding.earlier:
                yield report_reader.harmless(exchange.request, document).request


def _left_out(again: Harmless) -> Iterator[str]:
    if again.left_out:
        yield f"not sent  the headers {', '.join(again.left_out)}"
