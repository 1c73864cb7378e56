"""The command `compare`: list the claims, findings and readings in which two reports differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

from command_line.printable import printable
from contracts.reports import report_reader
from contracts.reports.words import VERDICTS

Kind = Literal["claim", "finding", "reading"]

# How many claims that differ in the same way are named.
_NAMED: Final = 6
# A difference in the first question (or question/field) follows from one in the second, so it is not listed as well.
_FOLLOWS: Final = {"null-optional/customer.source": "source"}


class _Claim(msgspec.Struct, frozen=True):
    id: str
    verdict: str


class _Finding(msgspec.Struct, frozen=True):
    claim: str
    level: str


class _Answer(msgspec.Struct, frozen=True):
    key: str
    left: tuple[str, ...]


class _Question(msgspec.Struct, frozen=True):
    id: str
    host: tuple[_Answer, ...]


class Report(msgspec.Struct, frozen=True):
    """The parts of a report.json that are compared."""

    schema: Literal[1]
    claims: tuple[_Claim, ...]
    findings: tuple[_Finding, ...]
    questions: tuple[_Question, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """A claim, finding or question (`name`) that differs, and its value in the first and in the second report."""

    kind: Kind
    name: str
    first: str
    second: str

    def __str__(self) -> str:
        return printable(f"{self.kind} {self.name}: {self.first} in the first, {self.second} in the second")


def read(path: Path) -> Report:
    """Read a report.json. Raises Misuse."""
    return report_reader.read(path, Report)


def compare(first: Report, second: Report) -> tuple[Difference, ...]:
    """Return the differences of two reports: claims, then findings of other claims, then readings.

    Two readings differ only if no reading fits both reports: a question that one run did not settle agrees with every
    reading that it left open. If readings differ, a claim that is kept in one report and undetermined in the other is
    not listed: it follows from the reading.
    """
    readings = tuple(_readings(first, second))
    claims = tuple(_claims(first, second, readings_differ=bool(readings)))
    listed = {difference.name for difference in claims}
    return (*claims, *_findings(first, second, listed), *readings)


def lines(first: Report, second: Report, *, every: bool = False) -> Iterator[str]:
    """Yield the differences in words, then the totals if more than one claim differs, and last the summary.

    Claims that differ in the same way share a line, with the names of the first few; with `every`, each has its own. A
    claim that one report shows broken always has its own.
    """
    differences = compare(first, second)
    alike: dict[tuple[Kind, str, str], list[Difference]] = {}
    for difference in differences:
        alike.setdefault((difference.kind, difference.first, difference.second), []).append(difference)
    for (kind, before, after), group in alike.items():
        if kind != "claim" or every or len(group) == 1 or "broken" in (before, after):
            yield from map(str, group)
            continue
        more = f" and {len(group) - _NAMED} more (--all names them)" if len(group) > _NAMED else ""
        names = ", ".join(difference.name for difference in group[:_NAMED])
        yield f"{len(group)} claims: {before} in the first, {after} in the second: {names}{more}"
    if sum(difference.kind == "claim" for difference in differences) > 1:
        yield f"in the first: {_totals(first)}; in the second: {_totals(second)}"
    yield summary(differences)


def summary(differences: tuple[Difference, ...]) -> str:
    """Return the numbers of differences in one line."""
    counts = [(kind, sum(d.kind == kind for d in differences)) for kind in ("claim", "finding", "reading")]
    parts = [f"one {kind}" if count == 1 else f"{count} {kind}s" for kind, count in counts if count]
    return f"differ in {' and '.join(parts)}" if parts else "same: no claim, finding or reading differs"


def _totals(report: Report) -> str:
    """Return the number of claims of each verdict in words."""
    counts = Counter(claim.verdict for claim in report.claims)
    names = [*(name for name in VERDICTS if name in counts), *(name for name in counts if name not in VERDICTS)]
    return ", ".join(f"{counts[name]} {name}" for name in names)


def _claims(first: Report, second: Report, *, readings_differ: bool) -> Iterator[Difference]:
    verdicts = [{claim.id: claim.verdict for claim in report.claims} for report in (first, second)]
    for difference in _differing("claim", verdicts[0], verdicts[1], absent="not listed"):
        if not (readings_differ and {difference.first, difference.second} == {"kept", "undetermined"}):
            yield difference


def _findings(first: Report, second: Report, listed: set[str]) -> Iterator[Difference]:
    """Yield the findings that only one report has, except those of claims in `listed`, which differ too."""
    levels = [{f.claim: f.level for f in report.findings if f.claim not in listed} for report in (first, second)]
    yield from _differing("finding", levels[0], levels[1], absent="not found")


def _readings(first: Report, second: Report) -> Iterator[Difference]:
    """Yield each question once, even if several of its fields are read differently."""
    left = [{question.id: question.host for question in report.questions} for report in (first, second)]
    hosts = [{answer.key: answer.left for host in side.values() for answer in host} for side in left]
    differing = {key for key in hosts[0] if key in hosts[1] and not _agree(hosts[0][key], hosts[1][key])}
    named: dict[str, list[str]] = {}
    for key in hosts[0]:
        if key in differing and _FOLLOWS.get(key) not in differing:
            named.setdefault(key.partition("/")[0], []).append(key)
    for name, keys in named.items():
        yield Difference("reading", name, _in_words(hosts[0], keys), _in_words(hosts[1], keys))


def _agree(first: tuple[str, ...], second: tuple[str, ...]) -> bool:
    return first == second or bool(set(first) & set(second))


def _in_words(host: Mapping[str, tuple[str, ...]], keys: list[str]) -> str:
    """Return the readings of some fields; with the names of the fields if they are not all read the same way."""
    words = {key: " or ".join(host[key]) or "inconsistent" for key in keys}
    if len(set(words.values())) == 1:
        return words[keys[0]]
    return "; ".join(f"{word} ({key.partition('/')[2]})" for key, word in words.items())


def _differing(kind: Kind, first: Mapping[str, Any], second: Mapping[str, Any], *, absent: str) -> Iterator[Difference]:
    for name in dict.fromkeys([*first, *second]):
        values = first.get(name, absent), second.get(name, absent)
        if values[0] != values[1]:
            yield Difference(kind, name, *values)
