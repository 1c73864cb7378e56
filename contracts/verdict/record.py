"""The record: everything that the answers of one host have shown so far. It sends nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from contracts.exchange import VALID_CREDENTIALS, Answer, Credentials, Exchange, Request
from contracts.host.target import Target
from contracts.oracle.history import History
from contracts.oracle.judge import Judge
from contracts.oracle.judgement import Judgement
from contracts.oracle.knowledge import Knowledge
from contracts.oracle.observation import Observation
from contracts.oracle.reply import ReplyReader
from contracts.oracle.usual import Usual
from contracts.verdict.claims import Tally, is_selected
from contracts.verdict.evidence import Evidence
from contracts.verdict.findings import Findings
from contracts.verdict.keeping import Keeping
from contracts.verdict.leaks import Leaks
from contracts.verdict.remembering import Subject, doubt, remember
from contracts.verdict.retries import Again, Doubt, Retries, Settled, reason
from contracts.verdict.telling import Telling
from openapi.document import Document
from openapi.questions import Question, Readings
from openapi.world import World

# The beginning of a note on an exchange whose request is sent again.
SENT_AGAIN: Final = "sent again"
# The beginning of a note on an exchange that shows nothing.
LEFT_UNJUDGED: Final = "left unjudged"


@dataclass(frozen=True, slots=True)
class Note:
    """Something about an exchange that the reader of a report should know, and that breaks no claim."""

    what: str
    exchange: int


class Record:
    """Judges exchanges in their order and keeps what they show: findings, claims, readings, history and notes.

    `readings`: those that the host must follow. `only`: patterns of claims to report on; empty for all. `accepted`:
    claims that may be broken. `retries`: the requests that failed. `max_latency`: seconds after which an answer is too
    slow. `secrets`: texts that the host issued and that no report may show; `credentials`: of these, what requests have
    carried. `successes`: how many enrolments succeeded. `login`: the kind that requests with valid credentials carry.
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
        self.tally = self._new_tally()
        self.evidence = Evidence(questions, readings)
        self._keeping = Keeping()
        self.exchanges = self._keeping.exchanges
        self.secrets = self._keeping.secrets
        self.credentials: set[str] = set()
        self.notes: list[Note] = []
        self.successes = 0
        self.login: Credentials = "none"
        self.history = History(target.data)
        self._accepted = accepted
        self._max_latency = max_latency
        self.retries = Retries()
        self._replies = ReplyReader(document)
        self._leaks = Leaks(target.login)
        self._telling = Telling()
        self.set_target(target)

    def set_target(self, target: Target) -> None:
        """Set what is known of the host. What it has done so far does not count for the exchanges to come."""
        before = self.history
        self.target = target
        self.history = History(target.data)
        self.history.request_ids, self.history.carried_out = before.request_ids, before.carried_out
        self._judge = Judge(self.document, Knowledge(target.data, target.complete))

    def add(self, exchange: Exchange) -> Exchange:
        """Add an exchange without judging it. Return it as it is kept; see Keeping."""
        return self._keeping.add(exchange)

    def take(self, exchange: Exchange) -> Settled | Again | Doubt:
        """Add an exchange and judge its answer. Return whether the request must be sent again."""
        judgement = self.judgement(exchange, self.history)
        exchange = self.add(exchange)
        self.history.request_ids |= exchange.request.request_ids
        for failure in self.retries.take_unrepeated(exchange.request):
            self.apply(*failure)
        decision = self.retries.decide(exchange, judgement)
        if isinstance(decision, Settled) and decision.judged:
            for judged in decision.judged:
                self.apply(*judged)
        else:
            self.leave(exchange, judgement, LEFT_UNJUDGED if isinstance(decision, Settled) else SENT_AGAIN)
        return decision

    def leave(self, exchange: Exchange, judgement: Judgement, what: str) -> None:
        """Note that an answer was not judged, and what became of it. Its request may have enrolled the customer."""
        doubt(self.history, self.subjects(exchange.request))
        status = f"HTTP {exchange.answer.status}" if exchange.answer.status else "no answer"
        self.note(f"{what}: {status}, {reason(judgement)}", exchange)

    def judgement(self, exchange: Exchange, history: History) -> Judgement:
        """Judge an exchange. What makes the judge stumble is left unjudged and noted, so that a run loses nothing else."""
        try:
            judgement = _judge(self._judge, exchange, history, self.evidence)
        except Exception as bug:  # one answer must not end a run
            self.note(f"{LEFT_UNJUDGED}: the kit has a bug ({type(bug).__name__}: {bug})", exchange)
            return Judgement("judged")
        kind = self.login if exchange.request.credentials == "valid" else exchange.request.credentials
        taken = [Observation(f"auth.{kind}", "kept")] if judgement.lets_in and kind != "none" else []
        leaks = self._leaks.find(exchange, self.credentials)
        told = self._telling.add(exchange, judgement.missing) if judgement.missing else ()
        return replace(judgement, observations=(*judgement.observations, *taken, *leaks, *told))

    def resolve(self, control: Answer) -> Settled | Again:
        """Decide after a Doubt. `control`: the answer to another request, which the host has answered before."""
        decision = self.retries.resolve(host_answers=self._replies.read(control).of_the_call)
        if isinstance(decision, Settled):
            self.note(f"{LEFT_UNJUDGED}: no answer of the enrol call comes to any request", self.exchanges[-1])
        return decision

    def note(self, what: str, exchange: Exchange) -> None:
        """Add a note about an exchange."""
        self.notes.append(Note(what, exchange.number))

    def names_test_data(self, request: Request) -> bool:
        """The request names a promotion of the test data, and a customer of it or the one who is listed as absent."""
        return bool(self.subjects(request)) or _names_absent_customer(request, self.target.data)

    def concerned(self, request: Request) -> list[tuple[Subject, bool]]:
        """Return the `subjects` of a request, each with whether the request may be carried out for it."""
        return list(self._judge.concerned(request))

    def has_failed(self) -> bool:
        """A claim is broken that `only` selects and that is not accepted as broken."""
        broken = {finding.claim for finding in self.findings.all() if finding.level == "broken"}
        for conflict in self.evidence.conflicts():
            broken |= {claim for claim in conflict.claims if is_selected(claim, self.only)}
        return bool(broken - self._accepted)

    def start_again(self) -> list[Exchange]:
        """Return all exchanges, and forget what they have shown: they are judged again, as of a host that others use."""
        exchanges = self._keeping.take_all()
        self.findings, self.tally, self.successes = Findings(self.only), self._new_tally(), 0
        self.evidence.forget_implied()
        self.history = History(self.target.data, shared=True)
        self.retries = Retries(self.retries.own)
        return exchanges

    def _new_tally(self) -> Tally:
        return Tally({name: claim for name, claim in self.document.claims.items() if is_selected(name, self.only)})

    def apply(self, exchange: Exchange, judgement: Judgement) -> None:
        """Add what a judged exchange shows to claims, evidence, history and findings."""
        # The budget is for one request; several at once may have to wait for each other.
        if self._max_latency is not None and not exchange.group and exchange.answer.seconds > self._max_latency:
            self.findings.add(_too_slow(exchange.answer.seconds, self._max_latency), exchange)
        if judgement.accepted:
            self.history.carried_out |= exchange.request.request_ids
        self.tally.count(judgement.observations, seconds=exchange.answer.seconds)
        self.findings.count_answer(exchange, judgement.suspects)
        self.evidence.add(judgement, exchange.number)
        is_success = judgement.accepted and exchange.request.credentials in VALID_CREDENTIALS
        # Whoever lists data by hand may leave out enrolments that are there, unless they call it complete.
        if is_success and exchange.opening and (self.target.complete or not self.target.from_file):
            self.history.declare_fresh()
        remember(self.history, exchange, judgement, self.subjects)
        self.successes += is_success
        crowd = judgement.crowd[0], judgement.crowd[1] + len(judgement.broken)
        for observation in judgement.observations:
            if observation.verdict == "broken":
                self.findings.add(observation, exchange, crowd=crowd)

    def subjects(self, request: Request) -> list[Subject]:
        """Return the customers and promotions of the test data that a request may concern, under any reading."""
        return [subject for subject, _ in self.concerned(request)]


def _judge(judge: Judge, exchange: Exchange, history: History, usual: Usual) -> Judgement:
    """Judge an exchange; one that contradicts the usual readings of the host, also as if it followed them."""
    sent = exchange.request, exchange.answer, history, exchange.about
    judgement = judge.judge(*sent, usual=usual)
    if not any(usual.strangeness(tuple(judgement.implies.items()))):
        return judgement
    return replace(judgement, otherwise=judge.judge(*sent, usual=usual, strictly=True).broken)


def _names_absent_customer(request: Request, data: World) -> bool:
    """The request names a promotion of the test data, and the customer who is listed as absent."""
    body = request.body if isinstance(request.body, dict) else {}
    absent, customer, promotion = data.absent, body.get("customer"), body.get("promotion")
    if absent is None or not isinstance(customer, dict) or not isinstance(promotion, dict):
        return False
    known = {"id": absent.customer.id, "mobile": absent.customer.mobile, "email": absent.customer.email}
    value = known.get(str(customer.get("identifierName")))
    ids = promotion.get("id"), promotion.get("promotionId")
    is_absent = value is not None and str(value) == customer.get("identifierValue")
    return is_absent and any(ids == (listed.id, listed.promotion_id) for listed in data.promotions)


def _too_slow(seconds: float, limit: float) -> Observation:
    """Return the observation that an answer exceeded the caller's budget, with digits that show by how much."""
    got, most = seconds * 1000, limit * 1000
    digits = next((digits for digits in range(1, 9) if round(got, digits) > most), 9)
    expected = f"an answer within {most:g} ms (--max-latency)"
    return Observation("budget.latency", "broken", expected, f"one after {got:.{digits}f} ms", level="budget")
