"""Retries: decide whether a failed request is sent again, and whether passing failures are too many.

Source: the page, "Error codes" row 14 ("Try again later").
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from contracts.exchange import VALID_CREDENTIALS, Exchange, Request
from contracts.oracle.judge import Judgement
from contracts.oracle.observation import Observation

_TRIES: Final = 3
# Passing failures that are no finding: two in a run, or one in a hundred requests of a kind, whichever is more.
_TOLERATED: Final = 2
_TOLERATED_IN_A_HUNDRED: Final = 1

_CLAIM: Final = "error.engine_error"
_RETRY_REASONS: Final = {
    "transient": "the engine reported an error",
    "unjudged": "a gateway answered instead of the host",
    "failed": "the host failed",
}

JudgedExchange = tuple[Exchange, Judgement]


@dataclass(frozen=True, slots=True)
class Again:
    """The request must be sent again. `attempt`: the number of retries so far, from 0."""

    attempt: int


@dataclass(frozen=True, slots=True)
class Settled:
    """The request need not be sent again. `judged`: what its attempts have shown; empty if only a gateway answered."""

    judged: tuple[JudgedExchange, ...] = ()


class Retries:
    """Follows one request at a time through its attempts, and remembers passing failures: a retry succeeded."""

    def __init__(self) -> None:
        self._open: list[JudgedExchange] = []
        self._passing: list[Exchange] = []

    def decide(self, exchange: Exchange, judgement: Judgement) -> Settled | Again:
        """Decide whether to send a request again, given the judgement on its latest answer.

        After the engine error of the page it is sent again up to twice, after any other failure once. After an answer
        of a gateway it is sent again up to twice, and then left unjudged.
        """
        if judgement.kind == "judged":
            earlier = self._close()
            self._passing += [failed for failed, judged in earlier if judged.kind != "unjudged"]
            return Settled((*_undocumented_failures(earlier), (exchange, judgement)))
        if judgement.kind == "failed" and self._open:
            self._close()
            return Settled(((exchange, replace(judgement, kind="judged")),))
        if len(self._open) == _TRIES - 1:
            self._close()
            return Settled(((exchange, _lasting_failure(exchange)),) if judgement.kind == "transient" else ())
        self._open.append((exchange, judgement))
        return Again(len(self._open) - 1)

    def take_unrepeated(self, current: Request | None = None) -> list[JudgedExchange]:
        """Return, and forget, the failures of a request that was not sent again; they count as they are.

        `current`: the request that was sent; if it is the same one, nothing is returned.
        """
        if self._open and self._open[-1][0].request == current:
            return []
        return [(failed, replace(judged, kind="judged")) for failed, judged in self._close() if judged.kind == "failed"]

    def too_many(self, exchanges: Iterable[Exchange]) -> tuple[Exchange, Observation] | None:
        """Return one of the passing failures, and the finding that there are too many; None if there are not.

        They are counted over all requests, and over the requests of each kind.
        """
        sent = Counter(kind for exchange in exchanges for kind in _kinds(exchange))
        failed: dict[str, list[Exchange]] = {}
        for exchange in self._passing:
            for kind in _kinds(exchange):
                failed.setdefault(kind, []).append(exchange)
        for kind, failures in failed.items():
            if len(failures) > max(_TOLERATED, sent[kind] * _TOLERATED_IN_A_HUNDRED / 100):
                expected = f"at most {_TOLERATED} passing failures, or {_TOLERATED_IN_A_HUNDRED} % of the {kind}"
                got = f"{len(failures)} of {sent[kind]} {kind} failed, and succeeded when sent again"
                return failures[-1], Observation(_CLAIM, "broken", expected, got)
        return None

    def _close(self) -> list[JudgedExchange]:
        earlier, self._open = self._open, []
        return earlier


def _undocumented_failures(earlier: list[JudgedExchange]) -> Iterator[JudgedExchange]:
    """Yield a finding for each passing failure that lacked the code and text of the page's engine error."""
    for exchange, judgement in earlier:
        if judgement.kind == "failed" and exchange.answer.status:
            expected = "a failing engine to answer with the code and the text of the page"
            got = f"HTTP {exchange.answer.status} without them; the same request succeeded when sent again"
            yield exchange, Judgement("judged", (Observation(_CLAIM, "broken", expected, got),))


def retry_reason(judgement: Judgement) -> str:
    """Return in words why a request is sent again."""
    return _RETRY_REASONS[judgement.kind]


def _lasting_failure(exchange: Exchange) -> Judgement:
    claim = exchange.about[0] if exchange.about else _CLAIM
    observation = Observation(
        claim, "broken", "an engine error to pass when the request is sent again", f"{_TRIES} engine errors in a row"
    )
    return Judgement("judged", (observation,))


def _kinds(exchange: Exchange) -> Iterator[str]:
    """Yield the kinds of requests among which a failure of this one counts: all, and those with like contents.

    Yield nothing for a probe, an unusual call or invalid credentials.
    """
    request = exchange.request
    if exchange.probe or not request.is_plain_call or request.credentials not in VALID_CREDENTIALS:
        return
    yield "requests"
    body = request.body if isinstance(request.body, dict) else {}
    inner = [(body.get(name), key) for name, key in (("customer", "identifierName"), ("promotion", "id"))]
    for value in (body.get("action"), *(part.get(key) for part, key in inner if isinstance(part, dict))):
        if isinstance(value, str):
            yield f"requests with {value}"
