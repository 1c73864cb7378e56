"""The session: one run against one host. Every request goes through `ask`, and is judged there."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from typing import Any, Final

from contracts.exchange import NOTHING, PROMOTION_NAMES, REQUEST_ID, VALID_CREDENTIALS, Answer, Exchange, Request
from contracts.host.target import Target
from contracts.host.wire import TokenRefused, Unreachable, Wire
from contracts.oracle.history import History
from contracts.oracle.judge import Judge, Judgement
from contracts.oracle.lookups import Knowledge
from contracts.oracle.observation import Observation
from contracts.oracle.reply import is_gateway
from contracts.session.limits import Limits, Pacer
from contracts.session.permission import Permission
from contracts.verdict.claims import Tally, counts
from contracts.verdict.evidence import Evidence
from contracts.verdict.findings import Findings
from contracts.verdict.retries import TRIES, Tries
from openapi.document import Document
from openapi.questions import Question, Readings

_TOKEN_ENDED: Final = (401, 498)
_LONGEST_PAUSE: Final = 60.0
_WHY_AGAIN: Final = {
    "transient": "the engine failed",
    "unjudged": "a gateway answered",
    "failed": "the host failed",
}
_WITHOUT_ANSWER: Final = Answer(status=0, headers={}, content=b"")


class StopRun(KeyboardInterrupt):
    """Raised to leave pytest and Hypothesis at once, as Ctrl-C would; the reports are still written."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something a reader of the report should know that breaks no claim."""

    what: str
    exchange: int


class Session:
    """Asks a host and keeps what the answers show: findings, claims, readings, history.

    `stopped` says why the run ended early, `gave_up` that the host was to blame for it. `only`: patterns of
    the claims that count, all of them where there are none; `accepted`: claims that may be broken, so that
    they do not stop a run that is to fail fast. `request_ids`: what the requestId of every request begins with.
    """

    def __init__(
        self,
        *,
        target: Target,
        document: Document,
        questions: dict[str, Question],
        wire: Wire,
        readings: Readings | None = None,
        permission: Permission | None = None,
        limits: Limits | None = None,
        only: tuple[str, ...] = (),
        request_ids: str = REQUEST_ID,
        sleep: Callable[[float], None] = time.sleep,
    ):
        self.target = target
        self.document = document
        self.questions = questions
        self.wire = wire
        self.findings = Findings(only)
        self.tally = Tally({name: claim for name, claim in document.claims.items() if counts(name, only)})
        self.evidence = Evidence(questions, readings)
        self.history = History(target.data)
        self.exchanges: list[Exchange] = []
        self.notes: list[Note] = []
        self.promotion_names = PROMOTION_NAMES
        self._judge = Judge(document, Knowledge(target.data, target.complete))
        self._limits = limits or Limits()
        self._pacer = Pacer(self._limits, sleep=sleep)
        self._permission = permission or Permission(absent=target.data.absent, budget=0 if target.live else None)
        self.only = only
        self.accepted: frozenset[str] = frozenset()
        self.request_ids = request_ids
        self._sleep = sleep
        self._tries = Tries()
        self.successes = 0
        self.stopped = ""
        self.gave_up = False

    def expect(self, target: Target) -> None:
        """Take something else for what is known of the host, before anything was judged."""
        self.target = target
        self.history = History(target.data)
        self._judge = Judge(self.document, Knowledge(target.data, target.complete))

    def ask(self, request: Request, *about: str) -> Exchange:
        """Send a request, judge the answer, and return both. `about`: the claims it is meant to test.

        A failure that the page says to try again after is tried again. Raises NotPermitted, Misuse.
        """
        request = self._named(request)
        for attempt in range(TRIES):
            exchange = self._send_with_a_live_token(request, about)
            asked = _asked_pause(exchange.answer)
            if self.take(exchange):
                self._rest(asked or 0.0)
                break
            self._rest(0.1 * 2**attempt if asked is None else asked)
        self._mind(exchange)
        return exchange

    def call(self, body: Any, *about: str, **changes: Any) -> Exchange:
        """Ask with an ordinary JSON body."""
        return self.ask(Request(body=body, **changes), *about)

    def probe(self, request: Request) -> Answer:
        """Send a request that is only meant to learn how to talk to the host, and return the unjudged answer."""
        return self._send(self._named(request), (), probe=True).answer

    def take(self, exchange: Exchange) -> bool:
        """Judge an exchange, one of this session's or a recorded one, and return whether that settles the request."""
        judgement = self._judge.judge(exchange.request, exchange.answer, self.history, exchange.about)
        self.history.request_ids |= exchange.request.request_ids
        for one, known in self._tries.give_up(exchange.request):
            self._learn(one, known)
        settled = self._tries.settle(exchange, judgement)
        for one, known in settled:
            self._learn(one, known)
        if not settled:
            self._doubt(exchange.request)
            status = f"HTTP {exchange.answer.status}" if exchange.answer.status else "no answer"
            self.notes.append(Note(f"{status}: {_WHY_AGAIN[judgement.kind]}", exchange.number))
        if self._limits.fail_fast and self._has_failed():
            self._stop("stopped at the first finding")
        return bool(settled)

    def conclude(self) -> None:
        """Turn the questions that the host answered in two ways into findings, and failures that keep coming."""
        for one, known in self._tries.give_up():
            self._learn(one, known)
        excess = self._tries.excess(self.exchanges)
        if excess:
            exchange, observation = excess
            self.findings.add(observation, exchange)
            self.tally.breaks(observation.claim)
        for conflict in self.evidence.conflicts():
            question = conflict.question
            expected = f"{question} read as {conflict.usual!r}, as elsewhere in this run"
            observation = Observation(
                conflict.claim, "broken", expected, f"an answer that fits {_names(conflict.unusual)}"
            )
            exchange = next(e for e in self.exchanges if e.number == conflict.exchange)
            self.findings.add(observation, exchange)
            self.tally.breaks(conflict.claim)

    def spelled(self, request: Request) -> Request:
        """Spell the ids of the promotion as the host does (question promotion-field-names)."""
        return request.spelled(self.promotion_names)

    def _named(self, request: Request) -> Request:
        """Give a request its requestId. Source: "Body parameters" row 1, "a unique identifier for the request"."""
        return request.named(f"{self.request_ids}-{len(self.exchanges) + 1}")

    def _send_with_a_live_token(self, request: Request, about: tuple[str, ...]) -> Exchange:
        """Send a request, once more with a new token where the host no longer takes an old one."""
        exchange = self._send(request, about)
        if exchange.answer.status not in _TOKEN_ENDED or not self.wire.renew(request.credentials):
            return exchange
        # What an old token is answered with says nothing of the request.
        self.exchanges[-1] = replace(exchange, probe=True)
        self.notes.append(Note(f"HTTP {exchange.answer.status}: the token was no longer taken", exchange.number))
        return self._send(request, about)

    def _rest(self, seconds: float) -> None:
        """Leave the host alone for so long, or for good where it asks for longer than a run can wait."""
        if seconds > _LONGEST_PAUSE:
            self.gave_up = True
            self._stop(f"it asks to wait {seconds:.0f} s")
        if seconds > 0:
            self._sleep(seconds)

    def _send(self, request: Request, about: tuple[str, ...], *, probe: bool = False) -> Exchange:
        limit = self._pacer.reached()
        if limit:
            self._stop(limit)
        intent = self._permission.check(request, is_listed=lambda asked: bool(self._judge.subjects(asked)))
        self._pacer.wait()
        if request.credentials == "valid" and self.wire.usual == "oauth":
            request = replace(request, credentials="oauth")  # so that a refusal is laid to the right login
        try:
            answer = self.wire.send(self.spelled(request))
        except Unreachable:
            if not self.exchanges:
                raise
            answer = _WITHOUT_ANSWER
        except TokenRefused as refused:
            answer = replace(_WITHOUT_ANSWER, status=401, content=str(refused).encode())
        exchange = Exchange(len(self.exchanges) + 1, request, answer, about, probe)
        self.exchanges.append(exchange)
        if intent:
            self._permission.settle(exchange)
        return exchange

    def _learn(self, exchange: Exchange, judgement: Judgement) -> None:
        slow = self._limits.latency
        if slow is not None and exchange.answer.seconds > slow:
            late = Observation(
                "hygiene.latency", "broken", f"an answer within {slow:g} s", f"{exchange.answer.seconds:.3f} s"
            )
            self.findings.add(late, exchange)
        self.tally.count(judgement.observations)
        self.evidence.note(judgement, exchange.number)
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
            self._doubt(exchange.request)
        self.successes += judgement.accepted and exchange.request.credentials in VALID_CREDENTIALS
        for observation in judgement.observations:
            if observation.verdict == "broken":
                self.findings.add(observation, exchange)

    def _has_failed(self) -> bool:
        broken = {finding.claim for finding in self.findings.all() if finding.level == "broken"}
        broken |= {conflict.claim for conflict in self.evidence.conflicts() if counts(conflict.claim, self.only)}
        return bool(broken - self.accepted)

    def _mind(self, exchange: Exchange) -> None:
        """Leave a host alone that turns away what it should answer: one that may be production, or whose gateway does."""
        expected = exchange.request.credentials not in VALID_CREDENTIALS or not exchange.request.is_plain_call
        if is_gateway(exchange.answer) or self.target.live:
            why = self._pacer.mind(exchange.answer.status, expected=expected, live=self.target.live)
            if why:
                self.gave_up = True
                self._stop(why)

    def _stop(self, why: str) -> None:
        self.stopped = why
        raise StopRun

    def _doubt(self, request: Request) -> None:
        for scene in self._judge.subjects(request):
            if scene.customer and scene.promotion:
                self.history.doubt(scene.customer, scene.promotion)


def _asked_pause(answer: Answer) -> float | None:
    """Return the seconds that a host asks to be left alone (Retry-After), by its own clock where it names a time."""
    asked = answer.headers.get("retry-after", "").strip()
    if asked.isdecimal():
        return float(asked)
    try:
        until, now = (parsedate_to_datetime(when) for when in (asked, answer.headers.get("date", "")))
        return max((until - now).total_seconds(), 0.0)
    except (TypeError, ValueError):
        return None


def _is_lost(answer: Answer) -> bool:
    """The answer did not come, or cannot be read, and is no refusal: what it would have said may have been done."""
    return answer.json is NOTHING and not 400 <= answer.status < 500


def _names(readings: frozenset[str]) -> str:
    return " or ".join(repr(reading) for reading in sorted(readings)) or "no reading"
