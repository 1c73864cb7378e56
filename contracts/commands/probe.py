"""One probe from beginning to end: connect, ask what tells the readings apart, show them, write them down."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from rich.console import Console

from contracts.commands.run import meet
from contracts.errors import Misuse
from contracts.exchange import REQUEST_ID
from contracts.inputs.probes import probe_list, readings_file
from contracts.oracle.reply import ReplyReader, is_number
from contracts.reports import readings as readings_report
from contracts.session.opening import Order, open_session
from contracts.session.session import Session

_FIRST: Final = "the ENROL request of the page"


def probe(order: Order, terminal: Console, output: Path | None) -> dict[str, str]:
    """Probe a host, show what it told, and return its readings. Raises Misuse, SourceError."""
    session = open_session(order)
    cast = meet(session, order, terminal)
    asked = dict.fromkeys((exchange.number for exchange in session.exchanges), "to connect")
    if not session.target.live:
        _find_out_freshness(session)
    for planned in probe_list(cast):
        asked[session.ask(planned.request).number] = planned.what
    session.wire.close()
    told = session.evidence.told()
    settled = readings_file(told, session.questions)
    readings_report.show(terminal, session.questions, told, settled, _evidence(session, asked))
    terminal.print(f"{len(settled)} of {len(session.questions)} questions settled, {len(session.exchanges)} requests")
    if output:
        _write(output, settled, session.target.url)
        terminal.print(f"readings written to {output}")
    return settled


def _find_out_freshness(session: Session) -> None:
    """Enrol the pair that every run enrols first: where that succeeds, nobody is enrolled but whom the data lists."""
    session.call({**session.document.request_examples()["enrol"], "requestId": REQUEST_ID})
    if session.successes:
        session.history.declare_fresh()


def _evidence(session: Session, asked: Mapping[int, str]) -> dict[int, str]:
    """Return in words, for each exchange, what was asked and what came."""
    reader = ReplyReader(session.document)
    evidence = {}
    for exchange in session.exchanges:
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
