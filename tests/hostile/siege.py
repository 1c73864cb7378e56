"""A siege: one mock, all cases of the corpus and changed ones, and a healthy client meanwhile. What came of it is data."""

from __future__ import annotations

import asyncio
import json
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.bench.processes import usage
from tests.hostile.case import STUCK, Case
from tests.hostile.client import ask_all
from tests.hostile.corpus import control, credentials, fields, framing, heads, http2, json_texts
from tests.hostile.healthy import healthy
from tests.mockserver.process import Process

CORPUS: dict[str, tuple[Case, ...]] = {
    "json_texts": json_texts.CASES,
    "fields": fields.CASES,
    "framing": framing.CASES,
    "heads": heads.CASES,
    "http2": http2.CASES,
    "credentials": credentials.CASES,
    "control": control.CASES,
}


@dataclass(frozen=True, slots=True)
class Siege:
    """`statuses` has what came back for each case, in its order. `waits` are the seconds of a healthy client's answers.

    `memory` is what the mock had at most, in MB. `journal` and `sessions` are what its control plane says afterwards.
    """

    cases: tuple[Case, ...]
    statuses: tuple[tuple[int, ...], ...]
    waits: tuple[float, ...]
    memory: float
    journal: dict[str, Any]
    sessions: tuple[str, ...]

    def wrong(self, cases: Sequence[Case]) -> list[str]:
        """Return a line about each of these cases that was not answered as it should be."""
        return [
            f"{case.name}: {found}, allowed are {sorted(case.allowed)}"
            for case, found in zip(self.cases, self.statuses, strict=True)
            if case in cases and (found[0] not in case.allowed or 500 in found or STUCK in found)
        ]


def besiege(process: Process, cases: Sequence[Case]) -> Siege:
    """Send all cases to a mock. Raises CalledProcessError if a healthy client gets no answer meanwhile."""
    with healthy(process.url) as waits:
        statuses = asyncio.run(ask_all(process.address, cases))
    sessions = _get(process, "/_mock/sessions")["sessions"]
    journal = _get(process, "/_mock/journal")
    peak = usage(process.popen.pid).peak
    return Siege(tuple(cases), tuple(statuses), tuple(waits), peak, journal, tuple(one["name"] for one in sessions))


def _get(process: Process, path: str) -> dict[str, Any]:
    with urllib.request.urlopen(process.url + path, timeout=30) as answer:
        found: dict[str, Any] = json.load(answer)
    return found
