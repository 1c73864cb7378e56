"""A report in the words of GitHub Actions: annotations (workflow commands) and the outputs of a step.

Sources: "Workflow commands for GitHub Actions", and the escapes of @actions/core. A report may come from a stranger, so
whatever it holds stays inside the value that it is written into.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Final, Literal

import msgspec

from command_line.printable import printable
from contracts.exchange import shortened
from contracts.plural import plural
from contracts.reports.words import VERDICTS, sentence

# GitHub shows at most ten annotations of each kind for a step. The last of the errors is for the verdict.
_MOST: Final = 9
_LONGEST: Final = 1000


class _Finding(msgspec.Struct, frozen=True, rename="camel"):
    claim: str
    says: str | None
    section: str | None
    row: int | None
    level: Literal["broken", "budget", "hygiene"]
    known: bool
    title: str
    look_at: str


class Report(msgspec.Struct, frozen=True):
    """The parts of a report.json that GitHub is told."""

    schema: Literal[1]
    verdict: Literal["kept", "broken", "unjudged"]
    why: str
    headline: str
    requests: int
    counts: Annotated[Mapping[str, int], msgspec.Meta(max_length=100)]
    findings: tuple[_Finding, ...]


def commands(report: Report) -> Iterator[str]:
    """Yield a workflow command for each of the first findings of a kind, and last one for the verdict."""
    kinds: dict[str, list[_Finding]] = {"error": [], "warning": [], "notice": []}
    for finding in report.findings:
        fails = "error" if finding.level in ("broken", "budget") else "warning"
        kinds["notice" if finding.known else fails].append(finding)
    for kind, findings in kinds.items():
        for finding in findings[:_MOST]:
            yield _command(kind, _title(finding), _message(finding))
        if len(findings) > _MOST:
            yield f"and {plural(len(findings) - _MOST, 'finding')} more ({kind}) in the report"
    verdict = {"kept": "notice", "broken": "error", "unjudged": "error"}[report.verdict]
    yield _command(verdict, f"Enrol contract: {report.verdict}", sentence(report.why))


def outputs(report: Report) -> Iterator[str]:
    """Yield a line `name=value` for each output of the step. No value has a line feed."""
    findings = sum(not finding.known for finding in report.findings)
    counts = {name: report.counts.get(name, 0) for name in VERDICTS}
    values = {"verdict": report.verdict, "headline": report.headline, **counts, "findings": findings}
    for name, value in {**values, "requests": report.requests}.items():
        yield f"{name}={printable(str(value))}"


def _title(finding: _Finding) -> str:
    level = "known" if finding.known else finding.level
    where = f" ({finding.section}, row {finding.row})" if finding.section else ""
    return f"{level}: {finding.claim}{where}"


def _message(finding: _Finding) -> str:
    says = f" The page says: {finding.says}" if finding.says else ""
    return f"{finding.title}.{says} Look at {finding.look_at}."


def _command(kind: str, title: str, message: str) -> str:
    """Return a workflow command. Within a property, the characters that end it are escaped as well."""
    named = _data(title).replace(":", "%3A").replace(",", "%2C")
    return f"::{kind} title={named}::{_data(message)}"


def _data(text: str) -> str:
    """Return a text as the value of a workflow command: invisible characters as escapes, and percent signs encoded."""
    return printable(shortened(text, _LONGEST)).replace("%", "%25")
