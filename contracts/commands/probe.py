"""The command `probe`: ask what tells the readings of a host apart, show them, and write them down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rich.console import Console

from contracts.errors import Misuse
from contracts.exchange import REQUEST_ID, Request
from contracts.inputs.probes import probe_list
from contracts.inputs.roles import Roles
from contracts.oracle.reply import ReplyReader, is_number
from contracts.reports import console
from contracts.reports import readings as readings_report
from contracts.session.opening import Order, connect_and_find_data, open_session
from contracts.session.session import Session
from contracts.verdict.evidence import readings_file
from contracts.verdict.record import Record
from contracts.verdict.result import Stop

_FIRST: Final = "the ENROL request of the page"
_CONNECTING: Final = "to connect"


@dataclass(frozen=True, slots=True)
class Probed:
    """What a probe has found out: the readings that are settled, by question, and why it ended early where it did."""

    readings: Mapping[str, str]
    stopped: Stop | None


def probe(order: Order, terminal: Console, output: Path | None) -> Probed:
    """Probe a host, show what it does with each open question, and write the settled readings to `output`.

    What was found out before a stop is shown and written all the same. Raises Misuse, SourceError.
    """
    session = open_session(order)
    record = session.record
    roles, note = connect_and_find_data(session, order)
    console.print_line(terminal, note)
    asked = dict.fromkeys((exchange.number for exchange in record.exchanges), _CONNECTING)
    asked |= _ask(session, roles)
    session.wire.close()
    told = record.evidence.told()
    settled = readings_file(told, record.questions)
    readings_report.show(terminal, record.questions, told, settled, _evidence(record, asked))
    console.print_line(
        terminal, f"{len(settled)} of {len(record.questions)} questions settled, {len(record.exchanges)} requests"
    )
    if output:
        _write(output, settled, record.target.url)
        console.print_line(terminal, f"readings written to {output}")
    return Probed(settled, session.stopped)


def _ask(session: Session, roles: Roles) -> dict[int, str]:
    """Ask every question of the list, and return in words what each exchange asked."""
    asked = {}
    if not session.record.target.live:
        # Every run enrols this pair first: where that succeeds, nobody is enrolled but whom the test data lists.
        first = {**session.record.document.request_examples()["enrol"], "requestId": REQUEST_ID}
        session.ask(Request(body=first), opening=True)
    for planned in probe_list(roles):
        exchange = session.ask(planned.request)
        if exchange:
            asked[exchange.number] = planned.description
    return asked


def _evidence(record: Record, asked: Mapping[int, str]) -> dict[int, str]:
    """Return in words, for each exchange, what was asked and what came."""
    reader = ReplyReader(record.document)
    evidence = {}
    for exchange in record.exchanges:
        reply = reader.read(exchange.answer)
        codes = dict.fromkeys(f"code {item.code}" for item in reply.errors if is_number(item.code) or item.names)
        came = ", ".join([f"HTTP {reply.status}", *codes, *(["a warning"] if reply.warnings else [])])
        evidence[exchange.number] = f"{asked.get(exchange.number, _FIRST)}: {came}"
    return evidence


def _write(path: Path, settled: Mapping[str, str], url: str) -> None:
    lines = [f"# How {url} reads what the page leaves open; written by enrol-contract probe."]
    lines += [f"{question}: '{reading}'" for question, reading in settled.items()]
    try:
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError as error:
        raise Misuse(f"--output: {path} cannot be written: {error.strerror}") from error
