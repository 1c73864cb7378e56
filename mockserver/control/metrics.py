"""Metrics for Prometheus: counted here, and written as text when they are asked for."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from prometheus_client.core import Metric

MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_BOUNDS: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds


class _Counts:
    """What is counted of one path: the exchanges by status and outcome, and how many took how long."""

    __slots__ = ("exchanges", "in_bounds", "seconds")

    def __init__(self) -> None:
        self.exchanges: dict[tuple[int, str], int] = {}
        self.seconds = 0.0
        self.in_bounds = [0] * (len(_BOUNDS) + 1)


class Metrics:
    """Counts the exchanges of all sessions since the start. A reset changes nothing.

    `paths` are those of the calls. Every other path counts as `other`, so that clients cannot make up label values.
    """

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths = frozenset(paths)
        self._counts: dict[str, _Counts] = {}  # by the label of the path

    def count(self, path: str, status: int, outcome: str, seconds: float) -> None:
        """Count an exchange. `outcome` is the first of its outcomes, or ''."""
        label = path if path in self._paths else "other"
        counts = self._counts.get(label)
        if counts is None:
            counts = self._counts[label] = _Counts()
        kind = status, outcome
        counts.exchanges[kind] = counts.exchanges.get(kind, 0) + 1
        counts.seconds += seconds
        counts.in_bounds[bisect_left(_BOUNDS, seconds)] += 1

    def text(self, *, sessions: int, enrolments: int) -> str:
        """Return all metrics in the text format of Prometheus."""
        # The import takes 60 ms, which the start of the mock does without.
        from prometheus_client import CollectorRegistry, generate_latest

        metrics = [*self._counted(), *_gauges(sessions, enrolments)]
        registry = CollectorRegistry(auto_describe=False)
        registry.register(_Once(metrics))
        return generate_latest(registry).decode()

    def _counted(self) -> Iterator[Metric]:
        from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily

        requests = CounterMetricFamily(
            "enrol_mock_requests",
            "Requests, but those to the control plane.",
            labels=("path", "status", "outcome"),
        )
        for path, counts in self._counts.items():
            for (status, outcome), number in counts.exchanges.items():
                requests.add_metric([path, str(status), outcome], number)
        yield requests
        seconds = HistogramMetricFamily("enrol_mock_request_seconds", "How long they took.", labels=["path"])
        for path, counts in self._counts.items():
            bounds = [*map(str, _BOUNDS), "+Inf"]
            seconds.add_metric([path], list(zip(bounds, accumulate(counts.in_bounds), strict=True)), counts.seconds)
        yield seconds


def _gauges(sessions: int, enrolments: int) -> Iterator[Metric]:
    from prometheus_client.core import GaugeMetricFamily

    yield GaugeMetricFamily("enrol_mock_sessions", "Sessions, with the one without a name.", value=sessions)
    yield GaugeMetricFamily("enrol_mock_enrolments", "Enrolments recorded in all sessions.", value=enrolments)


class _Once:
    """A collector of metrics that are made already."""

    def __init__(self, metrics: list[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> list[Metric]:
        return self._metrics
