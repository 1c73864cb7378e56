"""The runner: run the suite with pytest in this process, isolated from the project in the current folder."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from contracts.exchange import Request
from contracts.host.connection import IDLE
from contracts.inputs.profiles import Profile
from contracts.inputs.roles import Roles
from contracts.oracle.history import History
from contracts.session.ahead import Ahead
from contracts.session.overlapping import Overlapping
from contracts.session.permission import NotPermitted
from contracts.session.session import Session
from contracts.suite.isolation import isolated

if TYPE_CHECKING:
    from contracts.inputs.failing import Failing

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


class _RunStopped(KeyboardInterrupt):
    """Raised when the run has stopped. As a KeyboardInterrupt it ends pytest and Hypothesis at once."""


class Host:
    """The host as the tests of the suite see it: they can send requests to it and read what is known about it."""

    def __init__(self, session: Session, ahead: Ahead, examples: Path | None):
        self.failing: Final = _failing(examples, session) if examples else None
        self._session = session
        self._ahead = ahead
        self._in_order = False
        self._overlapping = Overlapping(session)
        self.target: Final = session.record.target
        self.document: Final = session.record.document
        self.request_ids: Final = session.request_ids

    def ask(self, request: Request, *about: str, opening: bool = False) -> None:
        """Send a request and let the record judge the answer. `about`, `opening`: see Session.ask.

        A slow host may get it later, side by side with others; see Ahead.
        """
        if opening or self._in_order or not self._ahead.take(request, about):
            self._ahead.flush()
            self._session.ask(request, *about, opening=opening)
        self._go_on()

    def ask_at_once(self, requests: Sequence[Request], *about: str) -> None:
        """Send requests at the same moment, each over a new connection; see Overlapping."""
        self.settle()
        self._overlapping.ask(requests, *about)
        self._go_on()

    def seconds_to_end_of_token(self) -> float | None:
        """Return the seconds until the access token that requests carry has surely expired; None if nobody knows."""
        client = self.target.login.oauth
        return self._session.wire.tokens.seconds_to_end(client) if client else None

    def call(self, body: Any, *about: str) -> None:
        """Send an ordinary JSON body; see ask."""
        self.ask(Request(body=body), *about)

    def call_at_once(self, bodies: Sequence[Any], *about: str) -> None:
        """Send ordinary JSON bodies at the same moment; see ask_at_once."""
        self.ask_at_once([Request(body=body) for body in bodies], *about)

    @property
    def is_slow(self) -> bool:
        """Requests whose order does not matter are sent side by side; see Ahead."""
        return self._ahead.is_on

    def reconnect(self, *, idle: float = IDLE) -> None:
        """Let the next request open a new connection, and send all requests of this test in order; see Wire.reconnect."""
        self.settle()
        self._in_order = True
        self._session.wire.reconnect(idle=idle)

    def rest(self, seconds: float) -> None:
        """Send nothing for so many seconds."""
        self.settle()
        self._session.pacer.rest(seconds)

    @property
    def history(self) -> History:
        """What the host has done so far."""
        self.settle()
        return self._session.record.history

    def settle(self) -> None:
        """Send everything that waits; see Ahead."""
        self._ahead.flush()
        self._go_on()

    def begin(self) -> None:
        """Begin a test."""
        self._in_order = False
        self.change_connection()

    def change_connection(self) -> None:
        """Let the next request open a new connection: a host may give each to another node, of which one may be older."""
        self._session.wire.reconnect()

    def _go_on(self) -> None:
        if self._session.stopped:
            raise _RunStopped


def _failing(examples: Path, session: Session) -> Failing:
    from contracts.inputs.failing import Failing  # it imports Hypothesis, which must not be before the run is isolated

    return Failing(examples, session.record.findings.broken)


class SuitePlugin:
    """Provides the fixtures of the suite, and fails tests whose answers broke a claim.

    `begin`: called with the name of a part of the suite before each of its tests. `crash`: the error of a test that
    failed for another reason.
    """

    def __init__(
        self, host: Host, session: Session, roles: Roles, profile: Profile, seed: int, begin: Callable[[str], None]
    ):
        self._host = host
        self._findings = session.record.findings
        self._roles = roles
        self._profile = profile
        self._seed = seed
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
        return self._profile

    @pytest.fixture(scope="session")
    def run_seed(self) -> int:
        """The seed from which requests are generated."""
        return self._seed

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
    profile: Profile,
    *,
    seed: int,
    begin: Callable[[str], None],
    parts: tuple[str, ...] = (),
    examples: Path | None = None,
    say: Callable[[str], None] = lambda text: None,
) -> bool:
    """Run the whole suite, or some `parts` of it. The results are in the session's record.

    `begin`: called with the name of each part. `examples`: see Failing. `say`: tells the user something. Returns False
    if a user interrupted the suite. Raises Misuse, and the error of a test that failed because of a bug.
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
        *("-p", "no:unraisableexception"),  # it runs the garbage collector at every start and end, which is slow
    ]
    with isolated():
        host = Host(session, Ahead(session, profile, say), examples)
        plugin = SuitePlugin(host, session, roles, profile, seed, begin)
        code = pytest.main(arguments, plugins=[plugin])
    if plugin.crash:
        raise plugin.crash
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED):
        raise RuntimeError(f"pytest could not run the suite (exit code {int(code)})")
    return code != pytest.ExitCode.INTERRUPTED or bool(session.stopped)
