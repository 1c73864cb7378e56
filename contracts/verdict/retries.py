"""The tries of a request: what failed is asked again, and what fails now and then is told from what always does.

Source: the page, "Error codes" row 14 ("Try again later").
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from contracts.exchange import VALID_CREDENTIALS, Exchange, Request
from contracts.oracle.judge import Judgement
from contracts.oracle.observation import Observation

TRIES: Final = 3
# A host may fail now and then: so often in all, and in so many of a hundred requests of a kind.
_NOW_AND_THEN: Final = 2
_IN_A_HUNDRED: Final = 1

_CLAIM: Final = "error.engine_error"


class Tries:
    """Follows requests that are asked again, and remembers the failures that went away."""

    def __init__(self) -> None:
        self._open: list[tuple[Exchange, Judgement]] = []
        self._passing: list[Exchange] = []

    def settle(self, exchange: Exchange, judgement: Judgement) -> list[tuple[Exchange, Judgement]]:
        """Return what is now known of the exchange and of the tries before it; nothing where it is to be asked again.

        An engine error of the page is asked again twice, any other failure once; what no host answered,
        but a gateway, twice, and is then left alone.
        """
        if judgement.kind == "judged":
            earlier = self._close()
            self._passing += [failed for failed, known in earlier if known.kind != "unjudged"]
            return [*_shapeless(earlier), (exchange, judgement)]
        if judgement.kind == "failed" and self._open:
            self._close()
            return [(exchange, replace(judgement, kind="judged"))]
        if len(self._open) == TRIES - 1:
            self._close()
            return [(exchange, _lasting(exchange))] if judgement.kind == "transient" else []
        self._open.append((exchange, judgement))
        return []

    def give_up(self, asked: Request | None = None) -> list[tuple[Exchange, Judgement]]:
        """Return what is known of a failure that was not asked again. `asked`: the request that came instead."""
        if self._open and self._open[-1][0].request == asked:
            return []
        return [(failed, replace(known, kind="judged")) for failed, known in self._close() if known.kind == "failed"]

    def excess(self, asked: Iterable[Exchange]) -> tuple[Exchange, Observation] | None:
        """Return the finding that a host fails too often, of all requests or of one kind of them; None where it does not."""
        of_all = Counter(kind for exchange in asked for kind in _kinds(exchange))
        failed: dict[str, list[Exchange]] = {}
        for exchange in self._passing:
            for kind in _kinds(exchange):
                failed.setdefault(kind, []).append(exchange)
        for kind, exchanges in failed.items():
            if len(exchanges) > max(_NOW_AND_THEN, of_all[kind] * _IN_A_HUNDRED / 100):
                got = f"{len(exchanges)} of {of_all[kind]} {kind} failed and went well when sent again"
                return exchanges[-1], Observation(_CLAIM, "broken", "a host that fails now and then at most", got)
        return None

    def _close(self) -> list[tuple[Exchange, Judgement]]:
        earlier, self._open = self._open, []
        return earlier


def _shapeless(earlier: list[tuple[Exchange, Judgement]]) -> Iterator[tuple[Exchange, Judgement]]:
    """Yield the failures that went away and were no engine error of the page: once is too often."""
    for exchange, known in earlier:
        if known.kind == "failed" and exchange.answer.status:
            got = f"HTTP {exchange.answer.status} without them; the same request went well when sent again"
            expected = "a failure told with the code and the text of the page"
            yield exchange, Judgement("judged", (Observation(_CLAIM, "broken", expected, got),))


def _lasting(exchange: Exchange) -> Judgement:
    claim = exchange.about[0] if exchange.about else _CLAIM
    lasting = Observation(claim, "broken", "at most a passing engine error", f"{TRIES} engine errors in a row")
    return Judgement("judged", (lasting,))


def _kinds(exchange: Exchange) -> Iterator[str]:
    """Yield the kinds of requests that a host may fail at now and then; those off the page are none."""
    request = exchange.request
    if exchange.probe or not request.is_plain_call or request.credentials not in VALID_CREDENTIALS:
        return
    yield "requests"
    body = request.body if isinstance(request.body, dict) else {}
    inner = [(body.get(name), key) for name, key in (("customer", "identifierName"), ("promotion", "id"))]
    for value in (body.get("action"), *(part.get(key) for part, key in inner if isinstance(part, dict))):
        if isinstance(value, str):
            yield f"requests with {value}"
