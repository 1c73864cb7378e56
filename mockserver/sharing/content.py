"""The content of a session as it is kept in the database: JSON of what the session has of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import msgspec

from mockserver.faults.fault import Fault
from mockserver.faults.rack import Armed, Rack
from mockserver.gauntlet.cases import Case
from mockserver.gauntlet.staging import Stage
from mockserver.sessions import Session
from mockserver.stores.books import BookStore
from openapi.questions import Readings
from openapi.world import World

_NO_WORLD = World()


class _Staged(msgspec.Struct, frozen=True):
    case: Case
    left: int | None


class Content(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a session has of its own. `world` has taken the place of that of the start, `added` was added since."""

    world: World | None = None
    added: World = _NO_WORLD
    changed: int = 0
    chosen: dict[str, str] = {}
    test: str = ""
    stage: _Staged | None = None
    resets: int = 0


class _KeptFault(msgspec.Struct, frozen=True):
    id: int
    fault: Fault
    seed: int
    met: int
    struck: int


class _KeptRack(msgspec.Struct, frozen=True):
    armed: list[_KeptFault]
    last: int


NEW = msgspec.json.encode(Content())


def content_of(session: Session) -> bytes:
    """Return the content of a session."""
    state, stage = session.state, session.stage
    return msgspec.json.encode(
        Content(
            world=None if state.start is session.first.start else state.start,
            added=state.added,
            changed=session.changed,
            chosen=dict(session.chosen),
            test=session.test,
            stage=_Staged(stage.case, stage.left) if stage else None,
            resets=session.resets,
        )
    )


def read(kept: bytes) -> Content:
    """Return the content that is kept."""
    return msgspec.json.decode(kept, type=Content)


def restore(session: Session, content: Content, book: int, *, own: Readings) -> None:
    """Make a session what its content says. `own` are the readings of the mock."""
    state = session.first
    assert isinstance(state.store, BookStore)
    if content.world is None:
        state.store.book = book
    else:
        store = state.store.of_book(content.world, book)
        state = replace(state.of_world(content.world, {**own, **content.chosen}), store=store)
    session.state = state.adding(content.added) if content.added != _NO_WORLD else state
    session.chosen = {}
    if content.chosen:
        session.follow(content.chosen, own=own)
    session.changed, session.test, session.resets = content.changed, content.test, content.resets
    session.stage = Stage(content.stage.case, content.stage.left) if content.stage else None


def rack_of(rack: Rack) -> bytes:
    """Return the faults of a session as they are kept."""
    armed = [_KeptFault(one.id, one.fault, one.seed, one.met, one.struck) for one in rack.armed]
    return msgspec.json.encode(_KeptRack(armed, rack.last))


def read_rack(kept: bytes, is_possible: Callable[[Fault], bool]) -> Rack:
    """Return the faults that are kept, without those that this mock cannot do."""
    found = msgspec.json.decode(kept, type=_KeptRack)
    armed = [Armed(one.id, one.fault, seed=one.seed, met=one.met, struck=one.struck) for one in found.armed]
    return Rack([one for one in armed if is_possible(one.fault)], found.last)
