"""Files that are too large, too deep, or no files at all: one line says what, where and what is allowed, and exit 2."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from contracts.cli import main as enrol_contract
from contracts.commands import compare as comparison
from contracts.commands.check import check
from contracts.errors import Misuse
from contracts.oracle.history import History
from contracts.session.opening import Order
from mockserver.app import Mock
from mockserver.cli import main as enrol_mock
from mockserver.state import State
from openapi import document, questions, source, world

LARGE = "at most 32 MiB are read"
DEEP = "nested more than 64 levels deep"
MANY = "there are more than 2,500,000 values"

Said = Callable[..., str]


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Said:
    """Run a command that must end with exit 2 and one line, within seconds of computing; return the line."""

    def run(command: Callable[[list[str]], None], *arguments: str) -> str:
        began = time.process_time()
        with pytest.raises(SystemExit) as left:
            command([*arguments])
        assert (left.value.code, time.process_time() - began < 8) == (2, True)  # one second, but for coverage
        line = capsys.readouterr().err
        assert line.count("\n") == 1
        return line

    return run


def chain(line: str, length: int) -> str:
    """Return YAML in which each line refers to the one before it."""
    return "a0: &a0 {k: 1}\n" + "".join(line.format(i=i, before=i - 1) for i in range(1, length))


HOSTILE = {
    "deep list": ("[" * 100_000, f"values are {DEEP}"),
    "deep object": ("{a: " * 100_000, f"values are {DEEP}"),
    "deep block": ("- " * 100_000, f"values are {DEEP}"),
    "many values": ("[" + "0," * 2_500_000 + "0]", MANY),
    "aliases of aliases": (chain("a{i}: &a{i} [*a{before}, *a{before}]\n", 40), MANY),
    "merges of merges": (chain("a{i}: &a{i} {{<<: [*a{before}, *a{before}], k{i}: 1}}\n", 40), MANY),
    "chain of merges": (chain("a{i}: &a{i} {{<<: *a{before}, k{i}: 1}}\n", 5000), MANY),
    "alias of itself": ("a: &a [*a]", "line 1, column 8: the alias a stands inside of what it stands for"),
    "long number": (f"a: {'9' * 5000}", "line 1, column 4: this number has 5000 characters; at most 1000 are read"),
    "long sum of sixties": (f"a: 1{':0' * 100_000}", "at most 1000 are read"),
    "number beyond all bounds": (f"a: 1{':0' * 400}.5", "line 1, column 4: quote it: …"),
    "no date": ("a: 2024-02-30", "line 1, column 4: there is no such date; "),
    "no boolean": ("a: !!bool maybe", "line 1, column 4: this is no valid bool"),
    "zero byte": ("a: '\0'", "line 1, column 5: the character U+0000 must not stand in YAML"),
    "large": ("#" * (32 * 2**20 + 1), f"is too large; {LARGE}"),
}


@pytest.mark.parametrize(("text", "words"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_yaml_file_is_one_line(tmp_path: Path, said: Said, text: str, words: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(text)
    line = said(enrol_contract, "doctor", "--target", str(path))
    assert line.startswith(f"enrol-contract: {path}: ")
    assert words in line


@pytest.mark.parametrize(
    "arguments",
    [
        ("doctor", "--target"),
        ("run", "http://127.0.0.1:9", "--readings"),
        ("run", "http://127.0.0.1:9", "--baseline"),
        ("document", "--readings"),
    ],
    ids=lambda arguments: arguments[-1].strip("-"),
)
def test_every_yaml_file_of_the_contract_tests_is_bounded(tmp_path: Path, said: Said, arguments: list[str]) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("[" * 100_000)
    assert DEEP in said(enrol_contract, *arguments, str(path))


@pytest.mark.parametrize("option", ["--world", "--readings"])
def test_every_yaml_file_of_the_mock_is_bounded(tmp_path: Path, said: Said, option: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("[" * 100_000)
    assert DEEP in said(enrol_mock, "serve", option, str(path))


@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_what_is_no_ordinary_file_is_not_read(tmp_path: Path, said: Said, kind: str) -> None:
    path = Path("/dev/zero")
    if kind == "pipe":
        path = tmp_path / "pipe"
        os.mkfifo(path)
    assert said(enrol_contract, "doctor", "--target", str(path)) == f"enrol-contract: {path}: is not an ordinary file\n"


def test_a_huge_file_is_refused_unread(tmp_path: Path, said: Said) -> None:
    path = tmp_path / "x.yaml"
    with path.open("wb") as file:
        file.truncate(2**40)  # a file with a hole: it takes no space
    assert f"is too large; {LARGE}" in said(enrol_contract, "doctor", "--target", str(path))


def test_a_file_as_windows_writes_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes("\ufeffa: 1\r\nb: &b {c: 2}\r\nd: {<<: *b, e: 3}\r\n".encode())
    assert source.read(path) == {"a": 1, "b": {"c": 2}, "d": {"c": 2, "e": 3}}


def test_twenty_thousand_enrolments_are_taken_in_linear_time(tmp_path: Path) -> None:
    """Four times as many take about four times as long, not sixteen times."""
    sample = source.read(source.WORLD)
    promotion = sample["promotions"][0]["id"]

    def seconds(number: int) -> float:
        path = tmp_path / f"{number}.yaml"
        people = [{"id": 10_000_000 + n} for n in range(number)]
        enrolments = [
            {"customer": person["id"], "promotion": promotion, "enrollmentId": f"e{n}", "optinId": f"o{n}"}
            for n, person in enumerate(people)
        ]
        path.write_text(json.dumps({**sample, "customers": people, "enrolments": enrolments, "pinned": []}))
        began = time.process_time()
        data = world.load(path)
        Mock.of(document.load(), data, questions.defaults(questions.load()))
        assert len(data.enrolments) == number
        assert History(data).seats_taken(data.promotions[0]) == number
        return time.process_time() - began

    few = seconds(5_000)
    assert min(seconds(20_000), seconds(20_000)) < 12 * few + 0.5


def test_ids_and_balances_of_a_thousand_digits_are_no_accident(tmp_path: Path) -> None:
    sample = source.read(source.WORLD)
    sample["enrolments"][0]["enrollmentId"] = "9" * 5000
    next(p for p in sample["promotions"] if p.get("milestones"))["milestones"][0]["initialBalance"] = int("9" * 400)
    path = tmp_path / "x.yaml"
    path.write_text(source.text(sample))
    state = State.of(world.load(path), questions.defaults(questions.load()))
    assert len(state.store.records()) == len(sample["enrolments"])


@pytest.mark.parametrize("command", ["check", "compare"])
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"[" * 100_000, "its values are nested too deeply"),
        (b'{"schema": ' + b"9" * 5000 + b"}", "a number has more than 4,300 digits"),
        (b"[" + b"[]," * 1_000_001 + b"[]]", "has more than 2,000,000 values; no more are read"),
        (b"\x00" * 1000, "is not "),
        (b'{"schema": "\xff"}', "byte 12 is 0xff, and the text is not UTF-8"),
    ],
    ids=["deep", "long number", "many values", "zero bytes", "latin-1"],
)
def test_a_hostile_json_file_is_one_line(tmp_path: Path, said: Said, command: str, content: bytes, words: str) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(content)
    line = said(enrol_contract, command, str(path), *([str(path)] if command == "compare" else []))
    assert line.startswith(f"enrol-contract: {path}: ")
    assert words in line


@pytest.mark.parametrize("command", ["check", "compare"])
@pytest.mark.parametrize("kind", ["pipe", "device", "huge"])
def test_a_json_file_that_never_ends_is_one_line(tmp_path: Path, said: Said, command: str, kind: str) -> None:
    path = tmp_path / "x.json"
    if kind == "huge":
        with path.open("wb") as file:
            file.truncate(2**40)
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path = Path("/dev/zero")
    line = said(enrol_contract, command, str(path), *([str(path)] if command == "compare" else []))
    words = "is too large; at most 64 MiB are read" if kind == "huge" else "is not an ordinary file"
    assert line == f"enrol-contract: {path}: {words}\n"


def test_commas_in_the_texts_of_an_archive_are_no_values(tmp_path: Path) -> None:
    """A browser also records scripts."""
    path = tmp_path / "x.har"
    path.write_text(json.dumps({"log": {"entries": [], "comment": 'f("a",[b,{c,d}]);' * 700_000}}))
    with pytest.raises(Misuse, match="has no request to"):
        check(Order(), path, Console(quiet=True))


def test_comparing_two_large_reports_takes_linear_time(tmp_path: Path) -> None:
    def report(reading: str) -> Path:
        host = [{"key": f"question-{n}", "left": [reading]} for n in range(20_000)]
        path = tmp_path / f"{reading}.json"
        parts = {"schema": 1, "claims": [], "findings": [], "questions": [{"id": "question", "host": host}]}
        path.write_text(json.dumps(parts))
        return path

    first, second = (comparison.read(report(reading)) for reading in ("a", "b"))
    began = time.process_time()
    assert len(comparison.compare(first, second)) == 20_000
    assert time.process_time() - began < 2


def test_what_a_report_says_cannot_command_a_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = []
    for verdict in ("kept", "broken"):
        claims = [{"id": "\x1b]0;title\x07\n\ud800", "verdict": verdict}]
        names.append(tmp_path / f"{verdict}.json")
        names[-1].write_text(json.dumps({"schema": 1, "claims": claims, "findings": [], "questions": []}))
    with pytest.raises(SystemExit) as left:
        enrol_contract(["compare", *map(str, names)])
    said = capsys.readouterr().out
    assert (left.value.code, said.count("\n")) == (1, 2)
    assert said.startswith(r"claim \x1b]0;title\x07\n\ud800: kept in the first, broken in the second")
