"""Following: what the sessions in a database keep when the world or the readings of its mocks are replaced."""

from __future__ import annotations

from typing import Any

import msgspec

from mockserver.serving.carrying import Carried, fitting, shown, world_of
from mockserver.sharing import content
from mockserver.sharing.content import Content
from mockserver.state import State
from mockserver.stores.books import BookStore, Seed
from mockserver.stores.database import Database
from openapi import questions
from openapi.source import SourceError


def follow(database: Database, first: State, digests: tuple[str, str]) -> Carried:
    """Let all sessions go over to the world of a state, unless another mock has just done so. Raises Unavailable."""
    carried, seed = Carried(), Seed.of(first.start)
    with database.transaction():
        lock = database.kind.lock
        if database.read(f"SELECT world, readings FROM enrol_mock_store{lock}") == [digests]:
            return carried
        database.write("UPDATE enrol_mock_store SET world = ?, readings = ?", *digests)
        rows = database.read(f"SELECT name, book, content FROM enrol_mock_sessions ORDER BY name{lock}")
        for name, book, kept in rows:
            fresh = _fresh(str(name), content.read(bytes(kept)), first, carried)
            if fresh.world is None:
                store = BookStore(database, str(name), seed, int(book), world=digests[0])
                number, of = store.following(first.start, first.adding(fresh.added).directory.has)
                carried.enrolments += number
                carried.of_enrolments += of
            database.write(
                "UPDATE enrol_mock_sessions SET content = ?, version = version + 1 WHERE name = ?",
                *(msgspec.json.encode(fresh), name),
            )
    return carried


def _fresh(name: str, old: Content, first: State, carried: Carried) -> Content:
    """Return what is left of the content of a session."""
    session = f"session {name}: " if name else ""
    chosen, added = old.chosen, old.added
    if chosen:
        try:
            questions.check_readings(chosen, questions.load(), path="")
        except SourceError as problem:
            carried.dropped.append(f"{session}its own readings: {problem}")
            chosen = {}
    if old.world is None:
        entries: list[tuple[str, Any]] = [
            (kind, entry) for kind in ("programs", "promotions", "customers") for entry in getattr(added, kind)
        ]
        kept, dropped = fitting(entries, first.start)
        added = world_of(kept)
        carried.dropped += [f"{session}{shown(entry)}: {reason}" for entry, reason in dropped]
    return msgspec.structs.replace(old, chosen=chosen, added=added)
