"""The summary for the terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from command_line.printable import printable
from proof.gates import KINDS, Gates, of_kind
from proof.records import CaseResult, ClientFinding, Met, Proof
from proof.reports.words import headline, seen, times

_LABEL = 15  # columns of what stands before a list


def lines(proof: Proof, gates: Gates, *, width: int = 100) -> list[str]:
    """Return the lines of the summary: what was met and what never was, the findings, the cases, and the gates missed."""
    return [*_met(proof, width), *_findings(proof.findings, width), *_cases(proof.cases, width), *_missed(proof, gates)]


def _met(proof: Proof, width: int) -> Iterator[str]:
    never = {kind: _never(of_kind(proof, kind)) for kind in KINDS}
    said = f"your tests met {headline(proof)}"
    yield f"{said}; never met:" if any(never.values()) else said
    for kind, names in never.items():
        if names:
            yield from _listed(KINDS[kind], ", ".join(names), width)


def _never(known: list[Met]) -> list[str]:
    """Return what was never met. A star stands for all readings of a question of which none was met."""
    never = [one.name for one in known if not one.count]
    if len(never) == len(known) > 1:
        return ["all of them"]
    questions = {one.name.partition("=")[0] for one in known if one.count}
    shown = (
        name if not reading or question in questions else f"{question}=*"
        for name in never
        for question, _, reading in [name.partition("=")]
    )
    return list(dict.fromkeys(shown))


def _findings(findings: Iterable[ClientFinding], width: int) -> Iterator[str]:
    """Yield the findings, which come with the worst first. A note is one line."""
    for number, finding in enumerate(findings, 1):
        said = f"{number}. {finding.level}: {printable(finding.title)}  [{printable(finding.rule)}]"
        is_note = finding.level == "note"
        if number == 1 or not is_note:
            yield ""
        yield said
        if is_note:  # the reports have the rest
            continue
        for label, text in (
            ("the page", f"{finding.page} ({finding.place})" if finding.place else finding.page),
            ("sent", finding.sent),
            ("seen in", seen(finding)),
            ("next", finding.advice),
        ):
            if text:
                yield from _listed(label, text, width)


def _cases(cases: Iterable[CaseResult], width: int) -> Iterator[str]:
    all_cases = list(cases)
    failed = [case for case in all_cases if case.problems]
    if all_cases:
        yield ""
        yield f"the client took {len(all_cases) - len(failed)} of {times(len(all_cases), 'case')} as it should"
    for case in failed:
        place = f" ({printable(case.place)})" if case.place else ""
        yield f"failed: {printable(case.case)}{place}"
        yield from _listed("problem", " ".join(case.problems), width)


def _missed(proof: Proof, gates: Gates) -> Iterator[str]:
    for missed in gates.missed(proof):
        yield f"missed: {missed}"


def _listed(label: str, text: str, width: int) -> list[str]:
    return textwrap.wrap(
        printable(text),
        max(width, 40),
        initial_indent=f"  {label:<{_LABEL}}",
        subsequent_indent=" " * (_LABEL + 2),
        break_on_hyphens=False,
    )
