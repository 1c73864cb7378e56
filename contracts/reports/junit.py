"""junit.xml: one test case for each claim, for CI servers."""

from __future__ import annotations

import re
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from command_line.printable import printable, printable_lines
from contracts.reports import load_figures
from contracts.reports.bug_report import bug_report
from contracts.reports.words import got, place, shown, status, what_would_decide
from contracts.verdict.claims import Standing
from contracts.verdict.findings import Finding
from contracts.verdict.result import Result


def render(result: Result) -> str:
    """Return the report as JUnit XML.

    A broken claim fails, unless the baseline accepts it, and so does a budget. Undetermined and unreached claims, and
    hygiene, are skipped, unless they fail the run (--fail-on). A run without a verdict has a test case "verdict" with
    an error.
    """
    suite = Element(
        "testsuite", name="enrol-contract", hostname=_xml(result.target.url), id="0", package="enrol-contract"
    )
    suite.set("timestamp", result.began.strftime("%Y-%m-%dT%H:%M:%S"))
    properties = SubElement(suite, "properties")
    for name in ("verdict", "headline", "why", "profile", "seed", "requests"):
        SubElement(properties, "property", name=name, value=_xml(str(getattr(result, name))))
    if result.load:
        SubElement(properties, "property", name="load", value=_xml(load_figures.summary(result.load)))
    findings = {finding.claim: finding for finding in result.findings}
    for standing in result.standings:
        _claim(suite, standing, findings.get(standing.claim.id), result)
    for finding in result.findings:
        if finding.level != "broken":
            case = _case(suite, finding.level, finding.claim, finding.exchange.answer.seconds)
            fails = finding.level == "budget" or (result.fail_on != "broken" and not result.is_known(finding.claim))
            message = _xml(f"expected {finding.expected}, got {got(finding)}")
            _unmet(case, message, type_=finding.level if fails else "")
    if result.verdict == "unjudged":
        SubElement(_case(suite, "run", "verdict", 0.0), "error", type="unjudged", message=_xml(result.why))
    SubElement(suite, "system-out")
    SubElement(suite, "system-err")
    for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(attribute, str(len(suite.findall(f"testcase/{tag}"))))
    suite.set("tests", str(len(suite.findall("testcase"))))
    suite.set("time", f"{result.seconds:.3f}")
    root = Element("testsuites", {name: suite.get(name, "") for name in ("tests", "failures", "errors", "time")})
    root.append(suite)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _claim(suite: Element, standing: Standing, finding: Finding | None, result: Result) -> None:
    claim = standing.claim
    case = _case(suite, place(claim), claim.id, standing.seconds)
    known = next((k for k in result.deviations if k.deviation.claim == claim.id and k.state == "known"), None)
    if standing.verdict == "broken" and known:
        reason = f"accepted until {known.deviation.expires}: {known.deviation.reason}"
        _unmet(case, _xml(reason), type_="")
    elif standing.verdict == "broken":
        failure = SubElement(case, "failure", type="broken", message=_xml(claim.says))
        failure.text = _xml(_details(finding, result)) if finding else None
    elif needs := what_would_decide(standing):
        fails = standing.verdict == result.fail_on
        joint = "unreached; it needs" if standing.verdict == "unreached" else f"{standing.verdict}:"
        _unmet(case, _xml(f"{joint} {needs}"), type_=standing.verdict if fails else "")


def _unmet(case: Element, message: str, *, type_: str) -> None:
    """Let a test case fail with a type, or skip it if the type is empty."""
    unmet = SubElement(case, "failure", type=type_) if type_ else SubElement(case, "skipped")
    unmet.set("message", message)
    unmet.text = message  # some servers show the attribute, others the text


def _details(finding: Finding, result: Result) -> str:
    answer, report = finding.exchange.answer, bug_report(finding, result)
    lines = [
        printable(report.title),
        f"expected: {printable(finding.expected)}",
        f"got: {printable(got(finding))}",
        f"answer: {status(answer.status)} {printable(shown(answer.content, 2000))}",
        f"seen in: request {finding.exchange.number}"
        + (f", one of {finding.times} that show this" if finding.times > 1 else ""),
        *(f"also: {also}" for also in report.also),
        f"look at: {report.look_at}",
        "steps:",
        *(f"{number}. {step.curl}" for number, step in enumerate(report.steps, 1)),
    ]
    return "\n".join(lines)


def _case(suite: Element, group: str, name: str, seconds: float) -> Element:
    return SubElement(suite, "testcase", classname=_xml(group), name=_xml(name), time=f"{seconds:.6f}")


def _xml(text: str) -> str:
    """Return a text with invisible characters as escapes, and those that XML 1.0 does not allow replaced."""
    return re.sub("[\ufffe\uffff]", "\N{REPLACEMENT CHARACTER}", printable_lines(text))
