"""Judging a load: each answer goes to the record and into the figures as it comes."""

from __future__ import annotations

from dataclasses import replace

from contracts.exchange import NO_ANSWER, NOTHING, Answer, Exchange
from contracts.load.messages import Batch, Sent
from contracts.oracle.observation import Observation
from contracts.oracle.reply import ReplyReader, is_gateway
from contracts.session.session import keep_unjudged
from contracts.verdict.decision import P95
from contracts.verdict.figures import Fate, Figures
from contracts.verdict.record import Record
from contracts.verdict.spans import Span
from contracts.verdict.stream import Stream

_TOO_MANY = 429


class Judging:
    """Passes what a swarm has sent to a record, and counts it."""

    def __init__(self, record: Record):
        self.figures = Figures()
        self._record = record
        self._stream = Stream(record)
        self._replies = ReplyReader(record.document)

    def take(self, batch: Batch) -> None:
        """Take a batch, and judge what nothing can overlap any more."""
        self._record.secrets |= batch.secrets
        self._record.credentials |= batch.secrets
        for one in batch.sent:
            self._add(one, one.exchange)
        self._stream.advance(batch.open_since)

    def finish(self) -> None:
        """Judge everything that is left."""
        self._stream.finish()

    def hold_to(self, limit: float, p95: float) -> None:
        """Add a finding if 95 % of the answers took up to `p95` seconds, and may take `limit` at most."""
        if p95 > limit:
            expected, got = f"{limit * 1000:g} ms (--max-p95)", f"95 % of the answers took up to {p95 * 1000:.4g} ms"
            slowest = max(self._record.exchanges, key=lambda exchange: exchange.answer.seconds)
            self._record.findings.add(Observation(P95, "broken", expected, got, level="budget"), slowest)

    def _add(self, one: Sent, exchange: Exchange) -> None:
        if is_cut := _is_cut(exchange.answer):  # a part of an answer says no more than none
            exchange = replace(exchange, answer=replace(NO_ANSWER, start=one.begin, seconds=one.seconds))
        if one.renewed:
            number = len(self._record.exchanges) + 1
            keep_unjudged(self._record, replace(exchange, number=number, group=number))
        else:
            self._stream.add(exchange, Span(one.begin - one.slack, one.end + one.slack))
        fate = "unjudged" if one.renewed else _fate(exchange.answer)
        outcome = "the answer broke off" if is_cut else self._outcome(one, exchange.answer)
        self.figures.add(one.kind, end=one.end, seconds=one.seconds, outcome=outcome, fate=fate)

    def _outcome(self, one: Sent, answer: Answer) -> str:
        """Return in a word what came back: the name of a row or a warning of the page, the status, or why nothing came."""
        if not answer.status:
            return one.why.partition(" gave no answer: ")[2] or one.why
        reply = self._replies.read(answer)
        names = {name for error in reply.errors for name in error.names}
        if _fate(answer) == "unjudged" or not reply.of_the_call:
            return f"HTTP {answer.status}"
        if reply.decision == "refusal":
            return next(iter(names)) if len(names) == 1 else f"refused with HTTP {answer.status}"
        warned = [name for text, name in self._replies.warnings.items() if text in reply.warnings]
        return warned[0] if warned else "enrolled"


def _fate(answer: Answer) -> Fate:
    if not answer.status:
        return "lost"
    return "unjudged" if answer.status == _TOO_MANY or is_gateway(answer) else "judged"


def _is_cut(answer: Answer) -> bool:
    """The connection broke within the answer, as under load connections do."""
    return bool(answer.status and answer.flaw) and answer.json is NOTHING
