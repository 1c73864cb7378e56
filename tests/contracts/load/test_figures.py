"""The figures of a load, and the shapes of their plots."""

from __future__ import annotations

import pytest

from contracts.reports.load_figures import lines, plots
from contracts.verdict.figures import Figures, Load, percentile


def load() -> Load:
    figures = Figures()
    for number in range(1, 101):
        figures.add("enrol", end=10 + number / 10, seconds=number / 1000, outcome="enrolled", fate="judged")
    figures.add("refusal", end=20.0, seconds=0.5, outcome="HTTP 503", fate="unjudged")
    figures.add("race", end=20.0, seconds=30.0, outcome="Connection refused", fate="lost")
    return figures.load(users=5, rate=20.0, began=10.0, seconds=10.0, workers=0)


@pytest.mark.parametrize(
    ("values", "part", "expected"),
    [([], 0.5, 0.0), ([1.0], 0.99, 1.0), ([1.0, 2.0], 0.5, 1.0), ([1.0, 2.0], 0.51, 2.0), ([1.0, 2.0, 3.0], 1.0, 3.0)],
)
def test_a_percentile_is_a_value_that_came(values: list[float], part: float, expected: float) -> None:
    assert percentile(values, part) == expected


def test_figures_say_how_long_answers_took_and_what_became_of_the_requests() -> None:
    found = load()
    assert (found.sent, found.judged, found.unjudged, found.lost) == (102, 100, 1, 1)
    assert found.reached == pytest.approx(10.2)
    by_kind = {one.name: one for one in found.latencies}
    assert set(by_kind) == {"all", "enrol", "refusal"}  # no answer took no time
    enrol = by_kind["enrol"]
    assert (enrol.p50, enrol.p90, enrol.p95, enrol.p99, enrol.most) == (0.05, 0.09, 0.095, 0.099, 0.1)
    assert found.all_answers.most == 0.5
    assert found.outcomes[0] == ("enrolled", 100)


def test_the_course_of_a_load_adds_up() -> None:
    found = load()
    step = found.moments[0].at * 2
    assert sum(moment.judged * step for moment in found.moments) == pytest.approx(100)
    assert sum(moment.lost * step for moment in found.moments) == pytest.approx(1)


def test_plots_stay_within_their_frames() -> None:
    rate, latency = plots(load())
    assert all(bar.x >= 0 and bar.x + bar.width <= rate.width + 1 for bar in rate.bars)
    assert all(bar.y >= 0 and bar.height >= 0 and bar.y + bar.height <= rate.height for bar in rate.bars)
    points = [point.split(",") for _, line in latency.lines for point in line.split()]
    assert all(0 <= float(x) <= latency.width and 0 <= float(y) <= latency.height for x, y in points)


def test_a_load_without_a_single_answer_has_lines_and_no_plots() -> None:
    nothing = Figures().load(users=1, rate=None, began=0.0, seconds=1.0, workers=0)
    assert plots(nothing) == ()
    assert next(lines(nothing)).startswith("0 requests of 1 user, 0 a second")
