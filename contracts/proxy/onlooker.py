"""The onlooker: judge exchanges of other programs as they pass, and learn from them what exists at the host."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import msgspec

from contracts.exchange import Exchange, Request
from contracts.host.target import Target
from contracts.inputs.presumed import UNLISTED_TYPE, is_about_a_type, presumed
from contracts.oracle.reply import Reply, ReplyReader
from contracts.session.opening import Order, open_record
from contracts.verdict.record import Record
from contracts.verdict.spans import Span
from contracts.verdict.stream import Stream
from openapi.world import Customer, World

# Customers whose data were seen in requests, so that they can be masked.
_MOST_CUSTOMERS: Final = 5_000
# What a mobile number and an e-mail address look like at least. Shorter texts would be found in other words.
_FORMS: Final = {"mobile": re.compile(r"[+\d][\d .()-]{5,30}"), "email": re.compile(r"[^@\s]{1,200}@[^@\s]{3,200}")}


class Onlooker:
    """Judges what passes, by what is known of the host.

    `left_out`: why exchanges are not judged, and how many. `taken`: how many were taken, also those that wait for
    others.

    With a target file its data are known. Without one, what a successful request names must exist, so that at least the
    form of its answer is judged. Once such a request names the sample data, these are known.
    """

    def __init__(self, order: Order, target: Target) -> None:
        self.left_out: Counter[str] = Counter()
        self.record: Final[Record] = open_record(order, target)
        self._target = target
        self._replies = ReplyReader(order.document)
        self._is_known = order.target is not None
        self._sample = open_record(order, target)
        self._stream = Stream(self.record)
        self._customers: dict[Customer, None] = {}
        self.taken = 0
        if not self._is_known:
            self._nothing = replace(target, data=World(), complete=False)
            self.record.set_target(self._nothing)

    @property
    def waiting(self) -> int:
        """How many exchanges wait for others that were under way at the same time."""
        return self.taken - len(self.record.exchanges)

    def take(self, exchange: Exchange, span: Span) -> None:
        """Take an exchange that was under way in a span. It is judged when nothing can overlap it any more."""
        reply = self._replies.read(exchange.answer)
        names_sample = self._sample.names_test_data(exchange.request)
        if not self._is_known and names_sample and reply.decision != "refusal":
            self._is_known = True
            self.record.set_target(replace(self._target, complete=self._target.is_loopback))
        if not self.record.target.complete and is_about_a_type(reply) and not (self._is_known and names_sample):
            self.left_out[UNLISTED_TYPE] += 1
            return
        self.taken += 1
        if self._is_known:
            self._stream.add(exchange, span)
        else:
            self._take_presuming(exchange, reply)

    def advance(self, time: float) -> None:
        """Judge what was over before a time. Everything that began before it was taken."""
        self._stream.advance(time)

    def finish(self) -> None:
        """Judge everything that waits."""
        self._stream.finish()

    def end(self) -> None:
        """Leave what is known of the host in the record, and those whose data must be masked."""
        self.finish()
        if not self._is_known:
            learnt = msgspec.structs.replace(World(), customers=tuple(self._customers))
            self.record.set_target(replace(self._nothing, data=learnt))

    def _take_presuming(self, exchange: Exchange, reply: Reply) -> None:
        if len(self._customers) < _MOST_CUSTOMERS:
            self._customers |= dict.fromkeys(_named(exchange.request))
        self.record.set_target(replace(self._nothing, data=presumed(exchange.request, reply)))
        self.record.take(replace(exchange, number=len(self.record.exchanges) + 1))


def _named(request: Request) -> Iterator[Customer]:
    """Yield the customer whom a request names by personal data. Anything else in their place is shown as it is."""
    sent = request.body.get("customer") if isinstance(request.body, dict) else None
    name, value = (sent.get("identifierName"), sent.get("identifierValue")) if isinstance(sent, dict) else (None, None)
    if isinstance(value, str) and name in _FORMS and _FORMS[name].fullmatch(value):
        yield Customer(mobile=value) if name == "mobile" else Customer(email=value)
