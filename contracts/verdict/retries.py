"""Retries: a failure is asked again, and a host that fails now and then is told from one that always fails.

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
# A host may fail twice in a run, or once in a hundred requests of a kind, whichever is more.
_TOLERATED: Final = 2
_TOLERATED_IN_A_HUNDRED: Final = 1

_CLAIM: Final = "error.engine_error"
_WHY_AGAIN: Final = {
    "transient": "the engine failed",
    "unjudged": "a gateway answered",
    "failed": "the host failed",
}

JudgedExchange = tuple[Exchange, Judgement]


@dataclass(frozen=True, slots=True)
class Again:
    """The request must be sent again. `attempt` counts from 0 how often it has been sent again already."""

    attempt: int


@dataclass(frozen=True, slots=True)
class Settled:
    """The request need not be sent again. `judged`: what its tries have shown; nothing where only a gateway answered."""

    judged: tuple[JudgedExchange, ...] = ()


class Retries:
    """Follows one request at a time through its tries, and remembers the failures that passed."""

    def __init__(self) -> None:
        self._open: list[JudgedExchange] = []
        self._passing: list[Exchange] = []

    def decide(self, exchange: Exchange, judgement: Judgement) -> Settled | Again:
        """Decide whether a request is settled, given the answer to its latest try.

        An engine error of the page is asked again twice, any other failure once. An answer of a gateway is asked
        again twice, and then left unjudged.
        """
        if judgement.kind == "judged":
            earlier = self._close()
            self._passing += [failed for failed, known in earlier if known.kind != "unjudged"]
            return Settled((*_shapeless(earlier), (exchange, judgement)))
        if judgement.kind == "failed" and self._open:
            self._close()
            return Settled(((exchange, replace(judgement, kind="judged")),))
        if len(self._open) == _TRIES - 1:
            self._close()
            return Settled(((exchange, _lasting(exchange)),) if judgement.kind == "transient" else ())
        self._open.append((exchange, judgement))
        return Again(len(self._open) - 1)

    def take_unrepeated(self, asked: Request | None = None) -> list[JudgedExchange]:
        """Return the failures that were not asked again, to be counted. `asked`: the request that came instead."""
        if self._open and self._open[-1][0].request == asked:
            return []
        return [(failed, replace(known, kind="judged")) for failed, known in self._close() if known.kind == "failed"]

    def too_many(self, asked: Iterable[Exchange]) -> tuple[Exchange, Observation] | None:
        """Return the finding that the host fails too often, with one of the failures; None where it does not.

        It may fail too often over all requests, or over the requests of one kind.
        """
        of_all = Counter(kind for exchange in asked for kind in _kinds(exchange))
        failed: dict[str, list[Exchange]] = {}
        for exchange in self._passing:
            for kind in _kinds(exchange):
                failed.setdefault(kind, []).append(exchange)
        for kind, exchanges in failed.items():
            if len(exchanges) > max(_TOLERATED, of_all[kind] * _TOLERATED_IN_A_HUNDRED / 100):
                got = f"{len(exchanges)} of {of_all[kind]} {kind} failed and went well when sent again"
                return exchanges[-1], Observation(_CLAIM, "broken", "a host that fails now and then at most", got)
        return None

    def _close(self) -> list[JudgedExchange]:
        earlier, self._open = self._open, []
        return earlier


def _shapeless(earlier: list[JudgedExchange]) -> Iterator[JudgedExchange]:
    """Yield the failures that passed but did not have the form of the page's engine error: even one breaks its claim."""
    for exchange, known in earlier:
        if known.kind == "failed" and exchange.answer.status:
            got = f"HTTP {exchange.answer.status} without them; the same request went well when sent again"
            expected = "a failure told with the code and the text of the page"
            yield exchange, Judgement("judged", (Observation(_CLAIM, "broken", expected, got),))


def retry_reason(judgement: Judgement) -> str:
    """Return in words why a request is sent again."""
    return _WHY_AGAIN[judgement.kind]


def _lasting(exchange: Exchange) -> Judgement:
    claim = exchange.about[0] if exchange.about else _CLAIM
    lasting = Observation(claim, "broken", "at most a passing engine error", f"{_TRIES} engine errors in a row")
    return Judgement("judged", (lasting,))


def _kinds(exchange: Exchange) -> Iterator[str]:
    """Yield the kinds of a request over which failures are counted; none where the page does not describe the request."""
    request = exchange.request
    if exchange.probe or not request.is_plain_call or request.credentials not in VALID_CREDENTIALS:
        return
    yield "requests"
    body = request.body if isinstance(request.body, dict) else {}
    inner = [(body.get(name), key) for name, key in (("customer", "identifierName"), ("promotion", "id"))]
    for value in (body.get("action"), *(part.get(key) for part, key in inner if isinstance(part, dict))):
        if isinstance(value, str):
            yield f"requests with {value}"
