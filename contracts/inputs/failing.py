"""Failing requests: those that broke a claim are kept in a database of Hypothesis, and later runs ask them first.

Hypothesis itself would end at the first failure, and send failing requests again to be sure. Here a run goes on, and
the record has judged each answer already. So this file alone uses two of its internal functions.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from hypothesis import given
from hypothesis.control import current_build_context
from hypothesis.database import DirectoryBasedExampleDatabase, choices_to_bytes
from hypothesis.strategies import SearchStrategy

from contracts.inputs.strategies import reuse_settings

Case = TypeVar("Case")


class BrokeClaim(Exception):
    """Raised when an answer broke a claim, so that Hypothesis keeps the request. Each claim has a subclass of its own."""


class Failing:
    """Keeps the requests of one run that broke a claim, one for each claim and lane, and asks those of earlier runs.

    `folder`: that of the database. `broken`: returns the claims that answers have broken so far, in their order.
    """

    def __init__(self, folder: Path, broken: Callable[[], list[str]]):
        self._database = DirectoryBasedExampleDatabase(folder)
        self._broken = broken
        self._kept: set[tuple[str, str]] = set()

    def ask_again(self, lane: str, cases: SearchStrategy[Case], ask: Callable[[Case], None], most: int) -> None:
        """Ask what earlier runs kept for a lane, up to `most`, and forget what no longer breaks a claim."""
        if not any(self._database.fetch(lane.encode())):
            return
        known: dict[bytes, type[BrokeClaim]] = {}

        @reuse_settings(most, self._database)
        @given(cases)
        def ask_case(case: Case) -> None:
            # Hypothesis runs what has failed once more. A host with state might answer it differently.
            choices = _choices()
            if choices not in known:
                for claim in self._claims_broken_by(case, ask)[:1]:
                    known[choices] = type(claim, (BrokeClaim,), {})
            if choices in known:
                raise known[choices]

        ask_case._hypothesis_internal_database_key = lane.encode()  # type: ignore[attr-defined]  # read by its engine
        try:
            ask_case()
        except BrokeClaim:
            return
        except ExceptionGroup as group:
            if rest := group.split(BrokeClaim)[1]:
                raise rest from None

    def ask(self, lane: str, case: Case, ask: Callable[[Case], None]) -> None:
        """Ask a generated case, and keep it if it is the first of its lane that breaks a claim."""
        for claim in self._claims_broken_by(case, ask):
            if (lane, claim) not in self._kept:
                self._kept.add((lane, claim))
                self._database.save(lane.encode(), _choices())

    def _claims_broken_by(self, case: Case, ask: Callable[[Case], None]) -> list[str]:
        before = len(self._broken())
        ask(case)
        return self._broken()[before:]


def _choices() -> bytes:
    """Return the choices that made the current case, as the database keeps them."""
    return choices_to_bytes(current_build_context().data.choices)
