"""What is kept of the exchanges of a run. A host may send much to each request, and cookies without end."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice
from typing import Final

from contracts.exchange import NOTHING, WORD, Answer, Exchange, shortened

# Of each answer: bytes of its body, the number of its headers, and characters of each.
_MUCH: Final = 64 * 1024, 64, 1024
_LITTLE: Final = 4096, 32, 256
# When so many bytes are kept in all, little is kept of the answers to come.
_ENOUGH: Final = 8 * 2**20
# More cookies than these, and longer ones, are masked in their header only.
_MOST_COOKIES: Final = 1000
_LONGEST_COOKIE: Final = 4096
_COOKIE: Final = re.compile(r"(?:^|,)\s*[^\s=;,]+=([^\s;,]+)")


class Keeping:
    """Keeps exchanges in their order. `secrets`: texts that the host issued, such as the cookies of its answers."""

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []
        self.secrets: set[str] = set()
        self._bytes = 0

    def add(self, exchange: Exchange) -> Exchange:
        """Add an exchange, with the start of its answer only. Return it as it is kept."""
        if len(self.secrets) < _MOST_COOKIES:
            cookies = _COOKIE.findall(exchange.answer.headers.get("set-cookie", ""))[:_MOST_COOKIES]
            self.secrets.update(cookie for cookie in cookies if len(cookie) <= _LONGEST_COOKIE)
        answer = cut(exchange.answer, *(_MUCH if self._bytes < _ENOUGH else _LITTLE))
        self._bytes += len(answer.content) + sum(map(len, answer.headers.values()))
        self.exchanges.append(replace(exchange, answer=answer))
        return self.exchanges[-1]

    def take_all(self) -> list[Exchange]:
        """Return all exchanges, and keep none of them; the secrets stay."""
        exchanges = list(self.exchanges)
        self.exchanges.clear()
        self._bytes = 0
        return exchanges


def cut(answer: Answer, body: int, number: int, length: int) -> Answer:
    """Return an answer without its JSON value, and with `body` bytes, `number` headers and `length` characters of each."""
    headers = {name[:length]: shortened(value, length) for name, value in islice(answer.headers.items(), number)}
    short = replace(answer, headers=headers, json=NOTHING)
    if len(answer.content) <= body:
        return short
    return replace(short, content=answer.content[:body].rstrip(WORD.encode()), cut_from=answer.size)
