"""Records of several processes become one."""

from __future__ import annotations

import pytest

from proof.records import CaseResult, ClientFinding, Met, Proof, joined


def met(name: str, count: int) -> Met:
    return Met("outcome", name, f"words of {name}", "Error codes, row 9", count)


def finding(title: str, *tests: str, count: int = 1) -> ClientFinding:
    return ClientFinding("broken", "request.unknown_field", title, "page", "place", "curl", "advice", count, tests)


def test_counts_are_added_and_the_order_stays() -> None:
    whole = joined([Proof((met("a", 2), met("b", 0))), Proof((met("a", 1), met("b", 4)))])
    assert [(one.name, one.count) for one in whole.met] == [("a", 3), ("b", 4)]


def test_a_finding_occurs_once_with_all_its_tests() -> None:
    whole = joined([Proof(findings=(finding("t", "one"),)), Proof(findings=(finding("t", "two", "one", count=2),))])
    assert whole.findings == (finding("t", "one", "two", count=3),)


def test_findings_that_say_different_things_stay_apart() -> None:
    assert len(joined([Proof(findings=(finding("t"), finding("u")))]).findings) == 2


def test_ten_tests_are_named_at_most() -> None:
    whole = joined(Proof(findings=(finding("t", str(number)),)) for number in range(12))
    assert whole.findings[0].tests == tuple(map(str, range(10)))


@pytest.mark.parametrize("first", [True, False])
def test_a_case_that_failed_once_has_failed(first: bool) -> None:
    good, bad = CaseResult("c", "", "raises", "raised"), CaseResult("c", "", "raises", "returned", ("It returned.",))
    results = (bad, good) if first else (good, bad)
    assert joined(Proof(cases=(result,)) for result in results).cases == (bad,)
