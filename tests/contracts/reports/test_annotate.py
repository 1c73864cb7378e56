"""The command `annotate`: GitHub is told the findings, and a report of a stranger cannot give it commands."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from contracts.cli import main
from contracts.reports import json_report
from contracts.verdict.result import Result


def annotated(report: Any, folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[list[str], dict[str, str]]:
    """Return the lines of the command, and the outputs that it adds to a file."""
    path, outputs = folder / "report.json", folder / "outputs"
    path.write_text(report if isinstance(report, str) else json.dumps(report), encoding="utf-8")
    outputs.write_text("before=1\n", encoding="utf-8")
    main(["annotate", str(path), "--outputs", str(outputs)])
    lines = outputs.read_text(encoding="utf-8").splitlines()
    assert lines.pop(0) == "before=1"
    return capsys.readouterr().out.splitlines(), dict(line.split("=", 1) for line in lines)


def finding(**changed: Any) -> dict[str, Any]:
    usual = {
        "claim": "error.source_required",
        "says": "An unlisted source is answered with code 310008.",
        "section": "Error codes",
        "row": 7,
        "level": "broken",
        "known": False,
        "title": "HTTP 406 instead of code 310008",
        "lookAt": "the check",
    }
    return usual | changed


def report(*findings: Any, **changed: Any) -> dict[str, Any]:
    usual = {
        "schema": 1,
        "verdict": "broken",
        "why": "1 of 90 claims broken, 88 kept",
        "headline": "1 of 90 claims broken",
        "requests": 3,
        "counts": {"kept": 88, "broken": 1, "undetermined": 0, "unreached": 1},
        "findings": findings,
    }
    return usual | changed


def test_a_finding_is_an_error_with_its_row_and_the_verdict_is_the_last(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert annotated(report(finding()), tmp_path, capsys) == (
        [
            "::error title=broken%3A error.source_required (Error codes%2C row 7)::"
            "HTTP 406 instead of code 310008. The page says: An unlisted source is answered with code 310008. Look at the check.",
            "::error title=Enrol contract%3A broken::1 of 90 claims broken, 88 kept",
        ],
        {
            "verdict": "broken",
            "headline": "1 of 90 claims broken",
            "kept": "88",
            "broken": "1",
            "undetermined": "0",
            "unreached": "1",
            "findings": "1",
            "requests": "3",
        },
    )


@pytest.mark.parametrize(
    ("changed", "kind"),
    [
        ({"level": "hygiene", "says": None, "section": None, "row": None}, "warning"),
        ({"level": "budget", "says": None, "section": None, "row": None}, "error"),
        ({"known": True}, "notice"),
    ],
)
def test_the_kind_of_an_annotation_is_that_of_its_level(
    changed: dict[str, Any], kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines, outputs = annotated(report(finding(**changed)), tmp_path, capsys)
    assert lines[0].startswith(f"::{kind} title=")
    assert outputs["findings"] == ("0" if changed.get("known") else "1")


@pytest.mark.parametrize("verdict", ["kept", "unjudged"])
def test_a_run_without_findings_is_told_in_one_line(
    verdict: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines, outputs = annotated(report(verdict=verdict, why="the host gave no answer"), tmp_path, capsys)
    kind = "notice" if verdict == "kept" else "error"
    assert lines == [f"::{kind} title=Enrol contract%3A {verdict}::The host gave no answer"]
    assert outputs["verdict"] == verdict


EVIL = "100%\r\n::set-output name=verdict::kept\n##[add-mask]e\x1b[2J\u2028::error::x, y: z\ud800"


def test_a_text_of_a_stranger_gives_no_command_and_no_output(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = {"claim": EVIL, "says": EVIL, "section": EVIL, "title": EVIL, "lookAt": EVIL}
    lines, outputs = annotated(report(finding(**words), why=EVIL, headline=EVIL), tmp_path, capsys)
    assert [line.partition(" title=")[0] for line in lines] == ["::error", "::error"]
    for line in lines:
        title = line.partition(" title=")[2].partition("::")[0]
        assert not re.search(r"[:,\r\n]|%(?!25|3A|2C)", title)
        assert line.isprintable()
        assert "100%25" in line
    assert list(outputs) == [
        "verdict", "headline", "kept", "broken", "undetermined", "unreached", "findings", "requests",
    ]  # fmt: skip
    assert outputs["verdict"] == "broken"
    assert "\\n" in outputs["headline"]


def test_an_address_at_the_start_of_the_reason_stays_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (line,), _ = annotated(report(verdict="unjudged", why="https://a.example gave no answer"), tmp_path, capsys)
    assert line.endswith("::https://a.example gave no answer")


def test_as_many_findings_are_told_as_github_shows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines, outputs = annotated(report(*[finding()] * 12), tmp_path, capsys)
    assert sum(line.startswith("::error ") for line in lines) == 10
    assert lines[-2:] == [
        "and 3 findings more (error) in the report",
        "::error title=Enrol contract%3A broken::1 of 90 claims broken, 88 kept",
    ]
    assert outputs["findings"] == "12"


@pytest.mark.parametrize("name", ["kept", "broken", "baselined", "live"])
def test_every_report_of_the_kit_can_be_told(
    name: str, request: pytest.FixtureRequest, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    result: Result = request.getfixturevalue(name)
    lines, outputs = annotated(json_report.render(result), tmp_path, capsys)
    assert len(lines) == len(result.findings) + 1
    assert (outputs["verdict"], outputs["kept"]) == (result.verdict, str(result.count("kept")))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema": 2}'])
def test_a_file_that_is_no_report_is_one_line(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "report.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SystemExit) as left:
        main(["annotate", str(path)])
    assert (left.value.code, capsys.readouterr().err.count("\n")) == (2, 1)


def test_outputs_that_cannot_be_written_are_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "report.json"
    path.write_text(json.dumps(report()), encoding="utf-8")
    with pytest.raises(SystemExit) as left:
        main(["annotate", str(path), "--outputs", str(tmp_path / "no" / "where")])
    assert left.value.code == 2
    assert capsys.readouterr().err.endswith("cannot be written: No such file or directory\n")
