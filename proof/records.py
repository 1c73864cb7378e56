"""What is recorded of a client's tests, and how the records of several processes become one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

VERSION: Final = 1  # of the JSON form; another version is refused
_TESTS: Final = 10  # of a finding, named


class Met(Struct, frozen=True, rename="camel"):
    """One thing that a client can meet, and how many answers showed it to the client.

    `kind`: a documented outcome (a row of the page's errors or warnings), a shape of an answer (of a success, or one
    that a reading of the page allows), or a fault of the connection or of a gateway. `name`: unique within its kind.
    `words`: what it is, in the field's words. `place`: on the page, such as "Error codes, row 9", or '' for what the
    page does not have.
    """

    kind: Literal["outcome", "shape", "fault"]
    name: str
    words: str
    place: str
    count: int


class ClientFinding(Struct, frozen=True, rename="camel"):
    """One thing that is wrong with what a client sends, or with how it took an answer.

    `level`: broken by the page, hygiene by a standard, or a note that nothing forbids. `rule`: its name, such as
    `request.unknown_field`. `page`: the words of the page or of the standard that it breaks; `place`: where they stand.
    `sent`: the request that shows it best, as a curl line without secrets; `count`: how many requests showed it;
    `tests`: the tests that sent them, as far as they are known, ten at most.
    """

    level: Literal["broken", "hygiene", "note"]
    rule: str
    title: str
    page: str
    place: str
    sent: str
    advice: str
    count: int = 1
    tests: tuple[str, ...] = ()


class CaseResult(Struct, frozen=True, rename="camel"):
    """How a client took one case of the gauntlet.

    `case`: its name; `place`: the row of the page, or ''. `expected`: what the client should do; `did`: what it did.
    `problems`: what is wrong with that, each in a sentence; none if the case is handled.
    """

    case: str
    place: str
    expected: str
    did: str
    problems: tuple[str, ...] = ()


class Proof(Struct, frozen=True, rename="camel"):
    """All that is recorded of a client's tests: `met` has an entry for everything that can be met, in the document's order."""

    met: tuple[Met, ...] = ()
    findings: tuple[ClientFinding, ...] = ()
    cases: tuple[CaseResult, ...] = ()
    version: int = VERSION


def joined(proofs: Iterable[Proof]) -> Proof:
    """Return what several processes recorded, as one: counts are added, and each finding and case occurs once."""
    met: dict[tuple[str, str], Met] = {}
    findings: dict[tuple[str, str], ClientFinding] = {}
    cases: dict[str, CaseResult] = {}
    for proof in proofs:
        for one in proof.met:
            known = met.get((one.kind, one.name))
            met[one.kind, one.name] = _counted(known, one) if known else one
        for finding in proof.findings:
            seen = findings.get((finding.rule, finding.title))
            findings[finding.rule, finding.title] = _again(seen, finding) if seen else finding
        for case in proof.cases:
            cases[case.case] = worst(cases.get(case.case), case)
    return Proof(tuple(met.values()), tuple(findings.values()), tuple(cases.values()))


def worst(known: CaseResult | None, later: CaseResult) -> CaseResult:
    """Return the result that counts for a case that was met twice. A case that failed once has failed."""
    return known if known and known.problems and not later.problems else later


def _counted(known: Met, more: Met) -> Met:
    return replace(known, count=known.count + more.count)


def _again(known: ClientFinding, more: ClientFinding) -> ClientFinding:
    tests = tuple(dict.fromkeys((*known.tests, *more.tests)))[:_TESTS]
    return replace(known, count=known.count + more.count, tests=tests)
