"""The store that `--store` names: what a mock shares through it, and whether it goes with the mock."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Final

import msgspec

from mockserver.errors import MockError, Unavailable
from mockserver.plan import Plan
from mockserver.serving.carrying import Carried
from mockserver.sharing.following import follow
from mockserver.sharing.sessions import SharedSessions
from mockserver.sharing.turns import Turns
from mockserver.state import State
from mockserver.stores import schema
from mockserver.stores.opening import opened
from openapi.questions import Readings
from openapi.world import Credentials, World

_REMEDY: Final = (
    "start all of them with the same, take another store, or give --reload, which keeps what goes with the new"
)


class SharedStore:
    """A database that mocks share. It belongs to the sample data and the readings of the mock that has made it.

    With `follows` it goes over to those of this mock.
    """

    def __init__(self, value: str, *, follows: bool = False) -> None:
        """`value`: what --store says. Raises MockError."""
        self._follows = follows
        self._database = opened(value)
        self._turns = Turns(self._database.kind.threads)
        self._database.waiting = self._turns.giving_way

    def sessions(self, plan: Plan, first: State, *, now: float) -> SharedSessions:
        """Return the sessions in it, for a mock that begins with a state. Raises MockError if they cannot be had."""
        place, digests = self._database.kind.place, digests_of(first.start, plan.readings)
        self._first = first
        try:
            schema.prepare(self._database, world=digests[0], readings=digests[1])
            ((world, readings),) = self._database.read("SELECT world, readings FROM enrol_mock_store")
            if (world, readings) != digests:
                if not self._follows:
                    other = "sample data (--world)" if world != digests[0] else "readings"
                    raise MockError(f"--store {place}: its mocks were started with other {other}; {_REMEDY}")
                follow(self._database, first, digests)
            return SharedSessions(self._database, self._turns, first, plan.readings, digests, now=now)
        except Unavailable as error:
            raise MockError(f"--store {place}: {error}") from error

    def followed(self, plan: Plan, first: State, *, now: float) -> tuple[SharedSessions, Carried]:
        """Let the store go over to another plan and another state, and return its sessions. Raises Unavailable."""
        self._first.faults.follow(plan.document.outcomes)
        self._first = first = replace(first, faults=self._first.faults)
        digests = digests_of(first.start, plan.readings)
        carried = follow(self._database, first, digests)
        return SharedSessions(self._database, self._turns, first, plan.readings, digests, now=now), carried


def digests_of(world: World, readings: Readings) -> tuple[str, str]:
    """Return what tells one world and one choice of readings from others. Logins do not count: no digest of a secret is kept."""
    shown = msgspec.structs.replace(world, credentials=Credentials())
    return _digest(msgspec.json.encode(shown)), _digest(msgspec.json.encode(sorted(readings.items())))


def _digest(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()
