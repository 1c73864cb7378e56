"""The runner: pytest, isolated from whatever project it is started in, with one session for the whole suite."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from contracts.exchange import Request
from contracts.inputs.profiles import Profile
from contracts.inputs.roles import Roles
from contracts.session.permission import NotPermitted
from contracts.session.session import Session

_SUITE: Final = Path(__file__).parent
# The order matters: the first enrolment comes first, and what spends the test data comes last.
PARTS: Final = ("examples", "fields", "rules", "credentials", "transport", "echo", "journeys", "fuzz")
# Where nobody may be enrolled without permission, a fixed list, and what was permitted.
LIVE_PARTS: Final = ("live", "permitted")


class _Leave(KeyboardInterrupt):
    """Raised to leave pytest and Hypothesis at once, as Ctrl-C would, when the run has stopped."""


class Host:
    """The host as the tests of the suite see it: they ask it, and look at what is known of it. They judge nothing."""

    def __init__(self, session: Session):
        self._session = session
        self.target: Final = session.record.target
        self.document: Final = session.record.document
        self.history: Final = session.record.history
        self.request_ids: Final = session.request_ids

    def ask(self, request: Request, *about: str, opening: bool = False) -> None:
        """Send a request and let the record judge what comes back. `about`, `opening`: see Session.ask."""
        self._session.ask(request, *about, opening=opening)
        if self._session.stopped:
            raise _Leave

    def call(self, body: Any, *about: str) -> None:
        """Ask with an ordinary JSON body."""
        self.ask(Request(body=body), *about)


class SuitePlugin:
    """Gives the tests of the suite what they need, and fails those whose answers broke a claim.

    `begin` is told the name of each part of the suite before its tests run.
    """

    def __init__(self, session: Session, roles: Roles, profile: Profile, seed: int, begin: Callable[[str], None]):
        self._host = Host(session)
        self._findings = session.record.findings
        self._roles = roles
        self._profile = profile
        self._seed = seed
        self._begin = begin
        self.crash: Exception | None = None

    @pytest.fixture(scope="session")
    def host(self) -> Host:
        """The host under test."""
        return self._host

    @pytest.fixture(scope="session")
    def roles(self) -> Roles:
        """The test data by its parts."""
        return self._roles

    @pytest.fixture(scope="session")
    def profile(self) -> Profile:
        """How much is asked."""
        return self._profile

    @pytest.fixture(scope="session")
    def run_seed(self) -> int:
        """The seed of everything that is generated."""
        return self._seed

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, object, object]:
        """Fail the test when its answers broke a claim; skip it where nobody permitted what it asks."""
        self._begin(item.path.stem.removeprefix("test_"))
        before = self._findings.count("broken")
        try:
            result = yield
        except NotPermitted as refused:
            pytest.skip(str(refused))  # says what was not permitted; what it would reach is reported as unreached
        found = self._findings.count("broken") - before
        if found:
            pytest.fail(f"{found} findings", pytrace=False)
        return result

    def pytest_exception_interact(self, call: pytest.CallInfo[object]) -> None:
        """Leave at once when the suite itself fails: what it did not ask must not count as kept."""
        error = call.excinfo.value if call.excinfo else None
        if isinstance(error, Exception):
            self.crash = error
            raise KeyboardInterrupt


def run_suite(
    session: Session,
    roles: Roles,
    profile: Profile,
    *,
    seed: int,
    begin: Callable[[str], None],
    parts: tuple[str, ...] = (),
) -> bool:
    """Run the whole suite, or `parts` of it, in this process; what it finds is in the session's record.

    `begin` is told the name of each part. Returns False where somebody interrupted it. Raises Misuse, and whatever a
    bug of the suite raised.
    """
    arguments = [
        *(str(_SUITE / f"test_{part}.py") for part in parts or (LIVE_PARTS if session.record.target.live else PARTS)),
        f"--config-file={_SUITE / 'pytest.ini'}",
        f"--rootdir={_SUITE}",
        f"--confcutdir={_SUITE}",
        "--noconftest",
        "--capture=no",
        "--import-mode=importlib",
        *("-p", "no:cacheprovider", "-p", "no:terminal", "-p", "no:faulthandler", "-p", "no:logging"),
        *("-p", "no:unraisableexception"),  # it collects garbage at every start and end
    ]
    with _isolated():
        plugin = SuitePlugin(session, roles, profile, seed, begin)
        code = pytest.main(arguments, plugins=[plugin])
    if plugin.crash:
        raise plugin.crash
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED):
        raise RuntimeError(f"pytest could not run the suite (exit code {int(code)})")
    return code != pytest.ExitCode.INTERRUPTED or bool(session.stopped)


@contextmanager
def _isolated() -> Iterator[None]:
    """Keep options and plugins of the surrounding project away from the suite."""
    kept = {name: os.environ.pop(name, None) for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS")}
    loads = os.environ.get("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        yield
    finally:
        for name, value in {**kept, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": loads}.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def stopwatch() -> float:
    """Return seconds on a clock that only goes forward."""
    return time.monotonic()
