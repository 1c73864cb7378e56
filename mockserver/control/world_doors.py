"""The doors of the world: show it, replace it, add to it. Each session changes its own only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec

from mockserver.control.visit import Visit
from mockserver.errors import MockError
from mockserver.exchange.answers import Data, problem
from mockserver.state import State
from openapi import source, world, world_changes
from openapi.source import SourceError

_MOST: Final = 32 * 2**20  # bytes of JSON for the changes of all sessions; in memory they take about five times as much


def show(visit: Visit) -> Data:
    """Show the world without its credentials."""
    shown: dict[str, Any] = msgspec.to_builtins(visit.session.state.world)
    del shown["credentials"]
    return Data(shown)


def replace(visit: Visit) -> Data:
    """Replace the world and its enrolments. Without credentials in the body, those of the mock stay."""
    return _changed(visit, _replaced, so_far=0)


def add(visit: Visit) -> Data:
    """Add programs, promotions and customers to the world."""
    return _changed(visit, _extended, so_far=visit.session.changed)


def _changed(visit: Visit, change: Callable[[Visit, State, Any], State], *, so_far: int) -> Data:
    """Change the world as the body says. `so_far`: the bytes of the changes that stay beside this one."""
    request, session = visit.request, visit.session
    others = sum(one.changed for one in visit.sessions.all(now=visit.at) if one is not session)
    if others + so_far + request.size > _MOST:
        return problem(
            f"The changes of all sessions are {_MOST // 2**20} MiB, which is all; reset a session first.", 413
        )
    try:
        session.state = change(visit, session.state, source.parse_json(request.body))
    except (SourceError, MockError) as error:
        return problem(str(error))
    session.changed = so_far + request.size
    whole = session.state.world
    lists = ("programs", "promotions", "customers", "enrolments")
    return Data({"counts": {name: len(getattr(whole, name)) for name in lists}})


def _replaced(visit: Visit, state: State, raw: Any) -> State:
    found = world.parse(raw, path="")
    if found.credentials == world.Credentials():
        found = msgspec.structs.replace(found, credentials=state.start.credentials)
    return state.replacing(found, visit.plan.readings)


def _extended(visit: Visit, state: State, raw: Any) -> State:
    return state.adding(world_changes.added(raw, state.world))
