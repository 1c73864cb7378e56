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
from contracts.host.tokens import NoTokenEndpoint, TokenRefused
from contracts.host.wire import Wire
from contracts.oracle.reply import is_gateway
from contracts.session.giving_up import reason_to_stop
from contracts.session.limits import Pacer
from contracts.session.permission import Permission
from contracts.verdict.record import Record
from contracts.verdict.result import Stop
from contracts.verdict.retries import Again, Doubt, Settled

# How often a probe is sent while a gateway answers it.
_PROBES: Final = 3
_TOKEN_ENDED: Final = (401, 498)
# So many new tokens are fetched for one request. A host that refuses them all lets nobody in, however old they are.
_NEW_TOKENS: Final = 3
_NEW_TOKEN: Final = "the host no longer accepted the token, so a new one was fetched"


class Session:
    """Sends requests to one host.

    `dialect`: how to talk to the host; `connect` finds it out. `request_ids`: the prefix of every requestId.
    `stopped`: why the run ended early, or None. Once it is set, nothing more is sent. `control`: a request that the
    host has answered; sent again where it may be that something else answers in its place. `permission`: what may be
    sent, and how much of it was. `pacer`: keeps the pace and the limits.
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
        self.permission, self.pacer = permission, pacer
        wire.before_token = self._count_token

    def ask(self, request: Request, *about: str, opening: bool = False) -> Exchange | None:
        """Send a request, let the record judge its answer, and retry if the record asks for it. Return the last exchange.

        `about`: the claims that the request tests. `opening`: see Exchange. Returns None if nothing was sent; see
        _send. Raises NotPermitted, Misuse.
        """
        return self.follow(self.draft(request, about, opening=opening))

    def follow(self, draft: Exchange) -> Exchange | None:
        """Send the request of a draft until the record is content with the answer; see ask."""
        last = None
        while exchange := self._send(draft, self.dialect):
            last, outcome = exchange, self.record.take(exchange)
            if self.has_failed_fast():
                break
            if isinstance(outcome, Doubt):
                outcome = self.record.resolve(self.probe(self.control) if self.control else NO_ANSWER)
            # A connection that the host has closed is opened again at once.
            is_closed = not exchange.answer.status and exchange.answer.kept
            attempt = outcome.attempt if isinstance(outcome, Again) and not is_closed else None
            self.stop(self.pacer.pause(exchange.answer, attempt))
            if isinstance(outcome, Settled):
                is_judged = bool(outcome.judged)
                self.stop(reason_to_stop(self.record, self.pacer, exchange, judged=is_judged, is_down=self._is_down))
                break
        return last

    def call(self, body: Any, *about: str) -> Exchange | None:
        """Send an ordinary JSON body; see ask."""
        return self.ask(Request(body=body), *about)

    def probe(self, request: Request, dialect: Dialect | None = None) -> Answer:
        """Send a request that only finds out how to talk to the host. Return its answer, which is not judged.

        `dialect`: used instead of the session's. While a gateway answers, it is sent again up to twice. Returns
        NO_ANSWER if the run had already stopped.
        """
        answer = NO_ANSWER
        for attempt in range(_PROBES):
            draft = replace(self.draft(request), probe=True)
            exchange = self._send(draft, dialect or self.dialect)
            if exchange is None:
                return NO_ANSWER
            self.record.add(exchange)
            answer = exchange.answer
            if answer.status and (not is_gateway(answer) or answer.status in UNAUTHENTICATED):
                break
            self.stop(self.pacer.pause(answer, attempt))
        return answer

    def draft(
        self, request: Request, about: tuple[str, ...] = (), *, opening: bool = False, behind: int = 0
    ) -> Exchange:
        """Return an exchange that has no answer yet. Its request has a unique requestId.

        `behind`: how many requests come before it that are not sent yet. Source: "Body parameters" row 1, "a unique
        identifier for the request".
        """
        request = request.with_request_id(f"{self.request_ids}-{len(self.record.exchanges) + behind + 1}")
        return Exchange(0, request, NO_ANSWER, about, opening=opening)

    def admit(self, request: Request, dialect: Dialect) -> tuple[Request, bool]:
        """Check the permission and keep the pace. Return the request to send, and whether the permission was needed.

        Raises NotPermitted.
        """
        intent = self.permission.check(request, names_test_data=self.record.names_test_data)
        self.pacer.wait()
        self.record.login = dialect.login
        return as_sent(request, dialect), intent

    def has_failed_fast(self) -> bool:
        """Stop the run if a claim is broken and the user wants it to end there. Return whether that is so."""
        if is_over := self.pacer.fail_fast and self.record.has_failed():
            self.stop(Stop("stopped at the first broken claim (--fail-fast)"))
        return is_over

    def _send(self, draft: Exchange, dialect: Dialect, *, renewals: int = _NEW_TOKENS) -> Exchange | None:
        """Check the permission, keep the pace, and send. If the host refuses an old token, send again with a new one.

        Return None if nothing was sent: the run has stopped, or the token endpoint issues no such token.
        """
        self.stop(self.pacer.limit_reached())
        if self.stopped:
            return None
        request, intent = self.admit(draft.request, dialect)
        answer = self._answer(request, dialect)
        if answer is None:
            return None
        exchange = replace(draft, number=len(self.record.exchanges) + 1, request=request, answer=answer)
        if intent:
            self.permission.record_result(exchange)
        if not answer.status and self.pacer.left() <= 0:
            self.stop(self.pacer.limit_reached())
            return None  # cut short by --max-time, so that it says nothing
        if renewals and refuses_token(exchange) and self.wire.forget_token(request, dialect):
            keep_unjudged(self.record, exchange)
            return self._send(draft, dialect, renewals=renewals - 1)
        return exchange

    def _count_token(self) -> None:
        """Count a request for an access token like any other, and keep the pace. Raises NotPermitted."""
        self.permission.count_harmless()
        self.pacer.wait()

    def _answer(self, request: Request, dialect: Dialect) -> Answer | None:
        """Return the answer to a request; None if there is no token to send it with, see _without_token."""
        try:
            return self.wire.send(request, dialect, within=self.pacer.left())
        except Unreachable as error:
            if not self.record.exchanges:
                raise
            return replace(NO_ANSWER, kept=error.kept)
        except TokenRefused as refused:
            return _without_token(refused, request, dialect)
        finally:
            self.record.credentials = self.wire.tokens.issued
            self.record.secrets |= self.record.credentials

    def _is_down(self) -> bool:
        """The host fails also for a request that it has answered before."""
        status = self.probe(self.control).status if self.control else 0
        return status >= 500 or not status

    def stop(self, stop: Stop | None) -> None:
        """Let the run end here, if there is a reason. The first reason counts."""
        self.stopped = self.stopped or stop


def as_sent(request: Request, dialect: Dialect) -> Request:
    """Return a request with the kind of credentials that it carries, so that a refusal counts against that kind."""
    by_token = request.credentials == "valid" and dialect.login == "oauth"
    return replace(request, credentials="oauth") if by_token else request


def in_place_of(refused: TokenRefused) -> Answer:
    """Return what stands for an answer where no token was issued.

    An endpoint that is busy or down says nothing of the call, like a gateway; otherwise it refuses the client.
    """
    is_later = refused.answer.status == 429 or refused.answer.status >= 500
    status, headers = (503, refused.answer.headers) if is_later else (401, {})
    return replace(NO_ANSWER, status=status, headers=headers, content=str(refused).encode())


def _without_token(refused: TokenRefused, request: Request, dialect: Dialect) -> Answer | None:
    """Return what stands for an answer where no token was issued.

    None if it was to be a wrong token, which the endpoint rightly does not issue, or where there is no endpoint and the
    login of the run is Basic.
    """
    is_rightly_so = isinstance(refused, NoTokenEndpoint) and dialect.login == "basic"
    return None if is_rightly_so or request.credentials not in VALID_CREDENTIALS else in_place_of(refused)


def refuses_token(exchange: Exchange) -> bool:
    """The host refuses an access token that was good when it was fetched."""
    return exchange.answer.status in _TOKEN_ENDED and not exchange.probe and exchange.request.credentials != "basic"


def keep_unjudged(record: Record, exchange: Exchange) -> None:
    """Keep an exchange in which a token was refused that was good before. It says nothing of the request."""
    record.add(replace(exchange, probe=True))
    record.note(f"HTTP {exchange.answer.status}: {_NEW_TOKEN}", exchange)
