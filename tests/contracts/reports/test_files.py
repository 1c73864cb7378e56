"""The report folder: five files, and one error line if a file cannot be written."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.errors import Misuse
from contracts.reports import files
from contracts.verdict.result import Result


@pytest.mark.parametrize("name", ["kept", "broken", "baselined", "live"])
def test_every_file_is_written_for_every_result(name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    files.write(tmp_path, request.getfixturevalue(name))
    written = {path.name for path in tmp_path.iterdir()}
    assert written == {"report.json", "junit.xml", "report.html", "summary.md", "run.har"}
    for path in tmp_path.iterdir():
        assert path.read_bytes().decode("utf-8").endswith("\n")


def test_file_that_cannot_be_written_is_misuse(broken: Result, tmp_path: Path) -> None:
    (tmp_path / "report.html").mkdir()
    with pytest.raises(Misuse, match=r"report\.html cannot be written: Is a directory"):
        files.write(tmp_path, broken)


def test_a_bug_in_one_file_leaves_the_others(broken: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(result: Result) -> str:
        raise RecursionError

    monkeypatch.setattr(files, "FILES", {"report.html": stumble, **files.FILES, "report.json": stumble})
    with pytest.raises(RecursionError):
        files.write(tmp_path, broken)
    assert (tmp_path / "run.har").read_text(encoding="utf-8").endswith("}\n")
    assert (tmp_path / "summary.md").is_file()
