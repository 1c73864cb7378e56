"""The command `probe`: find out which readings a host follows, show them, and write them to a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

from rich.console import Console

from contracts.errors import Misuse
from contracts.exchange import REQUEST_ID, Request
from contracts.inputs.probes import probe_list
from contracts.inputs.roles import Roles
from contracts.masking.errors import hidden
from contracts.oracle.reply import ReplyReader, is_number
from contracts.reports import console
from contracts.reports import readings as readings_report
from contracts.session.opening import Order, connect_and_find_data, open_session
from contracts.session.permission import NotPermitted
from contracts.session.session import Session
from contracts.verdict.evidence import readings_file
from contracts.verdict.record import Record
from contracts.verdict.result import Stop

_FIRST: Final = "the ENROL request of the page"
_CONNECTING: Final = "a request to connect"


@dataclass(frozen=True, slots=True)
class Probed:
    """The result of a probe. `readings`: the settled readings by question. `stopped`: why it ended early, or None."""

    readings: Mapping[str, str]
    stopped: Stop | None


def probe(order: Order, terminal: Console, output: Path | None) -> Probed:
    """Probe a host, show its reading of each question, and write the settled readings to `output`.

    If the probe stops early, show and write what it found out before. Raises Misuse, SourceError.
    """
    session = open_session(order)
    if output:
        check_output(output)
    record = session.record
    try:
        with hidden(record):
            roles, note = connect_and_find_data(session, order)
        console.print_line(terminal, note)
        descriptions = dict.fromkeys((exchange.number for exchange in record.exchanges), _CONNECTING)
        descriptions |= _ask(session, roles)
    finally:
        session.wire.close()
    states = record.evidence.states()
    settled = readings_file(states, record.questions)
    readings_report.show(terminal, record.questions, states, settled, _evidence(record, descriptions))
    console.print_line(
        terminal, f"{len(settled)} of {len(record.questions)} questions settled, {len(record.exchanges)} requests"
    )
    if output:
        _write(output, settled, record.target.url)
        console.print_line(terminal, f"readings written to {output}")
    return Probed(settled, session.stopped)


def _ask(session: Session, roles: Roles) -> dict[int, str]:
    """Send the requests of the probe, and return a description of each by the number of its exchange."""
    descriptions = {}
    if not session.record.target.live:
        # As in every run, the first enrolment shows whether the host is fresh; see Exchange.opening.
        first = {**session.record.document.request_examples()["enrol"], "requestId": REQUEST_ID}
        session.ask(Request(body=first), opening=True)
    for planned in probe_list(roles):
        try:
            exchange = session.ask(planned.request)
        except NotPermitted:
            break  # a live host has had all the requests that it may get
        if exchange:
            descriptions[exchange.number] = planned.description
    return descriptions


def _evidence(record: Record, descriptions: Mapping[int, str]) -> dict[int, str]:
    """Return in words, by the number of the exchange, the request and its answer."""
    reader = ReplyReader(record.document)
    evidence = {}
    for exchange in record.exchanges:
        reply = reader.read(exchange.answer.with_json())
        codes = dict.fromkeys(f"code {item.code}" for item in reply.errors if is_number(item.code) or item.names)
        answer = ", ".join([f"HTTP {reply.status}", *codes, *(["a warning"] if reply.warnings else [])])
        evidence[exchange.number] = f"{descriptions.get(exchange.number, _FIRST)}: {answer}"
    return evidence


def check_output(path: Path) -> None:
    """Raise Misuse if a file cannot be written. It is neither made nor changed."""
    try:
        if path.is_file():
            path.open("a").close()
        elif not path.exists():
            TemporaryFile(dir=path.parent).close()
    except OSError as error:
        raise _unwritable(path, error) from error


def _write(path: Path, settled: Mapping[str, str], url: str) -> None:
    lines = [f"# The readings that {url} follows; written by enrol-contract probe."]
    lines += [f"{question}: '{reading}'" for question, reading in settled.items()]
    try:
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> Misuse:
    return Misuse(f"--output: {path} cannot be written: {error.strerror}")
