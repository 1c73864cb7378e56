"""The runner: pytest is isolated from the surrounding project, and a bug of the suite gives no verdict."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from rich.console import Console

from contracts.inputs.roles import Roles
from contracts.reports.progress import Progress
from contracts.session.opening import Order
from contracts.session.session import Session
from contracts.suite import runner
from tests.contracts.conftest import ListWire, make_answer, make_session, refusal
from tests.contracts.oracle.test_judge import WHOLE
from tests.contracts.served import SMALL


@pytest.fixture
def suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty suite that replaces the real one, with the parts `one` and `two`."""
    ini = (runner._SUITE / "pytest.ini").read_text(encoding="utf-8")
    folder = tmp_path / "suite"
    folder.mkdir()
    (folder / "pytest.ini").write_text(ini, encoding="utf-8")
    for part in ("one", "two"):
        monkeypatch.delitem(sys.modules, f"test_{part}", raising=False)  # of the test before
        (folder / f"test_{part}.py").write_text("def test_nothing():\n    pass\n", encoding="utf-8")
    monkeypatch.setattr(runner, "_SUITE", folder)
    return folder


def write(suite: Path, part: str, *lines: str) -> None:
    (suite / f"test_{part}.py").write_text("\n".join((*lines, "")), encoding="utf-8")


def run(session: Session | None = None) -> bool:
    session = session or make_session(ListWire([]))
    begin = Progress(Console(quiet=True), session.record).begin
    roles = Roles(session.record.target, 1)
    return runner.run_suite(session, roles, Order(profile=SMALL, seed=5, parts=("one", "two")), begin=begin)


def ask(suite: Path, part: str, body: str = "{'action': 'ENROL'}") -> None:
    """Write a part that sends a request and creates a file in the current folder."""
    mark = suite / f"{part}.ran"
    write(suite, part, "def test_asks(host):", f"    open({str(mark)!r}, 'w').close()", f"    host.call({body})")


def test_the_suite_runs_to_its_end(suite: Path) -> None:
    assert run()


def test_tests_are_given_the_host_the_roles_the_profile_and_the_seed(suite: Path) -> None:
    write(
        suite,
        "one",
        "def test_given(host, roles, profile, run_seed):",
        "    assert (roles.target, profile.name, run_seed) == (host.target, 'quick', 5)",
    )
    assert run()


@pytest.mark.parametrize(
    ("lines", "error", "message"),
    [
        (["def test_bug():", "    raise RuntimeError('a bug')"], RuntimeError, "a bug"),
        (["def test_bug():", "    assert 1 == 2"], AssertionError, "1 == 2"),
        (["def test_bug(no_such_fixture):", "    pass"], Exception, "no_such_fixture"),
        (["import no_such_module"], Exception, "no_such_module"),
        (["def test_bug("], Exception, "SyntaxError"),
    ],
    ids=["raises", "asserts", "fixture", "import", "syntax"],
)
def test_a_bug_of_the_suite_is_raised_and_gives_no_verdict(
    suite: Path, lines: list[str], error: type[Exception], message: str
) -> None:
    write(suite, "one", *lines)
    ask(suite, "two")
    with pytest.raises(error, match=message):
        run()
    assert not (suite / "two.ran").exists()


def test_a_part_that_is_missing_is_raised(suite: Path) -> None:
    (suite / "test_two.py").unlink()
    with pytest.raises(RuntimeError, match=r"pytest could not run the suite \(exit code 4\)"):
        run()


def test_a_suite_without_tests_is_raised(suite: Path) -> None:
    for part in ("one", "two"):
        write(suite, part, "")
    with pytest.raises(RuntimeError, match=r"pytest could not run the suite \(exit code 5\)"):
        run()


def test_a_broken_claim_is_no_bug_and_the_suite_goes_on(suite: Path) -> None:
    ask(suite, "one", "{}")
    ask(suite, "two", "{}")
    session = make_session(ListWire([make_answer({"data": "text"}), make_answer({"data": "text"})]))
    assert run(session)
    assert len(session.record.exchanges) == 2
    assert session.record.findings.count("broken") == 1


def test_a_request_that_is_not_permitted_is_skipped_and_the_suite_goes_on(suite: Path) -> None:
    write(
        suite,
        "one",
        "from contracts.suite.runner import NotPermitted",
        "def test_refused():",
        "    raise NotPermitted('not here')",
    )
    ask(suite, "two", "{}")
    session = make_session(ListWire([make_answer(refusal(310003, WHOLE[310003]), 400)]))
    assert run(session)
    assert len(session.record.exchanges) == 1


def test_an_interrupt_ends_the_suite_and_is_returned(suite: Path) -> None:
    write(suite, "one", "def test_interrupted():", "    raise KeyboardInterrupt")
    ask(suite, "two")
    assert not run()
    assert not (suite / "two.ran").exists()


def test_the_surrounding_project_has_no_effect(
    suite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """The options, plugins and configuration of this project would each break the run."""
    (tmp_path / "conftest.py").write_text("raise SystemError('foreign conftest')\n", encoding="utf-8")
    (suite / "conftest.py").write_text("raise SystemError('conftest beside')\n", encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option\n", encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text("[tool.pytest.ini_options\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTEST_ADDOPTS", "--no-such-option")
    monkeypatch.setenv("PYTEST_PLUGINS", "no_such_plugin")
    monkeypatch.delenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", raising=False)
    assert run()
    assert os.environ["PYTEST_ADDOPTS"] == "--no-such-option"
    assert os.environ["PYTEST_PLUGINS"] == "no_such_plugin"
    assert "PYTEST_DISABLE_PLUGIN_AUTOLOAD" not in os.environ
    assert capfd.readouterr() == ("", "")
    assert not (tmp_path / ".pytest_cache").exists()


def test_the_environment_is_restored_after_a_bug(suite: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "0")
    write(suite, "one", "import no_such_module")
    with pytest.raises(Exception, match="no_such_module"):
        run()
    assert os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] == "0"


def test_every_file_of_the_suite_is_a_part_of_it() -> None:
    files = {path.stem.removeprefix("test_") for path in runner._SUITE.glob("test_*.py")}
    assert files == {*runner.PARTS, *runner.LIVE_PARTS}
