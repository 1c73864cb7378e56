"""The runner: run the suite with pytest in this process, isolated from the project in the current folder."""

from __future__ import annotations

from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any, Final

import pytest

from contracts.inputs.profiles import Profile
from contracts.inputs.roles import Roles
from contracts.session.ahead import Ahead
from contracts.session.opening import Order
from contracts.session.permission import NotPermitted
from contracts.session.session import Session
from contracts.suite.host import Host
from contracts.suite.isolation import isolated

_SUITE: Final = Path(__file__).parent
# In this order: `examples` sends the first enrolment, `products` begins with what must be accepted, and the parts that
# use up test data come last.
PARTS: Final = (
    "examples",
    "products",
    "fields",
    "rules",
    "identifiers",
    "credentials",
    "transport",
    "bodies",
    "echo",
    "together",
    "limits",
    "journeys",
    "fuzz",
    "connections",
)
# On a live host: the safe list, then the permitted enrolments.
LIVE_PARTS: Final = ("live", "permitted")


class SuitePlugin:
    """Provides the fixtures of the suite, and fails tests whose answers broke a claim.

    `begin`: called with the name of a part of the suite before each of its tests. `crash`: the error of a test that
    failed for another reason.
    """

    def __init__(self, host: Host, session: Session, roles: Roles, order: Order, begin: Callable[[str], None]):
        self._host = host
        self._findings = session.record.findings
        self._roles = roles
        self._order = order
        self._begin = begin
        self._last: tuple[pytest.Item, ...] = ()
        self.crash: Exception | None = None

    @pytest.fixture(scope="session")
    def host(self) -> Host:
        """The host under test."""
        return self._host

    @pytest.fixture(scope="session")
    def roles(self) -> Roles:
        """The roles of the test data."""
        return self._roles

    @pytest.fixture(scope="session")
    def profile(self) -> Profile:
        """The profile: how many requests to send."""
        return self._order.profile

    @pytest.fixture(scope="session")
    def run_seed(self) -> int:
        """The seed from which requests are generated."""
        return self._order.seed

    @pytest.fixture
    def needs_customers(self) -> None:
        """Skip a test that needs customers, where none are known."""
        if not self._roles.customers:
            pytest.skip("needs customers")

    @pytest.fixture(scope="session")
    def sent_again(self) -> list[dict[str, Any]]:
        """The bodies that were sent twice with one requestId, for a third time much later."""
        return []

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Note the last test of each part: whatever waits is sent before the next part begins."""
        self._last = tuple({item.path: item for item in session.items}.values())

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, object, object]:
        """Fail the test if its answers broke a claim; skip it if a request is not permitted."""
        self._begin(item.path.stem.removeprefix("test_"))
        before = self._findings.count("broken")
        self._host.begin()
        try:
            result = yield
        except NotPermitted as refused:
            pytest.skip(str(refused))  # the claims that it would test end as unreached
        finally:
            if item in self._last:
                self._host.settle()
        found = self._findings.count("broken") - before
        if found:
            pytest.fail(f"{found} findings", pytrace=False)
        return result

    def pytest_exception_interact(self, call: pytest.CallInfo[object]) -> None:
        """End the run if a test itself fails: claims that it did not test must not count as kept."""
        error = call.excinfo.value if call.excinfo else None
        if isinstance(error, Exception):
            self.crash = error
            raise KeyboardInterrupt


def run_suite(
    session: Session,
    roles: Roles,
    order: Order,
    *,
    begin: Callable[[str], None],
    say: Callable[[str], None] = lambda text: None,
) -> bool:
    """Run the parts of the suite that an order asks for. The results are in the session's record.

    `begin`: called with the name of each part. `say`: tells the user something. Returns False if a user interrupted the
    suite. Raises Misuse, and the error of a test that failed because of a bug.
    """
    parts = order.parts or (LIVE_PARTS if session.record.target.live else PARTS)
    arguments = [
        *(str(_SUITE / f"test_{part}.py") for part in parts),
        f"--config-file={_SUITE / 'pytest.ini'}",
        f"--rootdir={_SUITE}",
        f"--confcutdir={_SUITE}",
        "--noconftest",
        "--capture=no",
        "--import-mode=importlib",
        *("-p", "no:cacheprovider", "-p", "no:terminal", "-p", "no:faulthandler", "-p", "no:logging"),
        *("-p", "no:unraisableexception"),  # it runs the garbage collector at every start and end, which is slow
    ]
    with isolated():
        host = Host(session, Ahead(session, order.profile, say), order.examples)
        plugin = SuitePlugin(host, session, roles, order, begin)
        code = pytest.main(arguments, plugins=[plugin])
    if plugin.crash:
        raise plugin.crash
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED):
        raise RuntimeError(f"pytest could not run the suite (exit code {int(code)})")
    return code != pytest.ExitCode.INTERRUPTED or bool(session.stopped)
