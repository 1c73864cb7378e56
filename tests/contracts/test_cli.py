"""The command line: exits 0 kept, 1 broken, 2 could not judge; misuse is one line on stderr."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from command_line.tool import Address
from contracts import cli
from contracts.host.wire import Wire
from contracts.reports import claims_page
from openapi.document import Document
from tests.contracts.served import Seen, broken, mock, served

# Only one part of the suite, to save time: the suite is not the subject here.
SHORT = "from contracts import cli; from contracts.suite import runner; runner.PARTS = ('examples',); cli.main()"
CLOSED = "http://127.0.0.1:9"


def process(*words: str, script: str = SHORT) -> subprocess.CompletedProcess[str]:
    """Run the command line in another process."""
    command = [sys.executable, "-c", script, *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def misuse(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Return the error line of a command that exits 2, without its prefix."""
    with pytest.raises(SystemExit) as exit_:
        cli.main(list(words))
    assert exit_.value.code == 2
    said = capsys.readouterr().err.strip()
    assert said.startswith("enrol-contract: ")
    assert "\n" not in said
    return said.removeprefix("enrol-contract: ")


def test_a_host_that_keeps_the_claims_exits_0_with_the_verdict_last() -> None:
    with served(mock()) as url:
        ended = process("run", url, "--seed", "1")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert re.fullmatch(r"kept: \d+ of 90 claims kept, \d+ not reached", ended.stdout.splitlines()[-1])
    assert ended.stdout.startswith(f"enrol-contract: {url}, profile default, seed 1\n")


def _say_nothing_of_successes(seen: Seen) -> None:
    if seen.status == 200:
        seen.answer["data"] = None


def _mistake_the_code(seen: Seen) -> None:
    for error in seen.answer["errors"] or ():
        error["code"] = 310009


def test_a_host_that_breaks_a_claim_exits_1_with_the_verdict_last() -> None:
    with served(broken(_say_nothing_of_successes)) as url:
        ended = process("run", url, "--fail-fast")
    assert (ended.returncode, ended.stderr) == (1, "")
    assert ended.stdout.splitlines()[-1].startswith("broken: ")
    assert "curl " in ended.stdout


def test_a_host_that_does_not_answer_exits_2_in_one_line() -> None:
    ended = process("run", CLOSED)
    assert ended.returncode == 2
    assert ended.stderr == f"enrol-contract: {CLOSED} gave no answer: Connection refused\n"


def test_the_module_is_the_command() -> None:
    command = [sys.executable, "-m", "contracts", "--version"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert re.fullmatch(r"enrol-contract, version [\d.]+\n", ended.stdout)


def test_a_host_can_be_started_for_the_run(tmp_path: Path) -> None:
    host = tmp_path / "host.py"
    host.write_text(
        "from tests.contracts.served import mock, served\nimport signal\n"
        "with served(mock()) as url:\n    print('listening on', url, flush=True)\n    signal.pause()\n",
        encoding="utf-8",
    )
    ended = process("run", "--start", f"{sys.executable} -c \"exec(open('{host}').read())\"", "--seed", "1")
    assert (ended.returncode, ended.stderr) == (0, "")


FILES = {"--target", "--readings", "--baseline", "--ca-bundle", "--report-dir", "--example-database", "--output"}


@pytest.mark.parametrize(
    ("command", "option"),
    [
        (command, option)
        for command in ("run", "load", "probe")
        for param in cli.cli.commands[command].params
        for option in sorted(FILES.intersection(param.opts))
    ],
)
def test_wrong_file_is_told_before_a_host_is_started(
    capsys: pytest.CaptureFixture[str], command: str, option: str, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    assert "no-such" not in misuse(capsys, command, "--start", "no-such", option, str(tmp_path / "file" / "below"))


def test_start_fails_after_the_files_were_read(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    words = ("run", "--start", "no-such", "--report-dir", str(tmp_path), "--this-is-a-test-host", "host:1")
    assert misuse(capsys, *words) == "--start: no-such cannot be started: No such file or directory"


def test_refused_file_leaves_reports_that_say_so(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    misuse(capsys, "run", "--start", "no-such", "--report-dir", str(tmp_path), "--target", "nowhere.yaml")
    assert "nowhere.yaml" in (tmp_path / "report.json").read_text(encoding="utf-8")


def test_output_that_cannot_be_written_is_told_before_the_host_is_asked(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    place = tmp_path / "no" / "where.yaml"
    line = misuse(capsys, "probe", CLOSED, "--output", str(place))
    assert line == f"--output: {place} cannot be written: No such file or directory"


@pytest.mark.parametrize("words", [["--help"], ["-h"], ["run", "--help"]])
def test_help_is_printed(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    cli.main(words)
    said = capsys.readouterr().out
    assert said.startswith("Usage: enrol-contract")
    assert "--help" in said


def test_without_a_command_help_is_printed_and_the_exit_code_is_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        cli.main([])
    assert exit_.value.code == 2
    assert len(capsys.readouterr().err.splitlines()) > 5


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["run"], "no host is given; give HOST, such as http://127.0.0.1:8080, or set `host` in the target file"),
        (["run", CLOSED, "--start", "x"], "both HOST and --start are given; give one of them"),
        (["run", "--start", ""], "no host is given; give HOST, such as http://127.0.0.1:8080, or set `host` in the target file"),
        (["run", "--start", "no-such"], "--start: no-such cannot be started: No such file or directory"),
        (["run", "http://elsewhere.example"], "'http://elsewhere.example' would get the credentials unencrypted; use https:// for a host that is not this machine, or name a service container with --this-is-a-test-host"),
        (["run", CLOSED, "--target", "no-such.yaml"], "no-such.yaml: cannot be read: No such file or directory"),
        (["run", CLOSED, "--readings", "no-such.yaml"], "no-such.yaml: cannot be read: No such file or directory"),
        (["walk"], "No such command 'walk'."),
        (["run", "--profile", "huge"], "Invalid value for '--profile': 'huge' is not one of 'quick', 'default', 'thorough'."),
        (["run", "--seed", "-1"], "Invalid value for '--seed': -1 is not in the range x>=0."),
        (["run", "--timeout", "soon"], "Invalid value for '--timeout': 'soon' is not a valid float range."),
        (["run", "a", "b"], "Got unexpected extra argument (b)"),
    ],
)  # fmt: skip
def test_misuse_is_one_line(capsys: pytest.CaptureFixture[str], words: list[str], line: str) -> None:
    assert misuse(capsys, *words) == line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "{credentials: none, wrold: {}}",
            "FILE: line 1, column 21: /: unknown key `wrold` (did you mean 'world'?)",
        ),
        ("a: b: c", "FILE: line 1, column 5: a colon inside a text; quote the whole text: …"),
        ("[1]", "FILE: line 1, column 1: /: expected an object, got a list"),
    ],
)
def test_a_bad_target_file_is_one_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str, line: str
) -> None:
    file = tmp_path / "target.yaml"
    file.write_text(text, encoding="utf-8")
    assert misuse(capsys, "run", CLOSED, "--target", str(file)).replace(str(file), "FILE") == line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("sauce: optional", "FILE: line 1, column 8: 'sauce' is no open question (did you mean 'source'?)"),
        ("source: option", "FILE: line 1, column 9: source: 'option' is none of its readings (optional, required) (did you mean 'optional'?)"),
        ("[source]", "FILE: holds list, not a mapping of question to reading"),
    ],
)  # fmt: skip
def test_a_bad_readings_file_is_one_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str, line: str
) -> None:
    file = tmp_path / "readings.yaml"
    file.write_text(text, encoding="utf-8")
    assert misuse(capsys, "run", CLOSED, "--readings", str(file)).replace(str(file), "FILE") == line


def test_a_report_folder_that_cannot_be_made_is_one_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    line = misuse(capsys, "run", CLOSED, "--report-dir", str(file / "below"))
    assert line == f"--report-dir: {file / 'below'} cannot be made: Not a directory"
    assert "is a file" in misuse(capsys, "run", CLOSED, "--report-dir", str(file))


def test_a_report_folder_that_cannot_be_written_to_is_refused_before_the_run(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("contracts.reports.files.TemporaryFile", refuse)
    line = misuse(capsys, "run", CLOSED, "--report-dir", str(tmp_path))
    assert line == f"--report-dir: {tmp_path} cannot be written to: Permission denied"


def test_debug_shows_the_traceback_of_a_misuse_and_exits_2_all_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        cli.main(["--debug", "run"])
    assert exit_.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith("Traceback (most recent call last):")
    assert said.splitlines()[-1].startswith("enrol-contract: no host is given")


def test_a_bug_of_the_kit_gives_no_verdict_on_the_host(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise LookupError("oops")

    monkeypatch.setattr("contracts.commands.run.run", fail)
    with pytest.raises(SystemExit) as exit_:
        cli.main(["run", CLOSED])
    assert exit_.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith("Traceback")
    assert said.endswith("enrol-contract: the contract tests have a bug: LookupError: oops\n")


def test_an_interrupt_while_a_host_is_started_is_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("contracts.host.process.started", interrupt)
    assert misuse(capsys, "run", "--start", "enrol-mock serve") == "interrupted"


def test_an_interrupt_before_the_first_answer_gives_no_verdict(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object, within: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Wire, "send", interrupt)
    with pytest.raises(SystemExit) as exit_:
        cli.main(["run", CLOSED])
    assert exit_.value.code == 2
    assert capsys.readouterr().out.splitlines()[-1] == "unjudged: interrupted before the end"


def test_a_host_is_probed_and_its_readings_are_written(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "readings.yaml"
    with served(mock()) as url:
        cli.main(["probe", url, "--output", str(file)])
    assert "validation-status" in capsys.readouterr().out
    assert "validation-status: '400'" in file.read_text(encoding="utf-8")
    assert misuse(capsys, "probe", CLOSED, "--start", "x") == "both HOST and --start are given; give one of them"


def test_a_run_is_checked_replayed_and_compared(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    def exit_of(*words: str) -> object:
        with pytest.raises(SystemExit) as exit_:
            cli.main(list(words))
        return exit_.value.code

    with served(broken(_mistake_the_code)) as url:
        assert exit_of("run", url, "--fail-fast", "--report-dir", str(tmp_path)) == 1
        assert exit_of("replay", str(tmp_path / "report.json"), "--host", url) == 1
    assert exit_of("check", str(tmp_path / "run.har")) == 1
    with served(mock()) as url:
        assert exit_of("replay", str(tmp_path / "report.json"), "1", "--host", url) == 0
    assert exit_of("compare", str(tmp_path / "report.json"), str(tmp_path / "report.json")) == 0


def test_the_document_is_exported_under_readings(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    cli.main(["document", "--reading", "validation-status=422"])
    assert "'422':" in capsys.readouterr().out
    line = misuse(capsys, "document", "--output", str(tmp_path / "no" / "where.yaml"))
    assert line == f"--output: {tmp_path / 'no' / 'where.yaml'} cannot be written: No such file or directory"


@pytest.mark.parametrize("columns", [40, 80])
def test_a_terminal_gets_the_claims_with_whole_words(columns: int, contract: Document) -> None:
    wrapped, whole = claims_page.claims_list(contract, columns), claims_page.claims_list(contract)
    assert [line for line in wrapped.splitlines() if len(line) >= columns and line not in contract.claims] == []
    assert wrapped.split() == whole.split()
    assert [line for line in wrapped.splitlines() if not line.startswith(" ")] == list(contract.claims)


def test_the_claims_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["claims"])
    assert "call.path" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "address"),
    [("127.0.0.1:9000", ("127.0.0.1", 9000)), ("[::1]:0", ("::1", 0)), ("localhost:80", ("localhost", 80))],
)
def test_an_address_has_a_host_and_a_port(text: str, address: tuple[str, int]) -> None:
    assert Address(lowest=0).convert(text, None, None) == address


@pytest.mark.parametrize(
    "text", ["", "9000", ":9000", "127.0.0.1", "127.0.0.1:", "a:b", "a:70000", "a:-1", "a:0", "a:٣"]
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(click.BadParameter, match="is no address with a port, such as"):
        Address().convert(text, None, None)
