"""The control plane under /_mock/: look into the mock, and start it over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from werkzeug.wrappers import Request

from mockserver.control.journal import Entry, Journal
from mockserver.exchange.answers import Data
from mockserver.stores import Record, Store
from openapi.document import Document
from openapi.questions import Readings
from openapi.world import World

PREFIX = "/_mock/"
HEALTH = "/_mock/health"


class Control:
    """The doors of the control plane. They need no credentials and show none."""

    def __init__(self, document: Document, world: World, readings: Readings, store: Store, journal: Journal) -> None:
        self._document = document
        self._readings = readings
        self._world = world
        self._store = store
        self._journal = journal
        self._doors: dict[tuple[str, str], Callable[[], Any]] = {
            ("GET", HEALTH): self._health,
            ("GET", "/_mock/journal"): self._show_journal,
            ("GET", "/_mock/enrolments"): self._enrolments,
            ("GET", "/_mock/world"): self._show_world,
            ("GET", "/_mock/outcomes"): self._outcomes,
            ("GET", "/_mock/readings"): self._show_readings,
            ("POST", "/_mock/reset"): self._reset,
        }

    def answer(self, request: Request) -> Data:
        """Answer a request to the control plane; to an unknown one with the doors there are."""
        method = "GET" if request.method == "HEAD" else request.method
        door = self._doors.get((method, request.path))
        if door:
            return Data(door())
        methods = [known for known, path in self._doors if path == request.path]
        doors = [f"{known} {path}" for known, path in self._doors]
        if methods:
            return Data({"doors": doors}, status=405, headers=(("Allow", ", ".join(methods)),))
        return Data({"doors": doors}, status=404)

    def _health(self) -> dict[str, Any]:
        return {"status": "ok"}

    def _show_journal(self) -> dict[str, Any]:
        return {"exchanges": [_shown(entry) for entry in self._journal.entries()]}

    def _enrolments(self) -> dict[str, Any]:
        return {"enrolments": [_recorded(record) for record in self._store.records()]}

    def _show_world(self) -> dict[str, Any]:
        """Return the world without its credentials."""
        shown: dict[str, Any] = msgspec.to_builtins(self._world)
        del shown["credentials"]
        return shown

    def _outcomes(self) -> dict[str, Any]:
        return {"outcomes": list(self._document.outcomes.values())}

    def _show_readings(self) -> dict[str, Any]:
        return {"readings": self._readings}

    def _reset(self) -> dict[str, Any]:
        """Go back to the world's enrolments and an empty journal."""
        self._store.reset()
        self._journal.clear()
        return self._enrolments()


def _recorded(record: Record) -> dict[str, Any]:
    return {
        "customer": record.customer,
        "promotion": record.promotion,
        "sequence": record.sequence,
        "enrollmentId": record.enrollment_id,
        "optinId": record.optin_id,
        "optedIn": record.opted_in,
    }


def _shown(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "at": entry.at,
        "durationMs": round(entry.duration, 3),
        "method": entry.method,
        "path": entry.path,
        "status": entry.status,
        "outcomes": entry.outcomes,
        "why": entry.why,
        "request": {
            "headers": {_as_sent(name): value for name, value in entry.request_headers.items()},
            "body": entry.request_body.decode(errors="replace"),
        },
        "response": {"body": entry.response_body.decode(errors="replace")},
    }


def _as_sent(name: str) -> str:
    """Return a WSGI variable's name as the header it came from."""
    return name.removeprefix("HTTP_").replace("_", "-").title()
