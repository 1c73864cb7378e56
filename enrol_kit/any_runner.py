"""A mock for the tests of any runner, such as unittest."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from enrol_kit.enrol_mock import EnrolMock
from enrol_kit.mock_process import mock_process


@contextmanager
def mock_server(*options: str, folder: str | os.PathLike[str] | None = None) -> Iterator[EnrolMock]:
    """Run a mock of the enrol call, as in `with mock_server("--auth", "off") as mock:`.

    `options` are those of `enrol-mock serve`; `folder` is the one to which their paths are relative, if not the current
    one. `mock.session("name")` is a session of its own for one test. Raises NotStarted.
    """
    with mock_process(options, Path(folder) if folder else None) as url:
        mock = EnrolMock(url)
        try:
            yield mock
        finally:
            mock.close()
