"""proof.xml: the proof as JUnit XML, for CI servers. Each outcome, shape, fault, finding and case is a test case."""

from __future__ import annotations

import re
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from command_line.printable import printable_lines
from proof.gates import KINDS, Gates
from proof.records import CaseResult, ClientFinding, Met, Proof
from proof.reports.words import headline, seen

_NAME = "enrol-proof"


def render(proof: Proof, gates: Gates) -> str:
    """Return the report as text.

    What was never met is skipped, or fails if a gate of its kind is missed. A finding that does not fail the tests is
    skipped. So there are failures if, and only if, the command exits 1.
    """
    suite = Element("testsuite", name=_NAME, hostname="localhost", id="0", package=_NAME, time="0")
    properties = SubElement(suite, "properties")
    SubElement(properties, "property", name="headline", value=headline(proof))
    demanded = {missed.kind: str(missed) for missed in gates.missed(proof)}
    for one in proof.met:
        _met(suite, one, demanded.get(one.kind, ""))
    for finding in proof.findings:
        _finding(suite, finding, fails=gates.fails(finding))
    for case in proof.cases:
        _case(suite, case, fails=gates.fail_on != "never")
    SubElement(suite, "system-out")
    SubElement(suite, "system-err")
    suite.set("errors", "0")
    for attribute, tag in (("failures", "failure"), ("skipped", "skipped")):
        suite.set(attribute, str(len(suite.findall(f"testcase/{tag}"))))
    suite.set("tests", str(len(suite.findall("testcase"))))
    root = Element("testsuites", {name: suite.get(name, "") for name in ("tests", "failures", "errors", "time")})
    root.append(suite)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _met(suite: Element, one: Met, demanded: str) -> None:
    case = _test(suite, one.place or KINDS[one.kind], one.name)
    if not one.count:
        _unmet(case, f"never met: {one.words}" + (f"; {demanded}" if demanded else ""), fails=demanded != "")


def _finding(suite: Element, finding: ClientFinding, *, fails: bool) -> None:
    lines = (
        finding.page,
        finding.place,
        f"sent: {finding.sent}",
        f"seen in: {seen(finding)}",
        f"next: {finding.advice}",
    )
    case = _test(suite, f"findings.{finding.level}", f"{finding.rule}: {finding.title}")
    _unmet(case, finding.title, fails=fails, details="\n".join(filter(None, lines)))


def _case(suite: Element, result: CaseResult, *, fails: bool) -> None:
    case = _test(suite, "cases", result.case)
    if result.problems:
        details = "\n".join((f"expected: {result.expected}", f"it did: {result.did}", result.place))
        _unmet(case, " ".join(result.problems), fails=fails, details=details)


def _test(suite: Element, group: str, name: str) -> Element:
    return SubElement(suite, "testcase", classname=_xml(group), name=_xml(name), time="0")


def _unmet(case: Element, message: str, *, fails: bool, details: str = "") -> None:
    unmet = SubElement(case, "failure", type="proof") if fails else SubElement(case, "skipped")
    unmet.set("message", _xml(message))
    unmet.text = _xml("\n".join(filter(None, (message, details))))  # some servers show the attribute, others the text


def _xml(text: str) -> str:
    """Return a text with invisible characters as escapes, and those that XML 1.0 does not allow replaced."""
    return re.sub("[\ufffe\uffff]", "\N{REPLACEMENT CHARACTER}", printable_lines(text))
