"""Overlaps: take exchanges that were under way at the same time into a record.

The host may have carried them out in any order. So those that concern each other are judged in the order that explains
their answers best.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

from contracts.exchange import VALID_CREDENTIALS, Exchange, Request
from contracts.oracle.every_order import judge_in_every_order
from contracts.oracle.history import History, Membership
from contracts.oracle.judgement import Judgement
from contracts.oracle.observation import Observation
from contracts.oracle.orders import MOST, Explained, Overlap, explain
from contracts.oracle.seats import Key
from contracts.verdict.record import LEFT_UNJUDGED, SENT_AGAIN, Record
from contracts.verdict.remembering import Subject, doubt, remember
from contracts.verdict.retries import ENGINE_ERROR, Settled
from contracts.verdict.spans import Span, behind
from openapi.world import Promotion

# With at least this limit, a customer can be enrolled again and again.
_PLENTY: Final = 1000
# "Conflict" and "Locked": the host is at work on another request for the same thing (RFC 9110 §15.5.10, RFC 4918 §11.3).
_IN_USE: Final = frozenset({409, 423})


@dataclass(slots=True)
class _Group:
    """Exchanges that concern each other, directly or by way of others. `keys`: the memberships that they may change."""

    exchanges: list[Exchange]
    keys: set[Key]
    limited: set[str] = field(default_factory=set)


def take_each(record: Record, exchanges: Iterable[Exchange]) -> None:
    """Take exchanges into a record in their order: those of a group together, all others one by one."""
    for group, members in groupby(exchanges, key=lambda exchange: exchange.group or -exchange.number):
        if group > 0:
            take_together(record, list(members))
        else:
            for exchange in members:
                record.take(exchange)


def take_together(
    record: Record,
    exchanges: Sequence[Exchange],
    *,
    spans: Mapping[int, Span] | None = None,
    again_as: str = SENT_AGAIN,
) -> list[Exchange]:
    """Judge exchanges that were under way at the same time. Return those that must be asked again, one at a time.

    `spans`: when each was under way, by its number; without them, nobody knows which of them was over before another
    began. `again_as`: what is noted of those that must be asked again. Where a gateway or nobody has answered, or the
    engine asks to try again later, nothing is held against the host: it may let only so many in at once. A failure in a
    form of its own is one, however busy the host is.
    """
    for failure in record.retries.take_unrepeated():
        record.apply(*failure)
    first = [(exchange, record.judgement(exchange, record.history)) for exchange in exchanges]
    kept = {exchange.number: record.add(exchange) for exchange in exchanges}
    before = frozenset(record.history.request_ids)
    for exchange in exchanges:
        record.history.request_ids |= exchange.request.request_ids
    again = []
    for exchange, judgement in first:
        if judgement.kind == "failed" and exchange.answer.status:
            record.leave(kept[exchange.number], judgement, LEFT_UNJUDGED)
            record.apply(kept[exchange.number], _failed(exchange))
        elif judgement.kind != "judged" or _is_in_use(exchange, judgement):
            unjudged = judgement if judgement.kind != "judged" else Judgement("unjudged")
            record.leave(kept[exchange.number], unjudged, again_as)
            again.append(exchange)
    left = {exchange.number for exchange in again}
    judged_now = [e for e, judgement in first if judgement.kind == "judged" and e.number not in left]
    for group in _groups(record, judged_now):
        explained = _explained(record, group, before, spans)
        for place, judgement in explained.judgements:
            decision = record.retries.decide(kept[group.exchanges[place].number], judgement)
            for judged in decision.judged if isinstance(decision, Settled) else ():
                record.apply(*judged)
        if not explained.certain:
            for exchange in group.exchanges:
                doubt(record.history, record.subjects(exchange.request))
    return again


def concerns(record: Record, request: Request) -> tuple[frozenset[object], frozenset[object]]:
    """Return what a request may change, and what its answer may depend on: memberships, and promotions with a limit.

    An enrolment that can be made again and again depends on nothing. Wrong credentials change nothing, and neither does
    a request for something that is done already: whatever comes of them is a finding in any order.
    """
    has_valid_credentials = request.credentials in VALID_CREDENTIALS
    changes: set[object] = set()
    touches: set[object] = set()
    action = request.body.get("action") if isinstance(request.body, dict) else None
    for (customer, promotion), passes in record.concerned(request):
        if action == "ENROL" and is_repeatable(promotion):
            continue
        keys: set[object] = {record.history.key(customer, promotion)}
        keys |= set() if promotion.limit_per_promotion is None else {promotion.id}
        touches |= keys
        is_done = _is_done(record.history.membership(customer, promotion), promotion, action)
        changes |= keys if passes and has_valid_credentials and not is_done else set()
    return frozenset(changes), frozenset(touches)


def is_repeatable(promotion: Promotion) -> bool:
    """A customer can be enrolled again and again, and so can others."""
    return promotion.limit_per_customer >= _PLENTY and promotion.limit_per_promotion is None


def _is_done(member: Membership, promotion: Promotion, action: object) -> bool:
    """All that a request could do for a customer has been done, so it and others like it may come in any order."""
    if action == "OPT_IN":
        return member.opted_in and promotion.limit_per_customer == 1
    return action == "ENROL" and member.enrolments >= promotion.limit_per_customer


def _explained(record: Record, group: _Group, before: frozenset[str], spans: Mapping[int, Span] | None) -> Explained:
    """Return what the exchanges of a group show, in the order that explains them best; of very many, in every order.

    `spans`: see take_together. `before`: the requestIds that were sent before the group. Those of a group come at the
    same time, so a request comes again only by one that another of the group has too.
    """
    members = group.exchanges
    sent = Counter(request_id for member in members for request_id in member.request.request_ids)

    def fits(question: str, readings: frozenset[str]) -> bool:
        return bool(record.evidence.fitting(question) & readings)

    def judge(place: int, history: History) -> Judgement:
        known = history.fork(())
        own = {request_id for request_id in members[place].request.request_ids - before if sent[request_id] == 1}
        known.request_ids = history.request_ids - own
        return record.judgement(members[place], known)

    if len(members) == 1:
        return Explained(((0, judge(0, record.history)),), certain=True)

    def keep(place: int, judgement: Judgement, history: History) -> None:
        remember(history, members[place], judgement, record.subjects)

    order = behind([spans[member.number] for member in members]) if spans else ()
    overlap = Overlap(len(members), frozenset(group.keys), judge, keep, fits, order)
    if len(members) <= MOST:
        return explain(overlap, record.history)
    for member in members:
        record.note(f"judged only by what holds in every order: more than {MOST} were under way together", member)
    return judge_in_every_order(overlap, record.history)


def _groups(record: Record, exchanges: Sequence[Exchange]) -> list[_Group]:
    """Return exchanges in groups. Two concern each other if they may name one membership, or one limited promotion."""
    groups: list[_Group] = []
    for exchange in exchanges:
        subjects = record.subjects(exchange.request)
        new = _Group([exchange], set(_keys(record, subjects)), {p.id for _, p in subjects if p.limit_per_promotion})
        apart = []
        for group in groups:
            if group.keys & new.keys or group.limited & new.limited:
                new = _Group([*group.exchanges, *new.exchanges], group.keys | new.keys, group.limited | new.limited)
            else:
                apart.append(group)
        groups = [*apart, new]
    return groups


def _keys(record: Record, subjects: Iterable[Subject]) -> list[Key]:
    return [record.history.key(customer, promotion) for customer, promotion in subjects]


def _is_in_use(exchange: Exchange, judgement: Judgement) -> bool:
    """The host asks to come again, as another request for the same customer is under way."""
    return exchange.answer.status in _IN_USE and any(o.verdict == "broken" for o in judgement.observations)


def _failed(exchange: Exchange) -> Judgement:
    """Return what it shows that a host fails in a form of its own. Source: "Error codes" row 14."""
    expected = "a failing engine to answer with the code and the text of the page"
    got = f"HTTP {exchange.answer.status} without them, while other requests were under way"
    return Judgement("judged", (Observation(ENGINE_ERROR, "broken", expected, got),))
