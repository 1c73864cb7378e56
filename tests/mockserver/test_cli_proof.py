"""`enrol-mock proof` joins proof files, prints what was met, writes reports, and exits by its gates."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.mockserver.caller import Caller
from tests.mockserver.process import run

Write = Callable[[str, Any], Path]
ONE: dict[str, Any] = {
    "version": 1,
    "met": [
        {"kind": "outcome", "name": "a", "words": "w", "place": "Error codes, row 1", "count": 1},
        {"kind": "outcome", "name": "b", "words": "w", "place": "Error codes, row 2", "count": 0},
    ],
    "findings": [],
    "cases": [],
}


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(name: str, content: Any) -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return path

    return write


def counted(*counts: int) -> dict[str, Any]:
    return {**ONE, "met": [one | {"count": count} for one, count in zip(ONE["met"], counts, strict=True)]}


def test_files_of_several_processes_are_joined(write: Write, tmp_path: Path) -> None:
    files = [str(write(f"{number}.json", counted(*counts))) for number, counts in enumerate([(1, 0), (0, 2), (0, 0)])]
    done = run("proof", *files, "--require-outcomes", "2", "--report-dir", str(tmp_path / "r"))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "your tests met 2 of 2 outcomes, 0 of 0 answer shapes, 0 of 0 faults\n"
    assert [one["count"] for one in json.loads((tmp_path / "r" / "proof.json").read_text())["met"]] == [1, 2]
    assert run("proof", str(tmp_path / "r" / "proof.json")).stdout == done.stdout


def test_file_that_is_named_twice_counts_once(write: Write, tmp_path: Path) -> None:
    path = write("a.json", ONE)
    run("proof", str(path), f"{path.parent}/./a.json", "--report-dir", str(tmp_path / "r"))
    assert json.loads((tmp_path / "r" / "proof.json").read_text())["met"][0]["count"] == 1


def test_proof_of_a_mock_can_be_read(mock: Caller, write: Write) -> None:
    mock.send({})
    done = run("proof", str(write("a.json", mock.client.get("/_mock/proof").data)), "--require-outcomes", "5")
    assert done.returncode == 1
    assert "your tests met 4 of 17 outcomes" in done.stdout
    assert done.stdout.endswith("missed: 4 of the 5 outcomes that are required were met\n")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is no proof"),
        (b"\x00\xff\xfe", "a.json: "),
        (b"{", "a.json: line 1"),
        (b"[]", "is no proof of a client; GET /_mock/proof"),
        (b"null", "is no proof"),
        (b'{"a": 1}', "is no proof"),
        (b"[" * 100_000, "a.json: "),
        ({**ONE, "version": 2}, "is a proof of version '2', and this kit reads version 1"),
        ({**ONE, "version": "1\x1b[31m\n" * 99}, "is a proof of version"),
        ({**ONE, "met": [{"kind": "outcome"}]}, "/met/0"),
        ({**ONE, "met": [ONE["met"][0] | {"kind": "outcum"}]}, "/met/0/kind"),
        (counted(-1, 0), "/met/0/count: is no number of answers"),
        (counted(2**60, 0), "/met/0/count: is no number of answers"),
        ({**ONE, "findings": [{"level": "awful"}]}, "/findings/0"),
        ({**ONE, "cases": {}}, "/cases"),
        (
            b'{"version": 1, "met": [{"kind": "outcome", "name": "\\ud800", "words": "", "place": "", "count": 1}]}',
            "a.json: ",
        ),
        (b" " * (8 * 2**20 + 1), "a.json: has more than 8 MiB"),
    ],
)
def test_file_of_a_stranger_is_one_line_and_exit_2(write: Write, content: Any, said: str) -> None:
    done = run("proof", str(write("good.json", ONE)), str(write("a.json", content)))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert said in done.stderr
    assert len(done.stderr) < 1000
    assert all(letter.isprintable() for letter in done.stderr[:-1])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Missing argument 'FILE…'"),
        (("nothing.json",), "nothing.json: "),
        (("/",), "/: "),
        (("GOOD", "--require-outcomes", "3"), "--require-outcomes 3: there are 2 outcomes"),
        (("GOOD", "--require-shapes", "1"), "--require-shapes 1: there are 0 answer shapes"),
        (("GOOD", "--require-outcomes", "-1"), "--require-outcomes"),
        (("GOOD", "--require-outcomes", "many"), "--require-outcomes"),
        (("GOOD", "--fail-on", "brokn"), "--fail-on"),
        (("GOOD", "--report-dir", "GOOD"), "--report-dir: "),
    ],
)
def test_wrong_use_is_one_line_and_exit_2(write: Write, arguments: tuple[str, ...], said: str) -> None:
    good = str(write("good.json", ONE))
    done = run("proof", *(good if word == "GOOD" else word for word in arguments))
    assert done.returncode == 2
    assert said in done.stderr.strip().splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_findings_and_cases_exit_1_as_the_option_says(write: Write) -> None:
    finding = {"rule": "r", "title": "t", "page": "", "place": "", "sent": "", "advice": ""}
    hygiene = str(write("a.json", {**ONE, "findings": [finding | {"level": "hygiene"}]}))
    broken = str(write("b.json", {**ONE, "findings": [finding | {"level": "broken"}]}))
    bad = {"case": "c", "place": "", "expected": "", "did": "", "problems": ["It hung."]}
    case = str(write("c.json", {**ONE, "cases": [bad]}))
    for fail_on, codes in (("broken", (0, 1, 1)), ("hygiene", (1, 1, 1)), ("never", (0, 0, 0))):
        assert tuple(run("proof", path, "--fail-on", fail_on).returncode for path in (hygiene, broken, case)) == codes
