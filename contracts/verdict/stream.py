"""The stream: exchanges that come while others are under way, as under load, each with the time that it took.

The answers of a busy host never stop to overlap. But those that concern each other are few at any moment, and they can
be judged as soon as nothing can overlap them any more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from contracts.exchange import Exchange
from contracts.verdict.overlaps import concerns, is_repeatable, take_together
from contracts.verdict.record import LEFT_UNJUDGED, Record
from contracts.verdict.retries import Settled
from contracts.verdict.spans import Span

# An enrolment that can be made again and again depends on nothing as long as so many are left.
_PLENTY_LEFT: Final = 500


@dataclass(slots=True)
class _Crowd:
    """Exchanges that were under way together and concern each other, directly or by way of others.

    `changes`, `touches`: what they may change, and what their answers may depend on. `span`: from the first to the
    last.
    """

    members: list[tuple[Span, Exchange]]
    changes: set[object]
    touches: set[object]
    span: Span = field(init=False)

    def __post_init__(self) -> None:
        self.members.sort(key=lambda one: one[0])
        self.span = Span(self.members[0][0].begin, max(span.end for span, _ in self.members))

    def concerns(self, other: _Crowd) -> bool:
        """The answers of one may depend on whether the host came to the other first."""
        if not self.span.meets(other.span):
            return False
        return not self.changes.isdisjoint(other.touches) or not self.touches.isdisjoint(other.changes)


class Stream:
    """Judges exchanges in the order in which the host can have carried them out. Nothing is sent again.

    Where a gateway or nobody has answered, or the engine asks to try again later, the answer is left unjudged, and what
    its request may have done stays open.
    """

    def __init__(self, record: Record):
        self._record = record
        self._crowds: list[_Crowd] = []

    def add(self, exchange: Exchange, span: Span) -> None:
        """Add an exchange with its answer, or NO_ANSWER. Its number is given when it is judged."""
        changes, touches = self._concerns(exchange)
        new = _Crowd([(span, exchange)], set(changes), set(touches))
        apart = []
        for crowd in self._crowds:
            if crowd.concerns(new):
                members = [*crowd.members, *new.members]
                new = _Crowd(members, crowd.changes | new.changes, crowd.touches | new.touches)
            else:
                apart.append(crowd)
        self._crowds = [*apart, new]

    def advance(self, time: float) -> None:
        """Judge what was over before a time. Everything that began before it was added."""
        over = [crowd for crowd in self._crowds if crowd.span.end < time]
        self._crowds = [crowd for crowd in self._crowds if crowd.span.end >= time]
        self._judge(over)

    def finish(self) -> None:
        """Judge everything that is left."""
        crowds, self._crowds = self._crowds, []
        self._judge(crowds)

    def _judge(self, crowds: Iterable[_Crowd]) -> None:
        for crowd in sorted(crowds, key=lambda crowd: crowd.span):
            first = len(self._record.exchanges) + 1
            numbered = [
                replace(exchange, number=first + place, group=first)
                for place, (_, exchange) in enumerate(crowd.members)
            ]
            if len(numbered) == 1:
                self._take_alone(numbered[0])
            else:
                spans = {one.number: span for one, (span, _) in zip(numbered, crowd.members, strict=True)}
                take_together(self._record, numbered, spans=spans, again_as=LEFT_UNJUDGED)

    def _take_alone(self, exchange: Exchange) -> None:
        record = self._record
        judgement = record.judgement(exchange, record.history)
        if judgement.kind != "judged" and not (judgement.kind == "failed" and exchange.answer.status):
            record.history.request_ids |= exchange.request.request_ids
            record.leave(record.add(exchange), judgement, LEFT_UNJUDGED)
        elif judgement.kind == "failed":
            take_together(record, [exchange])
        else:
            kept = record.add(exchange)
            record.history.request_ids |= exchange.request.request_ids
            decision = record.retries.decide(kept, judgement)
            for judged in decision.judged if isinstance(decision, Settled) else ():
                record.apply(*judged)

    def _concerns(self, exchange: Exchange) -> tuple[frozenset[object], frozenset[object]]:
        """Return what a request may change, and what its answer may depend on; see overlaps.concerns.

        An enrolment that can be made again and again concerns others where the promotion has opt-ins, and near its
        limit.
        """
        history, request = self._record.history, exchange.request
        changes, touches = concerns(self._record, request)
        for (customer, promotion), passes in self._record.concerned(request):
            made = history.membership(customer, promotion).enrolments
            is_near = made + _PLENTY_LEFT > promotion.limit_per_customer
            if passes and is_repeatable(promotion) and (promotion.type != "LOYALTY" or is_near):
                key: frozenset[object] = frozenset({history.key(customer, promotion)})
                changes, touches = changes | key, touches | key
        return changes, touches
