"""An archive may come from a stranger: each entry that is none is left out and named, and none takes long, or much memory."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from contracts.cli import main
from tests.hostile_kit.archives import JUDGED, LEFT_OUT, LOGS, RIGHT
from tests.hostile_kit.running import Ended, ended, refused


def archive(folder: Path, log: Any) -> Path:
    path = folder / "traffic.har"
    path.write_text(json.dumps({"log": log}))
    return path


def checked(folder: Path, *entries: Any, reports: bool = False) -> Ended:
    """Check an archive, and write its reports if they are wanted."""
    path = archive(folder, {"entries": entries})
    seen = ended(main, "check", path, *(["--report-dir", folder / "reports"] if reports else []))
    assert max(map(len, seen.said.split("\n"))) < 100_000
    return seen


@pytest.mark.parametrize("name", LEFT_OUT)
def test_an_entry_that_is_none_is_left_out_and_named(name: str, tmp_path: Path) -> None:
    make, words = LEFT_OUT[name]
    seen = checked(tmp_path, make(), RIGHT)
    assert (seen.code, seen.error) == (0, "")
    said = f"1 malformed (log.entries[0]{words}" if words.startswith((".", ":")) else f"1 {words}"
    assert f"  1 not judged: {said}" in seen.said


@pytest.mark.parametrize("name", JUDGED)
def test_an_odd_entry_is_judged_within_bounds(name: str, tmp_path: Path) -> None:
    seen = checked(
        tmp_path, JUDGED[name](), reports=not name.startswith(("3 MB", "4 MB", "1 MB", "100,000", "a date", "a URL"))
    )
    assert seen.code in (0, 1, 2)
    assert seen.error.count("\n") == (1 if seen.error else 0)
    for report in (tmp_path / "reports").glob("*"):
        assert report.stat().st_size < 40 * 2**20


@pytest.mark.parametrize("name", LOGS)
def test_an_archive_whose_log_is_wrong_is_one_line(name: str, tmp_path: Path) -> None:
    log, words = LOGS[name]
    said = refused(main, "check", archive(tmp_path, log))
    assert words in said
    assert "`$" not in said
