"""`enrol-contract document` prints or writes the effective document, and refuses misuse in one line."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from contracts import cli
from openapi import document, effective


def run(*words: str) -> int:
    """Run the command in this process and return its exit code."""
    try:
        cli.main(["document", *words])
    except SystemExit as exited:
        return int(exited.code or 0)
    return 0


def test_printed_document_follows_the_readings(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    chosen = tmp_path / "mine.yaml"
    chosen.write_text("source: required\nengine-status: 503\n", encoding="utf-8")
    assert run("--readings", str(chosen), "--reading", "engine-status=200") == 0
    printed = yaml.safe_load(capsys.readouterr().out)
    assert printed == effective.load(None, ["source=required", "engine-status=200"]).raw


def test_written_document_can_be_read_again(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    assert run("--overlay", "--output", str(path)) == 0
    assert document.load(path).outcomes["opt_in_window_closed"].code == 310230


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--reading", "sorce=required"), "--reading: 'sorce' is no open question (did you mean 'source'?)"),
        (("--readings", "nowhere.yaml"), "nowhere.yaml: cannot be read: No such file or directory"),
        (("--output", "nowhere/mine.yaml"), "--output: nowhere/mine.yaml cannot be written: No such file or directory"),
    ],
)
def test_misuse_is_one_line(capsys: pytest.CaptureFixture[str], words: tuple[str, ...], says: str) -> None:
    assert run(*words) == 2
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", f"enrol-contract: {says}\n")
