"""The crew: the callers of one process, made from a job."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

import gevent
from locust.env import Environment

from contracts.host.dialect import Dialect
from contracts.inputs.roles import Roles
from contracts.load.callers import Caller, Callers
from contracts.load.live_mix import live_waves
from contracts.load.messages import Job
from contracts.load.mix import Mix
from contracts.session.opening import Order, open_session
from contracts.session.session import Session

# Seconds between two messages about what has ended.
STEP: Final = 0.1
# Each process of a load has so many requestIds of its own.
_NUMBERS: Final = 100_000_000
# Seconds for which callers may finish, beyond the timeout of an answer.
_GRACE: Final = 2.0


class Crew:
    """The callers of one process, and the environment in which Locust lets them run.

    `share`: which part of the customers is theirs, and of how many parts. `users`: how many callers there are here;
    `rate`: how many requests a second they send all together.
    """

    def __init__(self, job: Job, *, share: tuple[int, int] = (0, 1), users: int, rate: float | None):
        self._job = job
        self.began = time.monotonic()
        session = _open(job)
        roles = Roles(session.record.target, job.seed + share[0])
        is_live = session.record.target.live
        mix = Mix(roles, self._elapsed, users=users, share=share).waves()
        self.callers = Callers(
            session,
            Dialect(job.login, job.password, job.names),
            live_waves(roles, permitted=job.permit is not None) if is_live else mix,
            users=users,
            rate=rate,
            first=_NUMBERS * (share[0] + 1),
        )
        Caller.callers = self.callers

    def begin(self) -> None:
        """Let the time of the load begin."""
        self.began = time.monotonic()

    def is_over(self) -> bool:
        """The load has ended before its time, or its time is over; then it ends."""
        if self._elapsed() >= 1:
            self.callers.end()
        return self.callers.over

    def wait_for_answers(self, running: Callable[[], int], step: Callable[[], None]) -> None:
        """Wait until no caller is running, and call `step` now and then meanwhile."""
        until = time.monotonic() + self._job.timeout + _GRACE
        while running() and time.monotonic() < until:
            gevent.sleep(STEP)
            step()

    def _elapsed(self) -> float:
        return (time.monotonic() - self.began) / self._job.seconds


def environment(job: Job) -> Environment:
    """Return what Locust needs to run callers."""
    return Environment(user_classes=[Caller], stop_timeout=job.timeout + _GRACE)


def watch_stdin(end: Callable[[], None]) -> None:
    """Call `end` once stdin ends: whoever has started this process wants no more of it, or is gone."""

    def wait() -> None:
        gevent.get_hub().threadpool.apply(sys.stdin.buffer.read)
        end()

    gevent.spawn(wait)


def _open(job: Job) -> Session:
    """Return a session for the host of a job, which knows its data already. Raises Misuse, SourceError."""
    session = open_session(
        Order(
            host=job.host,
            target=None if job.target is None else Path(job.target),
            seed=job.seed,
            timeout=job.timeout,
            treat_as_live=job.treat_as_live,
            test_host=job.test_host,
            permit=job.permit,
            budget=job.budget,
            ledger=Path(job.ledger),
            pace=job.pace,
            ca_bundle=None if job.ca_bundle is None else Path(job.ca_bundle),
        )
    )
    session.record.set_target(replace(session.record.target, data=job.world))
    session.permission.harmless, session.permission.intents = job.harmless, job.intents
    return session
