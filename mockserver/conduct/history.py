"""The history: what one client has sent in a session since its last reset, as far as it counts for what comes next."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from typing import Final, TypeVar

from mockserver.conduct.call import Call
from mockserver.conduct.rule import Symptom
from mockserver.conduct.rules import credentials, repeats

K = TypeVar("K")
V = TypeVar("V")

_KEPT: Final = 200  # calls, and request ids
_IN_A_ROW: Final = 3  # tokens, of which each came while the one before was valid


class History:
    """What is known of a client since the last reset of a session. `resets` counts those before."""

    def __init__(self, session: str, resets: int) -> None:
        self.session: Final = session
        self.resets: Final = resets
        self.unanswered: dict[int, tuple[str, str]] = {}  # documented errors 500 by call: the curl line, and the test
        self._acted = 0  # what was done at the control plane
        self._done = 0  # calls that were carried out
        self._failed: OrderedDict[int, Call] = OrderedDict()
        self._refused_enrols: OrderedDict[int, Call] = OrderedDict()
        self._ids: OrderedDict[int, int] = OrderedDict()
        self._tokens = 0  # in a row
        self._token_until = 0.0
        self._calls_since_token = 0

    @property
    def turn(self) -> tuple[int, int]:
        """What was done at the control plane, and how many calls were carried out."""
        return self._acted, self._done

    @property
    def is_calm(self) -> bool:
        """Whether no call has failed, so that a success says nothing about what came before."""
        return not self._failed and not self._refused_enrols

    def acted(self) -> None:
        """Note that somebody has changed the mock over the control plane: what comes next is no retry."""
        self._acted += 1

    def carried_out(self) -> None:
        """Note a call that was carried out."""
        self._done += 1
        self._calls_since_token += 1

    def took_id(self, request_id: int, body: int) -> bool:
        """Note the requestId of a call, and return whether a call with another body has had it. Both are hashes."""
        known = self._ids.get(request_id)
        if known is None:
            _put(self._ids, request_id, body)
        return known is not None and known != body

    def concerns(self, key: int, whom: int) -> bool:
        """Return whether a call came before this one that has failed, or an ENROL that was refused."""
        return key in self._failed or whom in self._refused_enrols

    def take(self, call: Call) -> Iterator[Symptom]:
        """Note a call, and yield what is wrong with it beside those before."""
        before = self._failed.pop(call.key, None)
        self.unanswered.pop(call.key, None)
        if before and repeats.is_again(before, call):
            yield from repeats.of_retry(before, call)
            if call.has_failed:
                call.tries, call.first = before.tries + 1, before.first
        enrol = self._refused_enrols.pop(call.whom, None)
        if enrol and call.action == "OPT_IN" and repeats.is_again(enrol, call):
            yield repeats.of_opt_in(enrol)
        if call.has_failed or call.slow:
            _put(self._failed, call.key, call)
        if call.action == "ENROL" and call.refusal:
            _put(self._refused_enrols, call.whom, call)

    def refused_login(self) -> None:
        """Note that a token was refused, so that a new one is right."""
        self._token_until = 0.0

    def took_token(self, at: float, seconds: float) -> Iterator[Symptom]:
        """Note that a token was handed out, and yield a symptom if each call has one of its own."""
        is_early = at < self._token_until and self._calls_since_token <= 1
        self._tokens = self._tokens + 1 if is_early else 1
        self._token_until, self._calls_since_token = at + seconds, 0
        if self._tokens >= _IN_A_ROW:
            yield Symptom(credentials.TOKEN_EACH_TIME, "A new token is fetched for each request")


def _put(kept: OrderedDict[K, V], key: K, value: V) -> None:
    """Put a value that is not kept yet, and leave out the first one of too many."""
    kept[key] = value
    if len(kept) > _KEPT:
        kept.popitem(last=False)
