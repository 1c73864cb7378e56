"""The comparison of two reports: which claims, findings and readings differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

from contracts.errors import Misuse

Kind = Literal["claim", "finding", "reading"]

# What a host does with one question may follow from what it does with another.
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
    """What a comparison looks at in a report.json."""

    schema: Literal[1]
    claims: tuple[_Claim, ...]
    findings: tuple[_Finding, ...]
    questions: tuple[_Question, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in which two reports differ: `name` is a claim or a question."""

    kind: Kind
    name: str
    first: str
    second: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}: {self.first} in the first, {self.second} in the second"


def read(path: Path) -> Report:
    """Read a report.json. Raises Misuse."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Report)
    except OSError as error:
        raise Misuse(f"{path}: cannot be read: {error.strerror}") from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Misuse(f"{path}: is no report.json of this version: {error}") from error


def compare(first: Report, second: Report) -> tuple[Difference, ...]:
    """Return how two reports differ: claims first, then other findings, then readings.

    A reading that one run could not find out, or not to the end, differs from none that it still
    allows. A claim that one reading keeps and another leaves undetermined is told by the reading.
    """
    readings = tuple(_readings(first, second))
    claims = tuple(_claims(first, second, read_otherwise=bool(readings)))
    told = {difference.name for difference in claims}
    return (*claims, *_findings(first, second, told), *readings)


def summary(differences: tuple[Difference, ...]) -> str:
    """Return in one line in how much two reports differ."""
    counts = [(kind, sum(d.kind == kind for d in differences)) for kind in ("claim", "finding", "reading")]
    parts = [f"one {kind}" if count == 1 else f"{count} {kind}s" for kind, count in counts if count]
    return f"differ in {' and '.join(parts)}" if parts else "same: no claim, finding or reading differs"


def _claims(first: Report, second: Report, *, read_otherwise: bool) -> Iterator[Difference]:
    verdicts = [{claim.id: claim.verdict for claim in report.claims} for report in (first, second)]
    for difference in _differing("claim", verdicts[0], verdicts[1], absent="not listed"):
        if not (read_otherwise and {difference.first, difference.second} == {"kept", "undetermined"}):
            yield difference


def _findings(first: Report, second: Report, told: set[str]) -> Iterator[Difference]:
    """Yield the findings that only one report has; where their claim differs as well, that has said it."""
    levels = [{f.claim: f.level for f in report.findings if f.claim not in told} for report in (first, second)]
    yield from _differing("finding", levels[0], levels[1], absent="not found")


def _readings(first: Report, second: Report) -> Iterator[Difference]:
    """Yield each question once, however many fields of it are read otherwise."""
    left = [{question.id: question.host for question in report.questions} for report in (first, second)]
    hosts = [{answer.key: answer.left for host in side.values() for answer in host} for side in left]
    apart = [key for key in hosts[0] if key in hosts[1] and not _agree(hosts[0][key], hosts[1][key])]
    for name in dict.fromkeys(key.partition("/")[0] for key in apart):
        keys = [key for key in apart if key.partition("/")[0] == name and _FOLLOWS.get(key) not in apart]
        if keys:
            yield Difference("reading", name, _said(hosts[0], keys), _said(hosts[1], keys))


def _agree(first: tuple[str, ...], second: tuple[str, ...]) -> bool:
    return first == second or bool(set(first) & set(second))


def _said(host: Mapping[str, tuple[str, ...]], keys: list[str]) -> str:
    """Return the readings of some fields, and the fields where they are not all read alike."""
    words = {key: " or ".join(host[key]) or "inconsistent" for key in keys}
    if len(set(words.values())) == 1:
        return words[keys[0]]
    return "; ".join(f"{word} ({key.partition('/')[2]})" for key, word in words.items())


def _differing(kind: Kind, first: Mapping[str, Any], second: Mapping[str, Any], *, absent: str) -> Iterator[Difference]:
    for name in dict.fromkeys([*first, *second]):
        one, other = first.get(name, absent), second.get(name, absent)
        if one != other:
            yield Difference(kind, name, one, other)
