"""summary.md: the result in a few lines of Markdown, for the job page of a CI service."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from command_line.printable import printable
from contracts.plural import plural
from contracts.reports import load_figures
from contracts.reports.bug_report import bug_report
from contracts.reports.words import VERDICTS, enrolled, place, profile, reason, says, sentence
from contracts.verdict.result import RECORDED, Result

_MARKS: Final = {"kept": "✅", "broken": "❌", "unjudged": "⚠️"}
_PARTIAL: Final = "☑️"
_FINDINGS: Final = 50
_CELL: Final = 200


def render(result: Result) -> str:
    """Return the verdict, the findings as a table, the counts, and the state of the baseline."""
    return "\n".join(_lines(result)) + "\n"


def _lines(result: Result) -> Iterator[str]:
    mark = _PARTIAL if result.verdict == "kept" and result.is_partial else _MARKS[result.verdict]
    yield f"## {mark} Enrol contract: {result.verdict} ({_cell(result.headline)})"
    yield ""
    how = "recorded traffic" if result.profile == RECORDED else f"profile {profile(result)}, seed {result.seed}"
    why = reason(result)
    yield f"{f'{_cell(sentence(why))}. ' if why else ''}Host {_cell(result.target.url)}, {how}."
    if result.enrolments.budget != 0:
        yield ""
        yield f"Enrolments: {_cell(enrolled(result))}."
    yield ""
    if result.findings:
        yield "| | what is wrong | claim | what it says | look at |"
        yield "|---|---|---|---|---|"
    for finding in result.findings[:_FINDINGS]:
        level = "known" if result.is_known(finding.claim) else finding.level
        claim = result.document.claims.get(finding.claim)
        where = f"{says(finding, result)} ({place(claim)})" if claim else says(finding, result)
        report = bug_report(finding, result)
        cells = (level, report.title, finding.claim, where, report.look_at)
        yield f"| {' | '.join(_cell(cell) for cell in cells)} |"
    if len(result.findings) > _FINDINGS:
        yield ""
        yield f"… and {plural(len(result.findings) - _FINDINGS, 'finding')} more in report.json."
    if result.findings:
        yield ""
    yield "| " + " | ".join(VERDICTS) + " | requests |"
    yield "|" + "---:|" * (len(VERDICTS) + 1)
    yield f"| {' | '.join(str(result.count(name)) for name in VERDICTS)} | {result.requests} |"
    if result.load:
        yield ""
        yield f"{_cell(sentence(load_figures.summary(result.load)))}."
        yield ""
        yield "| milliseconds | answers | p50 | p90 | p95 | p99 | max |"
        yield "|---|" + "---:|" * 6
        yield from (f"| {' | '.join(row)} |" for row in load_figures.rows(result.load))
        yield ""
        came = ", ".join(f"{count} × {what}" for what, count in load_figures.outcomes(result.load))
        yield f"Came back: {_cell(came)}."
    for known in result.deviations:
        deviation = known.deviation
        yield ""
        yield f"- baseline: `{deviation.claim}` is **{known.state}** (until {deviation.expires}): {_cell(deviation.reason)}"


def _cell(text: str) -> str:
    """Return a text for a table cell: cut if long, with the special characters of Markdown and HTML escaped."""
    short = text if len(text) <= _CELL else f"{text[: _CELL - 1]}…"
    return re.sub(r"[\\`*_{}\[\]<>|#~&@]", lambda found: f"&#{ord(found[0])};", printable(short))
