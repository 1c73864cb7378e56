"""Telling: whether refusals of wrong credentials tell a stranger which customers and promotions exist.

The page gives such a refusal no form, so a host breaks no claim by it. A host that looks up what a stranger asks for
answers in two ways, though, and anybody can ask it who its customers are.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final

from contracts.exchange import NOTHING, Answer, Exchange
from contracts.oracle.credentials import Missing
from contracts.oracle.observation import Observation
from contracts.oracle.reply import part

CLAIM: Final = "hygiene.tells_strangers"

# So often each side must be answered, always alike: an answer may differ for a reason of its own.
_OFTEN: Final = 3
_MOST: Final = 4096
# A word with a digit in it may be a time, or the id of a request.
_CHANGING: Final = re.compile(r"[\w.:+-]*\d[\w.:+-]*")
# Names of fields whose numbers say what is wrong.
_SAYING: Final = ("code", "status", "statuscode", "error")

# The kind of credentials, the action, and the identifierName.
Asked = tuple[str, str, str]
Sides = dict[Missing, dict[Any, int]]


class Telling:
    """Compares refusals of the same wrong credentials: where all exists that is named, and where something does not."""

    def __init__(self) -> None:
        self._seen: dict[Asked, Sides] = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
        self._told: set[Asked] = set()

    def add(self, exchange: Exchange, missing: Missing) -> tuple[Observation, ...]:
        """Add a refusal. `missing`: what the request names and does not exist. Return what all of them show so far."""
        kind = _asked(exchange)
        sides = self._seen[kind]
        sides[missing][_looks(exchange)] += 1
        known = _always(sides["nothing"])
        for side in ("customer", "promotion"):
            other = _always(sides[side])
            if known is not None and other is not None and known != other and kind not in self._told:
                self._told.add(kind)
                got = f"another answer where the {side} does not exist ({_status(other)}) than where all does ({_status(known)})"
                expected = "the same refusal of wrong credentials, whatever the request names"
                return (Observation(CLAIM, "broken", expected, got, level="hygiene"),)
        return ()


def _asked(exchange: Exchange) -> Asked:
    body = exchange.request.body
    return exchange.request.credentials, str(part(body, "action")), str(part(body, "customer", "identifierName"))


def _always(answers: Mapping[Any, int]) -> Any:
    """Return the only look of several answers; None if there are few, or they differ."""
    return next(iter(answers)) if len(answers) == 1 and sum(answers.values()) >= _OFTEN else None


def _status(look: Any) -> str:
    return f"HTTP {look[0]}"


def _looks(exchange: Exchange) -> tuple[Any, ...]:
    """Return what an answer looks like without what may differ each time: the texts of the request, times, and ids."""
    answer, sent = exchange.answer, set(_texts(exchange.request.body))
    return answer.status, answer.headers.get("content-type", ""), _look(_content(answer), sent, "")


def _content(answer: Answer) -> Any:
    return answer.content[:_MOST].decode("utf-8", "replace") if answer.json is NOTHING else answer.json


def _look(value: Any, sent: set[str], name: str) -> Any:
    if isinstance(value, dict):
        return tuple((key, _look(inner, sent, key)) for key, inner in sorted(value.items()))
    if isinstance(value, list):
        return tuple(_look(inner, sent, name) for inner in value)
    if name.lower() in _SAYING:
        return str(value)
    if isinstance(value, str):
        for text in sorted(sent, key=len, reverse=True):
            value = value.replace(text, "…")
        return _CHANGING.sub("#", value)
    return type(value).__name__


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict | list):
        return [text for inner in (value.values() if isinstance(value, dict) else value) for text in _texts(inner)]
    return [str(value)] if isinstance(value, str | int) and len(str(value)) > 1 else []
