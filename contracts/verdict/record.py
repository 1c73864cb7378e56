"""The record: everything that the answers of one host have shown so far. It sends nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from contracts.exchange import NOTHING, VALID_CREDENTIALS, Answer, Exchange, Request
from contracts.host.target import Target
from contracts.oracle.history import History
from contracts.oracle.judge import Judge, Judgement
from contracts.oracle.knowledge import Knowledge
from contracts.oracle.observation import Observation
from contracts.verdict.claims import Tally, is_selected
from contracts.verdict.evidence import Evidence
from contracts.verdict.findings import Findings
from contracts.verdict.retries import Again, Retries, Settled, retry_reason
from openapi.document import Document
from openapi.questions import Question, Readings

_COOKIE: Final = re.compile(r"(?:^|,)\s*[^\s=;,]+=([^\s;,]+)")


@dataclass(frozen=True, slots=True)
class Note:
    """Something about an exchange that the reader of a report should know, and that breaks no claim."""

    what: str
    exchange: int


class Record:
    """Judges exchanges in their order and keeps what they show: findings, claims, readings, history and notes.

    `readings`: those that the host must follow. `only`: patterns of claims to report on; empty for all. `accepted`:
    claims that may be broken. `max_latency`: seconds after which an answer is too slow. `secrets`: texts that the
    host issued and that no report may show. `successes`: how many enrolments succeeded.
    """

    def __init__(
        self,
        target: Target,
        document: Document,
        questions: Mapping[str, Question],
        *,
        readings: Readings | None = None,
        only: tuple[str, ...] = (),
        accepted: frozenset[str] = frozenset(),
        max_latency: float | None = None,
    ):
        self.document = document
        self.questions = questions
        self.only = only
        self.findings = Findings(only)
        self.tally = Tally({name: claim for name, claim in document.claims.items() if is_selected(name, only)})
        self.evidence = Evidence(questions, readings)
        self.exchanges: list[Exchange] = []
        self.notes: list[Note] = []
        self.secrets: set[str] = set()
        self.successes = 0
        self.history = History(target.data)
        self._accepted = accepted
        self._max_latency = max_latency
        self._retries = Retries()
        self.set_target(target)

    def set_target(self, target: Target) -> None:
        """Set what is known of the host. What it has done so far does not count for the exchanges to come."""
        request_ids = self.history.request_ids
        self.target = target
        self.history = History(target.data)
        self.history.request_ids = request_ids
        self._judge = Judge(self.document, Knowledge(target.data, target.complete))

    def add(self, exchange: Exchange) -> None:
        """Add an exchange without judging it."""
        self.exchanges.append(exchange)
        self.secrets.update(_COOKIE.findall(exchange.answer.headers.get("set-cookie", "")))

    def take(self, exchange: Exchange) -> Settled | Again:
        """Add an exchange and judge its answer. Return whether the request must be sent again."""
        self.add(exchange)
        judgement = self._judge.judge(exchange.request, exchange.answer, self.history, exchange.about)
        self.history.request_ids |= exchange.request.request_ids
        for failure in self._retries.take_unrepeated(exchange.request):
            self._apply(*failure)
        decision = self._retries.decide(exchange, judgement)
        if isinstance(decision, Settled) and decision.judged:
            for judged in decision.judged:
                self._apply(*judged)
        else:
            self._mark_uncertain(exchange.request)
            status = f"HTTP {exchange.answer.status}" if exchange.answer.status else "no answer"
            self.note(f"{status}: {retry_reason(judgement)}", exchange)
        return decision

    def note(self, what: str, exchange: Exchange) -> None:
        """Add a note about an exchange."""
        self.notes.append(Note(what, exchange.number))

    def names_test_data(self, request: Request) -> bool:
        """The request names a customer and a promotion of the test data."""
        return bool(self._judge.subjects(request))

    def has_failed(self) -> bool:
        """A claim is broken that `only` selects and that is not accepted as broken."""
        broken = {finding.claim for finding in self.findings.all() if finding.level == "broken"}
        broken |= {conflict.claim for conflict in self.evidence.conflicts() if is_selected(conflict.claim, self.only)}
        return bool(broken - self._accepted)

    def conclude(self) -> None:
        """Add the findings that no single answer shows: contradictory readings, and too many passing failures."""
        for failure in self._retries.take_unrepeated():
            self._apply(*failure)
        too_many = self._retries.too_many(self.exchanges)
        if too_many:
            self._add_finding(*too_many)
        exchanges = {exchange.number: exchange for exchange in self.exchanges}
        for conflict in self.evidence.conflicts():
            expected = f"one reading of the question {conflict.question}: {conflict.usual!r}, as in the other answers"
            got = f"an answer that follows {_names(conflict.unusual)}"
            self._add_finding(exchanges[conflict.exchange], Observation(conflict.claim, "broken", expected, got))

    def _add_finding(self, exchange: Exchange, observation: Observation) -> None:
        self.findings.add(observation, exchange)
        self.tally.count_broken(observation.claim)

    def _apply(self, exchange: Exchange, judgement: Judgement) -> None:
        """Add what a judged exchange shows to claims, evidence, history and findings."""
        if self._max_latency is not None and exchange.answer.seconds > self._max_latency:
            expected, got = f"an answer within {self._max_latency:g} s", f"one after {exchange.answer.seconds:.3f} s"
            self.findings.add(Observation("hygiene.latency", "broken", expected, got), exchange)
        self.tally.count(judgement.observations)
        self.evidence.add(judgement, exchange.number)
        happened = judgement.happened
        if happened:
            self.history.record(
                happened.customer,
                happened.promotion,
                happened.event,
                enrollment_id=happened.enrollment_id,
                optin_id=happened.optin_id,
            )
        elif judgement.accepted or _is_lost(exchange.answer):
            self._mark_uncertain(exchange.request)
        if judgement.accepted and exchange.request.credentials in VALID_CREDENTIALS:
            self.successes += 1
            if exchange.opening:
                self.history.declare_fresh()
        for observation in judgement.observations:
            if observation.verdict == "broken":
                self.findings.add(observation, exchange)

    def _mark_uncertain(self, request: Request) -> None:
        """Note that the request may or may not have enrolled the customer whom it names."""
        for scene in self._judge.subjects(request):
            if scene.customer and scene.promotion:
                self.history.doubt(scene.customer, scene.promotion)


def _is_lost(answer: Answer) -> bool:
    """The answer is missing or unreadable, and its status is not 4xx, so the request may have enrolled the customer."""
    return answer.json is NOTHING and not 400 <= answer.status < 500


def _names(readings: frozenset[str]) -> str:
    return " or ".join(repr(reading) for reading in sorted(readings)) or "no reading"
