"""The proxy that is measured judges every request, and holds none of them up."""

from __future__ import annotations

from tests.bench.proxying import measure


def test_the_proxy_that_is_measured_judges_everything() -> None:
    cost = measure(20)
    assert "enrol-contract: 70 exchanges judged, 0 of other calls passed on unjudged\n" in cost.printed
    assert cost.direct > 0
    assert cost.longer < 50
