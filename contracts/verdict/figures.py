"""The figures of a load: how many requests were sent, what came back, and after how long."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

# What kind of request it is. race: several ask for the same thing at the same moment; limit: more ask than may have it.
Kind = Literal["enrol", "race", "limit", "repeat", "opt-in", "refusal"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
# What became of an answer: judged, left unjudged as one of a busy host or a gateway, or none came.
Fate = Literal["judged", "unjudged", "lost"]
FATES: Final[tuple[Fate, ...]] = get_args(Fate)
# A plot shows about so many moments of a load.
_MOMENTS: Final = 60


@dataclass(frozen=True, slots=True)
class Latency:
    """How long answers took, in seconds: half of them at most `p50`, and so on. `count`: how many came."""

    name: str
    count: int
    p50: float
    p90: float
    p95: float
    p99: float
    most: float


@dataclass(frozen=True, slots=True)
class Moment:
    """A part of a load: requests a second that ended then, by what became of them, and how long the answers took.

    `at`: seconds from the start of the load to the middle of the part.
    """

    at: float
    judged: float
    unjudged: float
    lost: float
    p50: float
    p95: float


@dataclass(frozen=True, slots=True)
class Load:
    """The figures of a load.

    `users`: callers side by side. `rate`: requests a second that were asked for; None if as many as the host answers.
    `seconds`: how long it lasted. `workers`: how many other processes or machines sent it. `latencies`: of all answers,
    then of each kind. `outcomes`: what came back, and how often, the most frequent first. `reached`: requests a second.
    """

    users: int
    rate: float | None
    seconds: float
    workers: int
    sent: int
    judged: int
    unjudged: int
    lost: int
    latencies: tuple[Latency, ...]
    moments: tuple[Moment, ...]
    outcomes: tuple[tuple[str, int], ...]

    @property
    def reached(self) -> float:
        """Requests a second, on average."""
        return self.sent / self.seconds if self.seconds else 0.0

    @property
    def all_answers(self) -> Latency:
        """How long answers took, of whatever kind."""
        return self.latencies[0]


class Figures:
    """Collects the figures of a load while it lasts."""

    def __init__(self) -> None:
        self._ended: list[tuple[float, float, Kind, Fate]] = []
        self._outcomes: Counter[str] = Counter()

    def add(self, kind: Kind, *, end: float, seconds: float, outcome: str, fate: Fate) -> None:
        """Add a request. `end`: when its answer had come, in seconds of the load's clock; `seconds`: how long it took."""
        self._ended.append((end, seconds, kind, fate))
        self._outcomes[outcome] += 1

    def load(self, *, users: int, rate: float | None, began: float, seconds: float, workers: int) -> Load:
        """Return the figures. `began`: when the load began, on its clock; `seconds`: how long it lasted."""
        fates = Counter(fate for *_, fate in self._ended)
        came = [one for one in self._ended if one[3] != "lost"]
        latencies = [_latency("all", [taken for _, taken, *_ in came])]
        for kind in KINDS:
            taken = [taken for _, taken, of, _ in came if of == kind]
            latencies += [_latency(kind, taken)] if taken else []
        return Load(
            users=users,
            rate=rate,
            seconds=seconds,
            workers=workers,
            sent=len(self._ended),
            judged=fates["judged"],
            unjudged=fates["unjudged"],
            lost=fates["lost"],
            latencies=tuple(latencies),
            moments=self._moments(began, seconds),
            outcomes=tuple(self._outcomes.most_common()),
        )

    def _moments(self, began: float, seconds: float) -> tuple[Moment, ...]:
        if not self._ended:
            return ()
        step = max(seconds / _MOMENTS, 0.1)
        parts: dict[int, list[tuple[float, Fate]]] = {}
        for end, taken, _, fate in self._ended:
            parts.setdefault(int(max(end - began, 0.0) / step), []).append((taken, fate))
        return tuple(_moment((place + 0.5) * step, step, parts.get(place, ())) for place in range(max(parts) + 1))


def percentile(ordered: Sequence[float], part: float) -> float:
    """Return the smallest value that so great a part of the ordered values do not exceed; 0 if there are none."""
    return ordered[max(math.ceil(part * len(ordered)) - 1, 0)] if ordered else 0.0


def _latency(name: str, taken: list[float]) -> Latency:
    ordered = sorted(taken)
    parts = [percentile(ordered, part) for part in (0.5, 0.9, 0.95, 0.99, 1.0)]
    return Latency(name, len(ordered), *parts)


def _moment(at: float, step: float, ended: Sequence[tuple[float, Fate]]) -> Moment:
    fates = Counter(fate for _, fate in ended)
    ordered = sorted(taken for taken, fate in ended if fate != "lost")
    judged, unjudged, lost = (fates[fate] / step for fate in FATES)
    return Moment(at, judged, unjudged, lost, percentile(ordered, 0.5), percentile(ordered, 0.95))
