"""The one mock of a test process: it starts when a test first needs it, and gives each test a session of its own."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from enrol_kit.enrol_mock import EnrolMock
from enrol_kit.every_outcome import cases
from enrol_kit.expectations import Case
from enrol_kit.mock_process import mock_process

_LONGEST: Final = 40  # characters of a test's name in the name of its session


class OneMock:
    """A mock that is started once.

    `options` are those of `enrol-mock serve`, with paths relative to `folder`. `worker` names this test process.
    """

    def __init__(self, options: Sequence[str], folder: Path, worker: str) -> None:
        self._options, self._folder, self._worker = options, folder, worker
        self._left = ExitStack()
        self._root: EnrolMock | None = None
        self._cases: tuple[Case, ...] = ()
        self._numbers = itertools.count(1)

    def root(self) -> EnrolMock:
        """Return the session without a name. Raises NotStarted."""
        if self._root is None:
            url = self._left.enter_context(mock_process(self._options, self._folder))
            self._root = EnrolMock(url)
            self._left.callback(self._root.close)
        return self._root

    def cases(self) -> tuple[Case, ...]:
        """Return the cases of the gauntlet. Raises NotStarted."""
        if not self._cases:
            self._cases = cases(self.root())
        return self._cases

    def shared(self) -> EnrolMock:
        """Return the session that lasts as long as the test process."""
        return self.root().session(f"tests-{self._worker}")

    def session_for(self, test: str) -> EnrolMock:
        """Return a new session for a test, named as pytest names it (tests/test_x.py::test_y)."""
        name = re.sub(r"[^A-Za-z0-9._-]+", "-", test.rpartition("::")[2])[:_LONGEST]
        return self.root().session(f"{self._worker}-{next(self._numbers)}-{name}")

    def stop(self) -> str | None:
        """End the mock, and return what it has recorded of the client, as the JSON of a proof.

        None if it was not started, or does not answer any more.
        """
        if self._root is None:
            return None
        try:
            return json.dumps(self._root.ask("GET", "/_mock/proof"))
        except (OSError, RuntimeError):
            return None
        finally:
            self._root = None
            self._left.close()
