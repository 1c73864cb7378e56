"""Metrics for Prometheus: counted here, and written as text when they are asked for."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from prometheus_client.core import Metric

MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_BOUNDS: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds


class _Kind(NamedTuple):
    path: str
    status: int
    outcome: str


class Metrics:
    """Counts the exchanges of all sessions since the start. A reset changes nothing.

    `paths` are those of the calls. Every other path counts as `other`, so that clients cannot make up label values.
    """

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths = frozenset(paths)
        self._exchanges: Counter[tuple[str, int, str]] = Counter()  # by the fields of a _Kind
        self._seconds: dict[str, float] = {}
        self._in_bounds: dict[str, list[int]] = {}

    def count(self, path: str, status: int, outcome: str, seconds: float) -> None:
        """Count an exchange. `outcome` is the first of its outcomes, or ''."""
        label = path if path in self._paths else "other"
        self._exchanges[label, status, outcome] += 1
        in_bounds = self._in_bounds.get(label)
        if in_bounds is None:
            in_bounds, self._seconds[label] = [0] * (len(_BOUNDS) + 1), 0.0
            self._in_bounds[label] = in_bounds
        self._seconds[label] += seconds
        in_bounds[bisect_left(_BOUNDS, seconds)] += 1

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
            labels=_Kind._fields,
        )
        for kind, number in ((_Kind(*key), number) for key, number in self._exchanges.items()):
            requests.add_metric([kind.path, str(kind.status), kind.outcome], number)
        yield requests
        seconds = HistogramMetricFamily("enrol_mock_request_seconds", "How long they took.", labels=["path"])
        for path, numbers in self._in_bounds.items():
            bounds = [*map(str, _BOUNDS), "+Inf"]
            seconds.add_metric([path], list(zip(bounds, accumulate(numbers), strict=True)), self._seconds[path])
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
