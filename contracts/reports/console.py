"""The console: progress while the suite asks, then the findings, what was not reached, and the verdict line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from rich.console import Console
from rich.text import Text

from contracts.host.target import Target
from contracts.inputs.safe_list import Planned
from contracts.reports.curl import curl
from contracts.reports.words import (
    VARIABLES,
    VERDICTS,
    place,
    plural,
    printable,
    says,
    shown,
    status,
    what_would_decide,
)
from contracts.verdict.findings import Finding
from contracts.verdict.record import Record
from contracts.verdict.result import Result

_COLOURS: Final = {
    "kept": "green",
    "broken": "red",
    "hygiene": "yellow",
    "undetermined": "yellow",
    "unreached": "cyan",
    "unjudged": "yellow",
}
_LABEL: Final = 10
_BODY: Final = 300
_CLAIMS: Final = 6


class Progress:
    """One line for each part of the suite: what is asked, how many requests, what came of it."""

    def __init__(self, console: Console, record: Record):
        self._console = console
        self._record = record
        self._part = ""
        self._requests = 0
        self._findings = 0

    def begin(self, part: str) -> None:
        """Begin a part of the suite, ending the one before."""
        if part != self._part:
            self.end()
            self._part = part
            self._requests = len(self._record.exchanges)
            self._findings = self._record.findings.count("broken")

    def end(self) -> None:
        """Print the line of the part that has ended."""
        if self._part:
            found = self._record.findings.count("broken") - self._findings
            asked = len(self._record.exchanges) - self._requests
            line = Text(f"  {self._part:<14}{asked:>6} requests   ")
            if found:
                line.append(f"{found} broken", style=_COLOURS["broken"])
            elif asked:
                line.append("ok")
            else:
                line.append("nothing asked", style=_COLOURS["unreached"])
            _print(self._console, line)
        self._part = ""


def terminal() -> Console:
    """Return the terminal as all commands use it: nothing is coloured by guess, and no line is broken."""
    return Console(highlight=False, soft_wrap=True)


def print_line(console: Console, text: str) -> None:
    """Print a line, unless there is nothing to tell. Marks that would change how it is shown are written out."""
    if text:
        _print(console, Text(printable(text)))


def print_start(console: Console, target: Target, *, profile: str, seed: int, scope: str) -> None:
    """Print what is about to be asked of whom. `scope`: what the run may do there."""
    name = "live" if target.live else profile
    _print(console, Text(f"enrol-contract: {printable(target.url)}, profile {name}, seed {seed}"))
    _print_wrapped(console, scope, indent=2)


def print_plan(console: Console, planned: Sequence[Planned]) -> None:
    """Print the requests of a plan, numbered; without any, that they are made as the run goes."""
    for number, each in enumerate(planned, 1):
        body = each.request.payload().decode("utf-8", "replace")
        _print(console, Text(f"{number:>4}  {each.description}: {each.request.method or 'POST'} {printable(body)}"))
    if not planned:
        _print(
            console, Text("  the requests are made as the run goes: generated ones, every field, every rule, journeys")
        )
    _print(console, Text("nothing was sent"))


def print_result(console: Console, result: Result) -> None:
    """Print the findings, the claims that were not decided, the baseline, the counts, and the verdict line last."""
    _print(console, Text())
    for number, finding in enumerate(result.findings, 1):
        _print_finding(console, number, finding, result)
    if result.findings:
        _print_wrapped(console, VARIABLES, indent=0)
        _print(console, Text())
    _print_undecided(console, result)
    _print_baseline(console, result)
    for what, times in Counter(note.what for note in result.notes).items():
        _print_wrapped(console, f"{plural(times, 'answer')} asked for again: {what}", indent=0)
    counts = ", ".join(f"{result.count(name)} {name}" for name in VERDICTS)
    _print(console, Text(f"{plural(result.requests, 'request')} in {result.seconds:.1f} s; {counts}"))
    verdict = Text(result.verdict, style=f"bold {_COLOURS[result.verdict]}")
    _print(console, verdict.append(f": {printable(result.why)}", style="not bold default"))


def _print_finding(console: Console, number: int, finding: Finding, result: Result) -> None:
    level = "known" if result.is_known(finding.claim) else finding.level
    title = Text(f"{number}. {level}: ", style=_COLOURS.get(level, ""))
    _print(console, title.append(finding.claim, style="bold"))
    for label, text in _details(finding, result):
        _print_wrapped(console, text, indent=3, label=label)
    _print(console, Text(f"   {curl(finding.exchange.request, result, url=result.target.url)}"))
    _print(console, Text())


def _details(finding: Finding, result: Result) -> Iterator[tuple[str, str]]:
    answer = finding.exchange.answer
    yield "the page", f"{says(finding, result)} ({place(result.document.claims.get(finding.claim))})"
    yield "expected", finding.expected
    yield "got", finding.got
    yield "answer", f"{status(answer.status)} {shown(answer.content, _BODY)}".strip()
    seen = "shown by this request" if finding.times == 1 else f"shown by {finding.times} requests; the smallest is this"
    yield "request", f"{seen}, number {finding.exchange.number} of the run"


def _print_undecided(console: Console, result: Result) -> None:
    """Print the claims that are neither kept nor broken, by what would decide them."""
    for verdict in ("undetermined", "unreached"):
        claims: dict[str, list[str]] = {}
        for standing in result.standings:
            if standing.verdict == verdict:
                claims.setdefault(what_would_decide(standing, result) or "", []).append(standing.claim.id)
        if claims:
            _print(console, Text(f"{verdict} ({result.count(verdict)}):", style=_COLOURS[verdict]))
        for needs, names in claims.items():
            more = f" and {len(names) - _CLAIMS} more" if len(names) > _CLAIMS else ""
            _print_wrapped(console, ", ".join(names[:_CLAIMS]) + more, indent=2)
            _print_wrapped(console, needs, indent=6, label="because" if verdict == "undetermined" else "needs")
        if claims:
            _print(console, Text())


def _print_baseline(console: Console, result: Result) -> None:
    for known in result.deviations:
        deviation = known.deviation
        told = {
            "known": f"accepted until {deviation.expires}",
            "expired": f"accepted until {deviation.expires}, and no longer",
            "gone": "kept by now; take it out of the baseline",
            "not tested": "no request spoke to it",
        }[known.state]
        _print_wrapped(console, f"{deviation.claim}: {told} ({deviation.reason})", indent=0, label="baseline")
    if result.deviations:
        _print(console, Text())


def _print_wrapped(console: Console, text: str, *, indent: int, label: str = "") -> None:
    """Print a text, wrapped to a terminal and otherwise on one line, its later lines below its first."""
    start = f"{label:<{_LABEL}}" if label else ""
    whole = Text(printable(text))
    width = max(console.width - indent - len(start), 20)
    lines = whole.wrap(console, width) if console.is_terminal else [whole]
    for number, line in enumerate(lines):
        lead = start if number == 0 else " " * len(start)
        line.rstrip()
        _print(console, Text(f"{'':{indent}}{lead}").append_text(line))


def _print(console: Console, text: Text) -> None:
    """Print a line as it is: a terminal wraps it, and what is copied from there is one line."""
    console.print(text, soft_wrap=True, highlight=False, markup=False)
