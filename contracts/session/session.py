"""The session: send every request to the host, and pass every answer to the record."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from contracts.exchange import (
    NO_ANSWER,
    REQUEST_ID,
    UNAUTHENTICATED,
    VALID_CREDENTIALS,
    Answer,
    Exchange,
    Request,
)
from contracts.host.connection import Unreachable
from contracts.host.dialect import Dialect
from contracts.host.tokens import TokenRefused
from contracts.host.wire import Wire
from contracts.oracle.reply import is_gateway
from contracts.session.limits import Pacer
from contracts.session.permission import Permission
from contracts.verdict.record import Record
from contracts.verdict.result import Stop
from contracts.verdict.retries import Again, Doubt, Settled

# How often a probe is sent while a gateway answers it.
_PROBES: Final = 3
_TOKEN_ENDED: Final = (401, 498)
_NEW_TOKEN: Final = "the host no longer accepted the token, so a new one was fetched"


class Session:
    """Sends requests to one host.

    `dialect`: how to talk to the host; `connect` finds it out. `request_ids`: the prefix of every requestId.
    `stopped`: why the run ended early, or None. Once it is set, nothing more is sent. `control`: a request that the
    host has answered; sent again where it may be that something else answers in its place. `permission`: what may be
    sent, and how much of it was.
    """

    def __init__(
        self, record: Record, wire: Wire, permission: Permission, pacer: Pacer, *, request_ids: str = REQUEST_ID
    ):
        self.record = record
        self.wire = wire
        self.dialect = Dialect(login=record.target.login.first)
        self.request_ids = request_ids
        self.stopped: Stop | None = None
        self.control: Request | None = None
        self.permission = permission
        self._pacer = pacer
        wire.before_token = self._count_token

    def ask(self, request: Request, *about: str, opening: bool = False) -> Exchange | None:
        """Send a request, let the record judge its answer, and retry if the record asks for it. Return the last exchange.

        `about`: the claims that the request tests. `opening`: see Exchange. Returns None if the run had already
        stopped. Raises NotPermitted, Misuse.
        """
        draft = Exchange(0, self._with_request_id(request), NO_ANSWER, about, opening=opening)
        last = None
        while exchange := self._send(draft, self.dialect):
            last, outcome = exchange, self.record.take(exchange)
            if self._pacer.fail_fast and self.record.has_failed():
                self._stop(Stop("stopped at the first broken claim (--fail-fast)"))
                break
            if isinstance(outcome, Doubt):
                outcome = self.record.resolve(self.probe(self.control) if self.control else NO_ANSWER)
            # A connection that the host has closed is opened again at once.
            is_closed = not exchange.answer.status and exchange.answer.kept
            attempt = outcome.attempt if isinstance(outcome, Again) and not is_closed else None
            self._stop(self._pacer.pause(exchange.answer, attempt))
            if isinstance(outcome, Settled):
                self._count_refusal(exchange, judged=bool(outcome.judged))
                break
        return last

    def call(self, body: Any, *about: str) -> Exchange | None:
        """Send an ordinary JSON body; see ask."""
        return self.ask(Request(body=body), *about)

    def probe(self, request: Request, dialect: Dialect | None = None) -> Answer:
        """Send a request that only finds out how to talk to the host. Return its answer, which is not judged.

        `dialect`: used instead of the session's. While a gateway answers, it is sent again up to twice. Returns NO_ANSWER
        if the run had already stopped.
        """
        answer = NO_ANSWER
        for attempt in range(_PROBES):
            draft = Exchange(0, self._with_request_id(request), NO_ANSWER, probe=True)
            exchange = self._send(draft, dialect or self.dialect)
            if exchange is None:
                return NO_ANSWER
            self.record.add(exchange)
            answer = exchange.answer
            if answer.status and (not is_gateway(answer) or answer.status in UNAUTHENTICATED):
                break
            self._stop(self._pacer.pause(answer, attempt))
        return answer

    def _with_request_id(self, request: Request) -> Request:
        """Give a request a unique requestId. Source: "Body parameters" row 1, "a unique identifier for the request"."""
        return request.with_request_id(f"{self.request_ids}-{len(self.record.exchanges) + 1}")

    def _send(self, draft: Exchange, dialect: Dialect) -> Exchange | None:
        """Check the permission, keep the pace, and send. If the host refuses an old token, send again with a new one."""
        self._stop(self._pacer.limit_reached())
        if self.stopped:
            return None
        request = draft.request
        intent = self.permission.check(request, names_test_data=self.record.names_test_data)
        self._pacer.wait()
        if request.credentials == "valid" and dialect.login == "oauth":
            request = replace(request, credentials="oauth")  # so that a refusal counts against OAuth, not Basic
        self.record.login = dialect.login
        answer = self._answer(request, dialect)
        exchange = replace(draft, number=len(self.record.exchanges) + 1, request=request, answer=answer)
        if intent:
            self.permission.record_result(exchange)
        if not answer.status and self._pacer.left() <= 0:
            self._stop(self._pacer.limit_reached())
            return None  # cut short by --max-time, so that it says nothing
        if answer.status in _TOKEN_ENDED and not exchange.probe and self.wire.forget_token(request, dialect):
            # The answer concerns the old token, not the request, so it is not judged.
            self.record.add(replace(exchange, probe=True))
            self.record.note(f"HTTP {answer.status}: {_NEW_TOKEN}", exchange)
            return self._send(draft, dialect)
        return exchange

    def _count_token(self) -> None:
        """Count a request for an access token like any other, and keep the pace. Raises NotPermitted."""
        self.permission.count_harmless()
        self._pacer.wait()

    def _answer(self, request: Request, dialect: Dialect) -> Answer:
        try:
            return self.wire.send(request, dialect, within=self._pacer.left())
        except Unreachable as error:
            if not self.record.exchanges:
                raise
            return replace(NO_ANSWER, kept=error.kept)
        except TokenRefused as refused:
            # An endpoint that is busy or down says nothing of the call, like a gateway; otherwise it refuses the client.
            is_later = refused.answer.status == 429 or refused.answer.status >= 500
            status, headers = (503, refused.answer.headers) if is_later else (401, {})
            return replace(NO_ANSWER, status=status, headers=headers, content=str(refused).encode())
        finally:
            self.record.secrets |= self.wire.tokens.issued

    def _count_refusal(self, exchange: Exchange, *, judged: bool) -> None:
        """Stop the run after too many refusals in a row: any refusal of a live host; on others, what is left unjudged."""
        live, status = self.record.target.live, exchange.answer.status
        is_refusal = not judged or (live and (status in (*UNAUTHENTICATED, 429) or status >= 500 or not status))
        is_expected = exchange.request.credentials not in VALID_CREDENTIALS or not exchange.request.is_plain_call
        self._stop(self._pacer.count_refusal(status, unexpected=is_refusal and not is_expected, live=live))
        if not is_expected:
            self._stop(self._pacer.count_failure(status, is_down=self._is_down))
        if self.record.retries.engine_down:
            self._stop(Stop("the promotion engine of the host is down: no enrolment succeeds", host_unusable=True))

    def _is_down(self) -> bool:
        """The host fails also for a request that it has answered before."""
        status = self.probe(self.control).status if self.control else 0
        return status >= 500 or not status

    def _stop(self, stop: Stop | None) -> None:
        self.stopped = self.stopped or stop
