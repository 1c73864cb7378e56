"""The callers: users of Locust that take the requests of a mix in turn, send them, and keep what came back.

Importing Locust makes the whole process cooperative. So only the process of a swarm imports this module.
"""

from __future__ import annotations

import random
import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, Final

import gevent
from gevent.event import Event
from locust import User, constant, constant_throughput, task
from locust.exception import StopUser

from contracts.errors import Misuse
from contracts.exchange import NO_ANSWER, Answer, Exchange, Request
from contracts.host.connection import Unreachable
from contracts.host.dialect import Dialect
from contracts.host.tokens import TokenRefused
from contracts.host.wire import Wire
from contracts.load.messages import Batch, Sent, sent
from contracts.load.waves import LoadRequest, Wave
from contracts.session.permission import NotPermitted
from contracts.session.session import Session, as_sent, in_place_of, refuses_token

# Seconds for which the callers of one wave wait for each other, at least and at most.
_LEAST_PATIENCE: Final = 0.5
_MOST_PATIENCE: Final = 5.0


class _Gate:
    """Lets the callers of a wave pass together, as soon as all of them are there, or the first has waited long enough."""

    def __init__(self, number: int, patience: float):
        self._missing = number
        self._patience = patience
        self._open = Event()

    def pass_through(self) -> None:
        self._missing -= 1
        if self._missing <= 0 or not self._open.wait(self._patience):
            self._open.set()


class Callers:
    """What the callers of one process share: the requests that come next, and those that have ended.

    `waves`: what to ask. `users`, `rate`: how many callers there are here, and how many requests a second they send all
    together; None is no limit. `first`: the number of the first requestId. `over`: no more is sent. `why`: what ended
    the load before its time. `error`: what kept it from being sent.
    """

    def __init__(
        self, session: Session, dialect: Dialect, waves: Iterator[Wave], *, users: int, rate: float | None, first: int
    ):
        self.session = session
        self.over = False
        self.why = self.error = ""
        self.wait: Callable[[Any], float] = constant_throughput(rate / users) if rate else constant(0)
        self.longest_start = min(users / rate, _MOST_PATIENCE) if rate else 0.0
        self._dialect = dialect
        self._waves = waves
        self._users = users
        self._patience = min(max(_LEAST_PATIENCE, 8 / rate if rate else 0.0), _MOST_PATIENCE)
        self._left: deque[tuple[LoadRequest, _Gate]] = deque()
        self._number = first
        self._ended: list[Sent] = []
        self._under_way: dict[int, float] = {}

    def call(self, wire: Wire) -> None:
        """Send the next request. Whatever goes wrong ends the load."""
        try:
            planned = self._next()
            if planned is None:
                return
            self._number += 1
            self._send(planned, self._number, wire)
        except NotPermitted as refused:
            permission = self.session.permission
            # What can enrol nobody may be used up while enrolments are still permitted.
            if not permission.budget or permission.intents >= permission.budget:
                self.end(str(refused))
        except Exception as error:  # Locust would log it, and go on
            self.end(error=str(error) if isinstance(error, Misuse) else f"a bug of the kit: {error!r}")

    def end(self, why: str = "", *, error: str = "") -> None:
        """Send no more. The first reason counts."""
        if not self.over:
            self.over, self.why, self.error = True, why, error

    def take(self) -> Batch:
        """Return what has ended since the last time."""
        ended, self._ended = self._ended, []
        open_since = min(self._under_way.values(), default=time.monotonic())
        return Batch(tuple(ended), open_since, frozenset(self.session.wire.tokens.issued))

    def _next(self) -> LoadRequest | None:
        """Return the next request, as soon as the others of its wave may be sent too; None if there is no more."""
        while not self._left:
            wave = next(self._waves, None)
            if wave is None:
                self.end("everything that may be asked was asked")
                return None
            for place in range(0, len(wave), self._users):
                part = wave[place : place + self._users]
                gate = _Gate(len(part), self._patience)
                self._left.extend((planned, gate) for planned in part)
        planned, gate = self._left.popleft()
        gate.pass_through()
        return None if self.over else planned

    def _send(self, planned: LoadRequest, number: int, wire: Wire) -> None:
        """Send a request if it is permitted. Raises NotPermitted, Misuse."""
        session = self.session
        request = planned.request.with_request_id(f"{session.request_ids}-{number}")
        is_intent = session.permission.check(request, names_test_data=session.record.names_test_data)
        intent = session.permission.intents if is_intent else 0
        session.pacer.wait()
        sent_as = as_sent(request, self._dialect)
        begin = self._under_way[number] = time.monotonic()
        answer, why = NO_ANSWER, "the load was over"
        try:
            answer, why = _answer(wire, sent_as, self._dialect)
        finally:
            end = time.monotonic()
            del self._under_way[number]
            exchange = Exchange(0, sent_as, answer, planned.about)
            renewed = refuses_token(exchange) and wire.forget_token(sent_as, self._dialect)
            self._ended.append(sent(planned.kind, exchange, begin, end, why=why, renewed=renewed))
            if intent:
                session.permission.record_result(exchange, intent)


def _answer(wire: Wire, request: Request, dialect: Dialect) -> tuple[Answer, str]:
    """Return the answer to a request, or NO_ANSWER and why none came."""
    try:
        return wire.send(request, dialect), ""
    except Unreachable as error:
        return NO_ANSWER, str(error)
    except TokenRefused as refused:
        return in_place_of(refused), ""


class Caller(User):
    """One of the users. `callers`: what all of them share; a process has one."""

    callers: Callers

    def on_start(self) -> None:
        """Open a connection of its own. Callers do not all begin at the same moment."""
        self.wire = self.callers.session.wire.another()
        gevent.sleep(random.random() * self.callers.longest_start)

    def on_stop(self) -> None:
        """Close the connection."""
        self.wire.close()

    def wait_time(self) -> float:
        """Return the seconds to the next request."""
        return self.callers.wait(self)

    @task
    def call(self) -> None:
        """Send a request, unless the load is over."""
        if self.callers.over:
            raise StopUser
        self.callers.call(self.wire)
