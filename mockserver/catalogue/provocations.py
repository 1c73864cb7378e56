"""Provocations: for every outcome a plain request that leads to it, found by sending requests to a mock."""

from __future__ import annotations

from werkzeug.test import Client

from mockserver import stores
from mockserver.app import Mock
from mockserver.catalogue.candidates import Plain, candidates
from mockserver.plan import Plan
from mockserver.state import State
from openapi.document import Document
from openapi.questions import Readings
from openapi.world import World

_DAY = 86_400  # seconds


def provocations(document: Document, world: World, readings: Readings) -> dict[str, Plain | None]:
    """Return for each outcome the first request that a fresh mock answers with this outcome alone.

    None means that no plain request was found. `Prefer: outcome=` still gets that outcome.
    """
    found: dict[str, Plain | None] = dict.fromkeys(document.outcomes)
    state = State.of(world, readings)
    mock = Client(Mock(Plan.of(document, readings), state, now=lambda: _DAY))
    for plain in candidates(document, world, stores.seed(world), now=_DAY):
        state.reset()
        mock.open(plain.path, method=plain.method, headers=dict(plain.headers), data=plain.body)
        outcomes = state.journal.entries()[0][0].outcomes
        if len(outcomes) == 1 and found[outcomes[0]] is None:
            found[outcomes[0]] = plain
    return found
