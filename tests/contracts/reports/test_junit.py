"""junit.xml: another library can read it, and it has one test case for each claim."""

from __future__ import annotations

from typing import Any

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
    assert "expected: some-test-id" in failure.text
    assert "curl -sSi -X POST" in failure.text
    assert HOSTILE.split("\x1b")[0] in failure.text
    assert "\\x1b[31m\\u202e" in failure.text


def test_hygiene_fails_nothing(broken: Result) -> None:
    assert cases(broken)["hygiene.server_error"].is_skipped


def test_known_deviation_is_skipped_until_its_day(baselined: Result) -> None:
    found = cases(baselined)
    states = {known.state: known.deviation.claim for known in baselined.deviations}
    assert found[states["known"]].result[0].message == "accepted until 2026-12-31: ticket 1"
    assert found[states["expired"]].is_failure


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
