"""The pytest plugin: a mock of the enrol call for the tests of a client, and what they have met at the end.

The mock runs in a process of its own. So nothing of the kit but this package is imported into the tests.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Generator
from pathlib import Path
from typing import Any, Final

import pytest

from enrol_kit import told
from enrol_kit.enrol_mock import EnrolMock
from enrol_kit.every_outcome import EveryOutcome
from enrol_kit.mock_process import NotStarted
from enrol_kit.one_mock import OneMock
from enrol_kit.proof_run import Summary, summary

_PROOF: Final = "enrol_mock_proof"  # the key under which a worker of xdist hands its proof over
_MOCK: Final = pytest.StashKey[OneMock]()
_PROOFS: Final = pytest.StashKey[list[str]]()
_SUMMARY: Final = pytest.StashKey[Summary]()
_USED: Final = pytest.StashKey[EnrolMock]()
_LEVELS: Final = ("broken", "hygiene", "never")
_GATES: Final = {
    "outcomes": "documented errors and warnings",
    "shapes": "shapes of answers",
    "faults": "faults of gateways and connections",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the settings of the plugin. Each option has a twin in the configuration file."""
    parser.addini(
        "enrol_mock_options",
        "Options of `enrol-mock serve` for the fixture enrol_mock, such as --world tests/world.yaml. Paths are relative "
        "to the root folder of pytest.",
        default="",
    )
    group = parser.getgroup("enrol-mock", "the mock of the enrol call")
    options = [
        ("report-dir", "DIR", "Write proof.json, proof.xml and proof.html into this folder."),
        (
            "fail-on",
            "LEVEL",
            "Fail the run if what the client sends is broken by the page (broken), or also by standards (hygiene). Tests may "
            "send something wrong on purpose, so nothing fails without it (never).",
        ),
    ]
    options += [
        (f"require-{kind}", "N", f"Fail the run if the tests that use enrol_mock meet fewer {words}.")
        for kind, words in _GATES.items()
    ]
    for name, value, text in options:
        group.addoption(f"--enrol-{name}", metavar=value, help=text)
        parser.addini(f"enrol_{name.replace('-', '_')}", text)


def pytest_configure(config: pytest.Config) -> None:
    """Begin with no proof of a worker. A setting that can be no right one is refused before the tests run."""
    config.stash[_PROOFS] = []
    for kind in _GATES:
        if (number := _setting(config, f"require-{kind}")[0]) and not number.isdecimal():
            raise pytest.UsageError(f"--enrol-require-{kind} {number}: is no whole number")
    if (level := _setting(config, "fail-on")[0]) and level not in _LEVELS:
        raise pytest.UsageError(f"--enrol-fail-on {level}: is none of {', '.join(_LEVELS)}")
    given, start = _setting(config, "report-dir")
    if given and not _can_be_written(start / given):
        raise pytest.UsageError(f"--enrol-report-dir {given}: no files can be written there")


def _can_be_written(folder: Path) -> bool:
    """Return whether a folder can be written to, or made. Nothing is made: there may be no proof to write."""
    at = next(one for one in (folder, *folder.parents) if one.exists())
    return at.is_dir() and os.access(at, os.W_OK | os.X_OK)


@pytest.fixture(scope="session")
def enrol_mock_server(request: pytest.FixtureRequest) -> EnrolMock:
    """A session that lasts as long as the test process, for an application that is started once with its URL.

    In a test that uses this fixture, itself or through another one, `enrol_mock` is the same session.
    """
    return _started(request.config).shared()


@pytest.fixture
def enrol_mock(request: pytest.FixtureRequest) -> EnrolMock:
    """A session of a mock of the enrol call, as its world says: with nothing added, and nobody else enrolled."""
    mock, test = _started(request.config), request.node.nodeid
    session = mock.shared() if "enrol_mock_server" in request.fixturenames else mock.session_for(test)
    session.reset(test=test[-500:])
    request.node.stash[_USED] = session
    return session


@pytest.fixture
def every_outcome(request: pytest.FixtureRequest) -> EveryOutcome:
    """A mock whose every answer is one case. A test that uses it runs once for each case of the gauntlet."""
    test = request.node.nodeid
    one = _started(request.config)
    mock = EveryOutcome(one.session_for(test), request.param, one.cases(), test=test[-500:])
    request.node.stash[_USED] = mock
    return mock


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make a test of each case. The mock is started for it, since it knows the cases."""
    if "every_outcome" in metafunc.fixturenames:
        metafunc.parametrize("every_outcome", _started(metafunc.config).cases(), indirect=True, ids=str)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, None]:
    """Show with a failure what the test has asked of the mock, and why it answered so."""
    made = yield
    report = made.get_result()
    if report.failed and (mock := item.stash.get(_USED, None)):
        report.sections.append((told.TITLE, told.exchanges(mock)))


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take the proof that a worker of xdist hands over. One that has crashed has none."""
    if proof := getattr(node, "workeroutput", {}).get(_PROOF):
        node.config.stash[_PROOFS].append(proof)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """End the mock. Hand its proof to the process that reports, or put all proofs together there."""
    config = session.config
    mock = config.stash.get(_MOCK, None)
    own = mock.stop() if mock else None
    if hasattr(config, "workeroutput"):
        config.workeroutput[_PROOF] = own
        return
    proofs, gates = [*config.stash[_PROOFS], *([own] if own else [])], _chosen(config)
    is_gated = any(option.startswith("--require") for option in gates)
    if config.option.collectonly or not (proofs or is_gated):
        return
    nothing = Summary("missed: no test has used enrol_mock, so nothing that is required was met", 1)
    config.stash[_SUMMARY] = found = summary(proofs, gates) if proofs else nothing
    if found.code and session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print what the tests have met of the documented call."""
    if found := config.stash.get(_SUMMARY, None):
        terminalreporter.section("enrol mock", red=bool(found.code), green=not found.code)
        terminalreporter.write_line(found.text)


def _started(config: pytest.Config) -> OneMock:
    """Return the mock of this process; it is started if it was not."""
    mock = config.stash.get(_MOCK, None)
    if mock is None:
        try:
            options = shlex.split(config.getini("enrol_mock_options"))
        except ValueError as error:
            why = f"enrol_mock_options is no valid list of options: {error}"
            raise pytest.fail.Exception(why, pytrace=False) from None
        worker = getattr(config, "workerinput", {}).get("workerid", "main")
        config.stash[_MOCK] = mock = OneMock(options, config.rootpath, worker)
    try:
        mock.root()
    except NotStarted as error:
        raise pytest.fail.Exception(f"the fixture enrol_mock: {error}", pytrace=False) from None
    return mock


def _chosen(config: pytest.Config) -> list[str]:
    """Return the options for `enrol-mock proof`, from the command line or else from the configuration file."""
    chosen = []
    for name in ("report-dir", "fail-on", *(f"require-{kind}" for kind in _GATES)):
        given, folder = _setting(config, name)
        if given:
            chosen += [f"--{name}", str(folder / given) if name == "report-dir" else given]
        elif name == "fail-on":
            chosen += ["--fail-on", "never"]
    return chosen


def _setting(config: pytest.Config, name: str) -> tuple[str, Path]:
    """Return a setting, '' for none, and the folder to which it is relative: of the command line, or else of the file."""
    key = f"enrol_{name.replace('-', '_')}"
    if given := config.getoption(key, None):
        return str(given), config.invocation_params.dir
    return str(config.getini(key)), config.rootpath
