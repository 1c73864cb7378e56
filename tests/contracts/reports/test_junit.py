"""junit.xml: another library can read it, and it has one test case for each claim."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

import junitparser
import pytest

from contracts.reports import junit
from contracts.verdict.result import Result
from tests.contracts.reports.conftest import HOSTILE


def cases(result: Result) -> dict[str, junitparser.TestCase]:
    xml: Any = junitparser.JUnitXml.fromstring(junit.render(result).encode())
    (suite,) = xml
    return {str(case.name): case for case in suite}


def test_every_claim_has_a_test_case_named_after_its_place(kept: Result) -> None:
    found = cases(kept)
    assert set(found) == set(kept.document.claims)
    assert found["error.source_required"].classname == "Error codes, row 7"
    assert found["example.enrol"].is_passed
    assert found["warning.no_response"].is_skipped


def test_counts_equal_those_of_another_reader(broken: Result) -> None:
    xml: Any = junitparser.JUnitXml.fromstring(junit.render(broken).encode())
    (suite,) = xml
    told = (suite.tests, suite.failures, suite.errors, suite.skipped)
    suite.update_statistics()
    assert told == (suite.tests, suite.failures, suite.errors, suite.skipped)
    assert told[1] == broken.count("broken")
    assert xml.failures == suite.failures


def test_failure_shows_expected_got_and_a_curl_line(broken: Result) -> None:
    (failure,) = cases(broken)["response.data.requestId.echo"].result
    assert failure.message == "requestId repeats the request's."
    assert 'expected: "some-test-id"' in failure.text
    assert "curl -sSi -X POST" in failure.text
    assert "seen in: request 1\n" in failure.text
    assert HOSTILE.split("\x1b")[0] in failure.text
    assert "\\u001b[31m\\u202e" in failure.text


def test_hygiene_fails_nothing(broken: Result) -> None:
    assert cases(broken)["hygiene.server_error"].is_skipped


def test_known_deviation_is_skipped_until_its_day(baselined: Result) -> None:
    found = cases(baselined)
    states = {known.state: known.deviation.claim for known in baselined.deviations}
    assert found[states["known"]].result[0].message == "accepted until 2026-12-31: ticket 1"
    assert found[states["expired"]].is_failure


@pytest.mark.parametrize("name", ["kept", "broken", "baselined", "live"])
def test_elements_are_those_that_the_schemas_of_ant_and_jenkins_allow(
    name: str, request: pytest.FixtureRequest
) -> None:
    """Schemas: JUnit.xsd of windyroad (Ant), but for the totals at the root, and junit-10.xsd of Jenkins."""
    root = ElementTree.fromstring(junit.render(request.getfixturevalue(name)))
    (suite,) = root
    assert set(suite.keys()) == {
        "name", "hostname", "id", "package", "timestamp", "tests", "failures", "errors", "skipped", "time",
    }  # fmt: skip
    tags = [element.tag for element in suite]
    assert tags == ["properties", *["testcase"] * int(suite.get("tests", "")), "system-out", "system-err"]
    for case in suite.iter("testcase"):
        assert set(case.keys()) == {"name", "classname", "time"}
        assert Decimal(case.get("time", "")) >= 0
        assert len(case) <= 1
        assert all(found.get("type") and found.get("message") for found in case if found.tag != "skipped")


def test_each_case_has_the_seconds_of_its_answers(kept: Result) -> None:
    standings = tuple(
        replace(standing, seconds=number / 1000) if standing.verdict == "kept" else standing
        for number, standing in enumerate(kept.standings)
    )
    found = cases(replace(kept, standings=standings, seconds=2.5))
    assert {name: case.time for name, case in found.items()} == {
        standing.claim.id: pytest.approx(standing.seconds) for standing in standings
    }
    root = ElementTree.fromstring(junit.render(replace(kept, seconds=2.5)))
    assert [element.get("time") for element in root.iter() if element.tag in ("testsuites", "testsuite")] == [
        "2.500"
    ] * 2


def test_a_skipped_claim_says_what_a_run_needs_in_order_to_reach_it(live: Result) -> None:
    (skipped,) = cases(live)["example.enrol"].result
    needs = next(standing.needs for standing in live.standings if standing.claim.id == "example.enrol")
    assert skipped.message == skipped.text == f"unreached; it needs {needs}"


def test_run_without_a_verdict_has_an_error(live: Result) -> None:
    case = cases(live)["verdict"]
    assert case.is_error
    assert case.result[0].message == live.why


@pytest.mark.parametrize("name", ["kept", "broken", "live"])
def test_properties_tell_the_verdict(name: str, request: pytest.FixtureRequest) -> None:
    result: Result = request.getfixturevalue(name)
    xml: Any = junitparser.JUnitXml.fromstring(junit.render(result).encode())
    (suite,) = xml
    assert {p.name: p.value for p in suite.properties()}["verdict"] == result.verdict
