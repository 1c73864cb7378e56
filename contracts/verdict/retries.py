"""Retries: decide whether a failed request is sent again, and whether passing failures are too many.

Source: the page, "Error codes" row 14 ("Try again later").
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from contracts.exchange import VALID_CREDENTIALS, Answer, Exchange, Request, decode_answer
from contracts.oracle.judgement import Judgement
from contracts.oracle.observation import Observation

_TRIES: Final = 3
# So many times the host must answer another request in between, before an answer that is not of the call counts.
_CONTRASTS: Final = 2
# Passing failures that are no finding: two in a run, or one in a hundred requests of a kind, whichever is more.
_TOLERATED: Final = 2
_TOLERATED_IN_A_HUNDRED: Final = 1
# This many requests that an engine failed for good, while no enrolment has succeeded yet, show that it is down.
_ENGINE_DOWN: Final = 5

ENGINE_ERROR: Final = "error.engine_error"
_REASONS: Final = {
    "transient": "the engine reported an error",
    "unjudged": "a gateway answered instead of the host",
    "foreign": "the answer is not one of the enrol call",
    "failed": "the host failed",
}

# Kinds of judgements that blame the host itself, and no gateway in front of it.
_OF_THE_HOST: Final = ("transient", "failed")

JudgedExchange = tuple[Exchange, Judgement]


@dataclass(frozen=True, slots=True)
class Again:
    """The request must be sent again. `attempt`: the number of retries so far, from 0."""

    attempt: int


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something else than the call may have answered, each time. Whether it is the host, another request will show."""


@dataclass(frozen=True, slots=True)
class Settled:
    """The request need not be sent again. `judged`: what its attempts have shown; empty if none could be judged."""

    judged: tuple[JudgedExchange, ...] = ()


class Retries:
    """Follows one request at a time through its attempts, and remembers passing failures: a retry succeeded.

    `own`: what answers look like that the host gives itself although they are not of the call.
    """

    def __init__(self, own: Iterable[tuple[object, ...]] = ()) -> None:
        self.own = set(own)
        self._open: list[JudgedExchange] = []
        self._passing: list[Exchange] = []
        self._contrasts = 0
        self._engine_failed: list[JudgedExchange] | None = []

    @property
    def engine_down(self) -> bool:
        """No enrolment has succeeded, and the engine failed for several requests."""
        return self._engine_failed is not None and len(self._engine_failed) >= _ENGINE_DOWN

    def decide(self, exchange: Exchange, judgement: Judgement) -> Settled | Again | Doubt:
        """Decide whether to send a request again, given the judgement on its latest answer.

        After the engine error of the page it is sent again up to twice, after any other failure once. After an answer
        of a gateway it is sent again up to twice, and then left unjudged. An answer that is not of the call counts
        only if it comes each time, and the host answers another request in between.
        """
        if judgement.kind == "foreign" and (_likeness(exchange.answer) in self.own or self._contrasts >= _CONTRASTS):
            self.own.add(_likeness(exchange.answer))
            judgement = replace(judgement, kind="judged")
        if judgement.kind == "judged":
            earlier = self._close()
            self._passing += [failed for failed, judged in earlier if judged.kind in _OF_THE_HOST]
            return Settled((*_undocumented_failures(earlier), *self._engine_works(judgement), (exchange, judgement)))
        if judgement.kind == "failed" and any(earlier.kind in _OF_THE_HOST for _, earlier in self._open):
            self._close()
            return Settled(((exchange, replace(judgement, kind="judged")),))
        if len(self._open) < _TRIES - 1:
            self._open.append((exchange, judgement))
            return Again(len(self._open) - 1)
        if judgement.kind == "foreign":
            self._open.append((exchange, judgement))
            return Doubt()
        self._close()
        return Settled(self._hold(exchange) if judgement.kind == "transient" else ())

    def resolve(self, *, host_answers: bool) -> Settled | Again:
        """Decide after a Doubt. `host_answers`: it has answered another request as the call does."""
        if host_answers:
            self._contrasts += 1
            return Again(len(self._open) - 1)
        self._close()
        return Settled()

    def take_unrepeated(self, current: Request | None = None) -> list[JudgedExchange]:
        """Return, and forget, the failures of a request that was not sent again; they count as they are.

        `current`: the request that was sent; if it is the same one, nothing is returned.
        """
        if self._open and self._open[-1][0].request == current:
            return []
        return [(failed, replace(judged, kind="judged")) for failed, judged in self._close() if judged.kind == "failed"]

    def take_held(self) -> list[JudgedExchange]:
        """Return, and forget, the failures of the engine from before any enrolment, unless it is down."""
        return [] if self.engine_down else self._release()

    def too_many(self, exchanges: Iterable[Exchange]) -> tuple[Exchange, Observation] | None:
        """Return one of the passing failures, and the finding that there are too many; None if there are not.

        They are counted over all requests, and over the requests of each kind.
        """
        sent = Counter(kind for exchange in exchanges for kind in _kinds(exchange))
        failed: dict[str, list[Exchange]] = {}
        for exchange in _without_closed_connections(self._passing):
            for kind in _kinds(exchange):
                failed.setdefault(kind, []).append(exchange)
        for kind, failures in failed.items():
            if len(failures) > max(_TOLERATED, sent[kind] * _TOLERATED_IN_A_HUNDRED / 100):
                expected = f"at most {_TOLERATED} failures, or {_TOLERATED_IN_A_HUNDRED} % of the {kind}"
                got = f"{len(failures)} of {sent[kind]} {kind} failed, and succeeded when sent again"
                return failures[-1], Observation(ENGINE_ERROR, "broken", expected, got)
        return None

    def _close(self) -> list[JudgedExchange]:
        earlier, self._open, self._contrasts = self._open, [], 0
        return earlier

    def _hold(self, exchange: Exchange) -> tuple[JudgedExchange, ...]:
        """Return a failure of the engine that lasts; hold it back while no enrolment has succeeded."""
        failure = exchange, _lasting_failure(exchange)
        if self._engine_failed is None:
            return (failure,)
        self._engine_failed.append(failure)
        return ()

    def _engine_works(self, judgement: Judgement) -> list[JudgedExchange]:
        """Return the failures of the engine that were held back, once an enrolment shows that it is not down."""
        return self._release() if judgement.accepted else []

    def _release(self) -> list[JudgedExchange]:
        held, self._engine_failed = self._engine_failed or [], None
        return held


def reason(judgement: Judgement) -> str:
    """Return in words why an answer could not be judged at once."""
    return _REASONS[judgement.kind]


def _undocumented_failures(earlier: list[JudgedExchange]) -> Iterator[JudgedExchange]:
    """Yield a finding for each passing failure that lacked the code and text of the page's engine error."""
    for exchange, judgement in earlier:
        if judgement.kind == "failed" and exchange.answer.status and _page_speaks_of(exchange):
            expected = "a failing engine to answer with the code and the text of the page"
            got = f"HTTP {exchange.answer.status} without them; the same request succeeded when sent again"
            yield exchange, Judgement("judged", (Observation(ENGINE_ERROR, "broken", expected, got),))


def _lasting_failure(exchange: Exchange) -> Judgement:
    claim = exchange.about[0] if exchange.about else ENGINE_ERROR
    observation = Observation(
        claim, "broken", "an engine error to pass when the request is sent again", f"{_TRIES} engine errors in a row"
    )
    return Judgement("judged", (observation,))


def _likeness(answer: Answer) -> tuple[object, ...]:
    """Return what two answers have in common that are made by the same part of a host."""
    value = decode_answer(answer.content)
    names = tuple(sorted(value)) if isinstance(value, dict) else None
    return answer.status, answer.headers.get("content-type", "").partition(";")[0], names


def _without_closed_connections(failures: list[Exchange]) -> list[Exchange]:
    """Leave out requests that met a closed connection. A host may close one after any answer (RFC 9112 §9.5).

    They are few: after two of them each request has a connection of its own.
    """
    return [failure for failure in failures if failure.answer.status or not failure.answer.kept]


def _page_speaks_of(exchange: Exchange) -> bool:
    """The request is an ordinary call with valid credentials, so its failure counts against the engine."""
    request = exchange.request
    return request.is_plain_call and not request.is_framed_otherwise and request.credentials in VALID_CREDENTIALS


def _kinds(exchange: Exchange) -> Iterator[str]:
    """Yield the kinds of requests among which a failure of this one counts: all, and those with like contents.

    Yield nothing for a probe, an unusual call or invalid credentials.
    """
    request = exchange.request
    if exchange.probe or not _page_speaks_of(exchange):
        return
    yield "requests"
    body = request.body if isinstance(request.body, dict) else {}
    inner = [(body.get(name), key) for name, key in (("customer", "identifierName"), ("promotion", "id"))]
    for value in (body.get("action"), *(part.get(key) for part, key in inner if isinstance(part, dict))):
        if isinstance(value, str):
            yield f"requests with {value}"
