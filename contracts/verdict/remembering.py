"""Remembering: let a history know what an answer reports to have happened."""

from __future__ import annotations

from collections.abc import Callable

from contracts.exchange import NOTHING, VALID_CREDENTIALS, Answer, Exchange, Request, decode_answer
from contracts.oracle.history import History
from contracts.oracle.judgement import Judgement
from openapi.world import Customer, Promotion

# A customer and a promotion of the test data that a request may concern.
Subject = tuple[Customer, Promotion]


def remember(
    history: History, exchange: Exchange, judgement: Judgement, subjects: Callable[[Request], list[Subject]]
) -> None:
    """Let a history know what an answer reports to have happened. `subjects`: see Record."""
    if exchange.request.credentials not in VALID_CREDENTIALS:
        history.named_by_strangers |= {history.key(*subject) for subject in subjects(exchange.request)}
    happened = judgement.happened
    if happened:
        history.record(
            happened.customer,
            happened.promotion,
            happened.event,
            enrollment_id=happened.enrollment_id,
            optin_id=happened.optin_id,
            exchange=exchange.number,
        )
    elif judgement.accepted or judgement.broken or _is_lost(exchange.answer):
        doubt(history, subjects(exchange.request))


def doubt(history: History, subjects: list[Subject]) -> None:
    """Note that a request may or may not have enrolled the customer whom it names."""
    for customer, promotion in subjects:
        history.doubt(customer, promotion)


def _is_lost(answer: Answer) -> bool:
    """The answer is missing or unreadable, and its status is not 4xx, so the request may have enrolled the customer."""
    return decode_answer(answer.content) is NOTHING and not 400 <= answer.status < 500
