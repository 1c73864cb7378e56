"""summary.md: the verdict comes first, it is short, and text of the host is escaped."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contracts.reports import summary
from contracts.reports.words import sentence
from contracts.verdict.result import Result


@pytest.mark.parametrize(("name", "mark"), [("kept", "✅"), ("broken", "❌"), ("live", "⚠️")])
def test_verdict_comes_first(name: str, mark: str, request: pytest.FixtureRequest) -> None:
    result: Result = request.getfixturevalue(name)
    first = summary.render(result).splitlines()[0]
    assert first == f"## {mark} Enrol contract: {result.verdict} ({result.headline})"


def test_the_summary_says_the_verdict_once(broken: Result, live: Result) -> None:
    assert broken.why not in summary.render(broken)
    assert sentence(live.why) in summary.render(live)  # why it could not be judged


def test_findings_are_rows_of_one_table(broken: Result) -> None:
    rows = [line for line in summary.render(broken).splitlines() if line.startswith(("| broken", "| hygiene"))]
    assert len(rows) == len(broken.findings)
    assert {row.replace("\\|", "").count(" | ") for row in rows} == {4}


def test_text_of_the_host_is_escaped_in_markdown(broken: Result) -> None:
    text = summary.render(broken)
    assert "<script>" not in text
    assert "`cell`" not in text
    assert "&#60;/script&#62;" in text


def test_counts_come_after_the_findings(kept: Result) -> None:
    lines = summary.render(kept).splitlines()
    assert lines[-3:] == [
        "| kept | broken | undetermined | unreached | requests |",
        "|---:|---:|---:|---:|---:|",
        f"| {kept.count('kept')} | 0 | 0 | {kept.count('unreached')} | 1 |",
    ]


def test_many_findings_are_cut(broken: Result) -> None:
    many = replace(broken, findings=broken.findings[:1] * 60)
    text = summary.render(many)
    assert "… and 10 findings more in report.json." in text
    assert len(text) < 30_000


def test_baseline_is_listed(baselined: Result) -> None:
    text = summary.render(baselined)
    assert "is **known** (until 2026-12-31): ticket 1" in text
    assert "is **expired** (until 2026-02-28): ticket 2" in text
    assert "| known |" in text
