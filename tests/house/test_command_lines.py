"""Both tools, enrol-contract and enrol-mock, take help, version and --debug in one way, and hint at what was meant."""

from __future__ import annotations

import dataclasses
import importlib.metadata
import inspect
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import contracts.cli
import mockserver.cli
from contracts.options import OrderOptions
from contracts.session.opening import Order
from tests.house.modules import ROOT

TOOLS = {"enrol-contract": contracts.cli, "enrol-mock": mockserver.cli}
COMMANDS = [(tool, name) for tool, module in TOOLS.items() for name in module.cli.commands]
EVERY = [*((tool, "") for tool in TOOLS), *COMMANDS]

Call = Callable[..., tuple[object, str, str]]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    """Run a tool with words: exit code, stdout, stderr."""

    def run(tool: str, *words: str) -> tuple[object, str, str]:
        code: object = 0
        try:
            TOOLS[tool].main(list(filter(None, words)))
        except SystemExit as left:
            code = left.code or 0
        out, err = capsys.readouterr()
        return code, out, err

    return run


@pytest.mark.parametrize(("tool", "command"), EVERY)
@pytest.mark.parametrize("columns", [40, 80, 120])
def test_help_fits_the_terminal(
    tool: str, command: str, columns: int, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    """But for examples, which stay whole, so that they can be copied."""
    monkeypatch.setenv("COLUMNS", str(columns))
    code, out, err = call(tool, command, "-h")
    assert (code, err) == (0, "")
    lines = [line for line in out.splitlines() if not re.match(r"  enrol-|      --report-dir", line)]
    assert [line for line in lines if len(line) > columns] == []
    assert [line for line in lines if re.search(r"\w-$|\.\.\.$", line.rstrip("]."))] == []  # no name is cut in two
    assert [line for line in out.splitlines() if len(line) > 80 and columns == 80] == []
    assert call(tool, command, "--help") == (0, out, "")


@pytest.mark.parametrize(("tool", "command"), COMMANDS)
def test_help_of_each_command_says_its_exit_codes(tool: str, command: str, call: Call) -> None:
    said = " ".join(call(tool, command, "-h")[1].split())
    assert re.search(r"Exit codes: 0 [a-z].*2 [a-z]", said)
    assert "--debug" in said


@pytest.mark.parametrize(
    ("tool", "command"),
    [*(("enrol-contract", name) for name in ("run", "doctor", "probe", "check", "replay", "compare")), ("enrol-mock", "serve")],
)  # fmt: skip
def test_help_of_the_main_commands_has_an_example(tool: str, command: str, call: Call) -> None:
    assert re.search(rf"^  {tool} {command} \S", call(tool, command, "-h")[1], re.MULTILINE)


@pytest.mark.parametrize("name", contracts.cli.cli.commands)
def test_options_that_a_command_hands_on_are_those_of_an_order(name: str) -> None:
    """Otherwise the command would end with a TypeError."""
    command = contracts.cli.cli.commands[name]
    assert command.callback is not None
    taken = inspect.signature(command.callback).parameters
    handed_on = {each.name for each in command.params if each.expose_value} - {*taken}
    assert handed_on <= OrderOptions.__annotations__.keys() <= {each.name for each in dataclasses.fields(Order)}


@pytest.mark.parametrize("tool", TOOLS)
def test_help_lists_each_command_with_its_whole_sentence(tool: str, call: Call) -> None:
    listed = call(tool, "-h")[1].partition("\nCommands:\n")[2]
    assert re.findall(r"^  (\w+)  ", listed, re.MULTILINE) == list(TOOLS[tool].cli.commands)
    assert "..." not in listed


@pytest.mark.parametrize("tool", TOOLS)
def test_version_is_that_of_the_kit(tool: str, call: Call) -> None:
    version = importlib.metadata.version("enrol-contract-kit")
    assert call(tool, "--version") == (0, f"{tool}, version {version}\n", "")


@pytest.mark.parametrize("tool", TOOLS)
def test_a_tool_without_a_command_prints_its_help(tool: str, call: Call) -> None:
    code, out, err = call(tool)
    assert (code, out) == (2, "")
    assert err == call(tool, "-h")[1]


@pytest.mark.parametrize(
    "words",
    [
        ["enrol-contract", "--debug", "init", __file__],
        ["enrol-contract", "init", "--debug", __file__],
        ["enrol-mock", "--debug", "check", "--world", "."],
        ["enrol-mock", "check", "--debug", "--world", "."],
    ],
    ids=lambda words: " ".join(words[:3]),
)
def test_debug_stands_before_or_behind_the_command(words: list[str], call: Call) -> None:
    code, _, err = call(*words)
    assert (code, err.splitlines()[0]) == (2, "Traceback (most recent call last):")
    assert err.splitlines()[-1].startswith(f"{words[0]}: ")


@pytest.mark.parametrize("tool", TOOLS)
def test_debug_behind_two_dashes_is_no_option(tool: str, call: Call) -> None:
    command = "init" if tool == "enrol-contract" else "check"
    code, _, err = call(tool, command, "--", "--debug", "too", "many")
    assert (code, err.count("\n")) == (2, 1)


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (["enrol-contract", "rum"], "'run'"),
        (["enrol-contract", "Doctor"], "'doctor'"),
        (["enrol-mock", "serv"], "'serve'"),
        (["enrol-mock", "outcome"], "'outcomes'"),
        (["enrol-contract", "run", "--traget", "x"], "'--target'"),
        (["enrol-contract", "check", "x.har", "--reportdir", "x"], "'--report-dir'"),
        (["enrol-mock", "serve", "--worlds", "x"], "'--world'"),
        (["enrol-contract", "--versoin"], "'--version'"),
        (["enrol-mock", "--hlep"], "'--help'"),
        (["enrol-contract", "run", "--profile", "thorugh"], "'thorough'"),
        (["enrol-contract", "run", "--profile", "QUICK"], "'quick'"),
        (["enrol-contract", "check", "x.har", "--fail-on", "unreachd"], "'unreached'"),
        (["enrol-contract", "run", "http://127.0.0.1:9", "--only", "eror.*"], "'error.*'"),
        (["enrol-contract", "run", "http://127.0.0.1:9", "--only", "error.action_requird"], "'error.action_required'"),
        (["enrol-contract", "run", "http://127.0.0.1:9", "--only", "hygeine.*"], "'hygiene.*'"),
        (["enrol-contract", "document", "--reading", "sauce=required"], "'source'"),
        (["enrol-contract", "document", "--reading", "source=Require"], "'required'"),
        (["enrol-mock", "serve", "--reading", "source=requird"], "'required'"),
        (["enrol-mock", "serve", "--auth", "of"], "'off'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_an_unknown_word_is_one_line_with_the_word_that_was_meant(words: list[str], meant: str, call: Call) -> None:
    code, out, err = call(*words)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert re.search(rf"[Dd]id you mean (one of: )?.*{re.escape(meant)}", err), err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["enrol-contract", "--profile", "quick", "run"], "Option '--profile' stands behind the name of a command, as in: enrol-contract run --profile"),
        (["enrol-mock", "--port", "0", "serve"], "Option '--port' stands behind the name of a command, as in: enrol-mock serve --port"),
        (["enrol-contract", "http://127.0.0.1:9"], "A command is missing before http://127.0.0.1:9, as in: enrol-contract run http://127.0.0.1:9"),
        (["enrol-contract", "run", "--version"], "Option '--version' stands before the command, as in: enrol-contract --version"),
        (["enrol-mock", "serve", "--version"], "Option '--version' stands before the command, as in: enrol-mock --version"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)  # fmt: skip
def test_a_word_in_the_wrong_place_is_told_its_place(words: list[str], said: str, call: Call) -> None:
    assert call(*words) == (2, "", f"{words[0]}: {said}\n")


@pytest.mark.parametrize("tool", TOOLS)
def test_a_bug_is_told_as_one_and_exits_2(tool: str, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise LookupError("oops")

    monkeypatch.setattr("openapi.document.load", fail)
    monkeypatch.setattr("contracts.commands.init.write", fail)
    code, _, err = call(tool, "init" if tool == "enrol-contract" else "check")
    assert (code, err.splitlines()[0]) == (2, "Traceback (most recent call last):")
    assert err.endswith("has a bug: LookupError: oops\n") or err.endswith("have a bug: LookupError: oops\n")


@pytest.mark.parametrize(("tool", "words"), [("enrol-contract", "claims --markdown"), ("enrol-mock", "outcomes")])
def test_an_output_that_nobody_reads_or_that_is_full_exits_2(tool: str, words: str) -> None:
    command = Path(sys.executable).with_name(tool)
    closed = subprocess.run(
        ["bash", "-c", f"{command} {words} | true; exit ${{PIPESTATUS[0]}}"], capture_output=True, text=True
    )
    assert (closed.returncode, closed.stderr) == (2, "")
    full = subprocess.run(["bash", "-c", f"{command} {words} > /dev/full"], capture_output=True, text=True, check=False)
    assert (full.returncode, full.stderr.count("\n")) == (2, 1)


PRINT_ALL = """
import contextlib, importlib, sys
module = importlib.import_module(sys.argv[1])
for name in ("", *module.cli.commands):
    with contextlib.suppress(SystemExit):
        module.main([*filter(None, [name]), "--help"])
"""


@pytest.mark.parametrize("package", ["contracts", "mockserver"])
def test_help_does_not_need_docstrings(package: str) -> None:
    """As under `python -OO`, which drops them."""
    said = [
        subprocess.run(
            [sys.executable, *option, "-c", PRINT_ALL, f"{package}.cli"], capture_output=True, text=True, check=True
        ).stdout
        for option in ([], ["-OO"])
    ]
    assert said[0].count("Exit codes: ") >= 3
    assert said[1] == said[0]


@pytest.mark.parametrize(
    "words",
    [
        "openapi",
        "mockserver outcomes",
        "mockserver.conduct",
        "contracts claims",
        "tests.faulty --list",
        "tests.faulty",
        "tests.measure.page",
    ],
)
def test_a_command_whose_output_nobody_reads_ends_in_silence(words: str) -> None:
    reads, writes = os.pipe()
    os.close(reads)
    try:
        done = subprocess.run(
            [sys.executable, "-m", *words.split()], stdout=writes, stderr=subprocess.PIPE, timeout=60, check=False
        )
    finally:
        os.close(writes)
    assert (done.returncode, done.stderr) == (2, b"")


def test_every_command_of_the_house_ends_in_silence_when_nobody_reads_its_output() -> None:
    """The tools do so in command_line; the others by a frame of their own."""
    files = [path for house in ("openapi", "mockserver", "tests") for path in (ROOT / house).rglob("__main__.py")]
    loud = [path for path in files if "silent_end():" not in path.read_text("utf-8")]
    assert loud == [ROOT / "mockserver" / "__main__.py"]
