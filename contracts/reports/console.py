"""The console: the start of a run, then findings, claims that were not decided, what to do next, and the verdict line."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from rich.console import Console
from rich.text import Text

from command_line.printable import printable
from contracts.errors import PipeClosed
from contracts.host.target import Target
from contracts.inputs.safe_list import DescribedRequest
from contracts.plural import plural
from contracts.reports import load_figures
from contracts.reports.bug_report import BugReport, bug_report
from contracts.reports.curl import curl
from contracts.reports.words import VERDICTS, got, legend, place, says, shown, status, what_would_decide
from contracts.verdict.findings import Finding
from contracts.verdict.result import Result

_COLOURS: Final = {
    "kept": "green",
    "broken": "red",
    "hygiene": "yellow",
    "budget": "red",
    "undetermined": "yellow",
    "unreached": "cyan",
    "unjudged": "yellow",
}
_LABEL: Final = 10
_BODY: Final = 300
_CLAIMS: Final = 6
_NONE: Final[Mapping[int, str]] = MappingProxyType({})


class Terminal(Console):
    """The terminal of a command. `is_closed`: nobody reads it any more; what is printed from then on is discarded."""

    is_closed = False

    def on_broken_pipe(self) -> None:
        """End the command as an interrupt does. Raises PipeClosed."""
        self.is_closed = True
        self.quiet = True
        raise PipeClosed


def terminal() -> Terminal:
    """Return the terminal for all commands, without automatic highlighting and hard line breaks."""
    return Terminal(highlight=False, soft_wrap=True)


def print_line(console: Console, text: str) -> None:
    """Print a line, unless the text is empty. Control characters are shown as escapes."""
    if text:
        _print(console, Text(printable(text)))


def print_wrapped(
    console: Console, text: str, *, indent: int = 0, label: str = "", column: int = _LABEL, fold: bool = False
) -> None:
    """Print a label and a text. On a terminal, wrap the text with hanging indent; otherwise print one line.

    `column`: the width of the label. No word is cut in two, so that names and addresses can be copied. With `fold`,
    words longer than a line are.
    """
    start = f"{label:<{column}}" if label else ""
    plain = printable(text)
    width = max(console.width - indent - len(start), 20)
    lines = [plain]
    if console.is_terminal and fold:
        lines = [line.plain.rstrip() for line in Text(plain).wrap(console, width)]
    elif console.is_terminal:
        lines = textwrap.wrap(plain, width, break_long_words=False, break_on_hyphens=False)
    for number, line in enumerate(lines):
        lead = start if number == 0 else " " * len(start)
        _print(console, Text(f"{'':{indent}}{lead}{line}"))


def print_start(console: Console, target: Target, *, profile: str, seed: int, rights: str) -> None:
    """Print the host, the profile and the seed of a run. `rights`: which requests the run may send."""
    name = "live" if target.live else profile
    _print(console, Text(f"enrol-contract: {printable(target.url)}, profile {name}, seed {seed}"))
    print_wrapped(console, rights, indent=2)


def print_plan(console: Console, planned: Sequence[DescribedRequest]) -> None:
    """Print the requests of a plan, numbered. Without any, print that they are generated during the run."""
    for number, entry in enumerate(planned, 1):
        body = entry.request.payload().decode("utf-8", "replace")
        _print(console, Text(f"{number:>4}  {entry.description}: {entry.request.method or 'POST'} {printable(body)}"))
    if not planned:
        _print(
            console, Text("  the requests are generated during the run: every field, every rule, journeys, random ones")
        )
    _print(console, Text("nothing was sent"))


def print_result(
    console: Console,
    result: Result,
    next_steps: Iterable[str] = (),
    replays: Mapping[int, str] = _NONE,
    *,
    has_ended: bool = False,
) -> None:
    """Print the findings, the claims that were not decided, the baseline, the counts, and last the verdict line.

    `next_steps`: lines to print before the verdict line. `replays`: what to do next about a finding, by its number.
    `has_ended`: the host has ended with the run, so the curl lines leave its address open.
    """
    url = "" if has_ended else result.target.url
    curls = [curl(finding.exchange.request, result, url=url) for finding in result.findings]
    _print(console, Text())
    for number, (finding, line) in enumerate(zip(result.findings, curls, strict=True), 1):
        again = [f"{'next':<{_LABEL}}{replays[number]}"] if number in replays else []
        _print_finding(console, number, finding, result, [*again, line])
    if curls:
        print_wrapped(console, legend(curls))
        _print(console, Text())
    if result.load:
        for line in load_figures.lines(result.load):
            _print(console, Text(line))
        _print(console, Text())
    else:
        _print_undecided(console, result)
    _print_baseline(console, result)
    for what, times in Counter(note.what for note in result.notes).items():
        print_wrapped(console, f"{plural(times, 'request')} {what}")
    counts = ", ".join(f"{result.count(name)} {name}" for name in VERDICTS)
    over = [finding.times for finding in result.findings if finding.level == "budget"]
    counts += f"; {plural(sum(over), 'answer')} over your budget" if over and not result.load else ""
    _print(console, Text(f"{plural(result.requests, 'request')} in {result.seconds:.1f} s; {counts}"))
    for line in next_steps:
        if line.startswith(("next: enrol-contract", "for the curl lines")):
            _print(console, Text(printable(line)))  # a command stays whole, so that it can be copied
        else:
            print_wrapped(console, line)
    partial = result.verdict == "kept" and result.is_partial
    verdict = Text(result.verdict, style=f"bold {_COLOURS['unjudged' if partial else result.verdict]}")
    _print(console, verdict.append(f": {printable(result.why)}", style="not bold default"))


def _print_finding(console: Console, number: int, finding: Finding, result: Result, commands: Iterable[str]) -> None:
    """Print which row of the page is broken, what was sent, what came, what the page asks for, and what to do next.

    `commands`: those that send it again. They stay whole, so that they can be copied.
    """
    level = "known" if result.is_known(finding.claim) else finding.level
    report = bug_report(finding, result)
    heading = Text(f"{number}. {level}: ", style=_COLOURS.get(level, ""))
    _print(console, heading.append(finding.claim, style="bold"))
    print_wrapped(console, report.title, indent=3, fold=True)
    for label, text in _details(finding, report, result):
        print_wrapped(console, text, indent=3, label=label, fold=True)
    for command in commands:
        _print(console, Text(f"   {printable(command)}"))
    _print(console, Text())


def _details(finding: Finding, report: BugReport, result: Result) -> Iterator[tuple[str, str]]:
    exchange, claim = finding.exchange, result.document.claims.get(finding.claim)
    yield ("the page", f"{says(finding, result)} ({place(claim)})") if claim else ("the rule", says(finding, result))
    request = exchange.request.with_promotion_names(result.promotion_names)
    asked = f"{(request.method or result.document.method).upper()} {request.path or result.document.path}"
    yield "sent", f"{asked} {shown(request.payload(), _BODY)}".strip()
    yield "answer", f"{status(exchange.answer.status)} {shown(exchange.answer.content, _BODY)}".strip()
    yield "expected", finding.expected
    yield "got", got(finding)
    if report.differs and report.differs.sentence not in report.title:
        yield "differs", report.differs.sentence
    shown_by = f"request {exchange.number} of the run" + (", beside others at the same time" if exchange.group else "")
    yield "seen in", shown_by if finding.times == 1 else f"{shown_by}, one of {finding.times} that show this"
    if len(report.steps) > 1:
        yield "after", ", ".join(f"request {step.number}" for step in report.steps[:-1])
    if report.also:
        yield "also", "; ".join(report.also)
    yield "look at", report.look_at


def _print_undecided(console: Console, result: Result) -> None:
    """Print the claims that are neither kept nor broken, grouped by what would decide them."""
    for verdict in ("undetermined", "unreached"):
        claims: dict[str, list[str]] = {}
        for standing in result.standings:
            if standing.verdict == verdict:
                claims.setdefault(what_would_decide(standing) or "", []).append(standing.claim.id)
        if claims:
            _print(console, Text(f"{verdict} ({result.count(verdict)}):", style=_COLOURS[verdict]))
        for needs, names in claims.items():
            more = f" and {len(names) - _CLAIMS} more" if len(names) > _CLAIMS else ""
            print_wrapped(console, ", ".join(names[:_CLAIMS]) + more, indent=2)
            print_wrapped(console, needs, indent=6, label="because" if verdict == "undetermined" else "needs")
        if claims:
            _print(console, Text())


def _print_baseline(console: Console, result: Result) -> None:
    for known in result.deviations:
        deviation = known.deviation
        state = {
            "known": f"accepted until {deviation.expires}",
            "expired": f"accepted only until {deviation.expires}",
            "gone": "kept by the host; remove it from the baseline",
            "not tested": "not tested by any request",
        }[known.state]
        print_wrapped(console, f"{deviation.claim}: {state} ({deviation.reason})", label="baseline")
    if result.deviations:
        _print(console, Text())


def _print(console: Console, text: Text) -> None:
    """Print a line without inserting line breaks, so that it can be copied as one line. Every line is printed here.

    Whatever a host or a file put into it, no character of it controls the terminal.
    """
    plain = printable(text.plain)
    if plain != text.plain:
        text = Text(plain, style=text.style)
    console.print(text, soft_wrap=True, highlight=False, markup=False)
