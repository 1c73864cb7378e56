"""The figures of a load as the reports show them: lines, rows, JSON, and the shapes of its two plots."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from contracts.plural import plural
from contracts.verdict.figures import FATES, Fate, Latency, Load, Moment

_KINDS: Final = {
    "all": "all answers",
    "enrol": "an enrolment",
    "race": "an enrolment several times at the same moment",
    "limit": "more enrolments than a limit allows, at the same moment",
    "repeat": "an enrolment of somebody who is enrolled",
    "opt-in": "an opt-in",
    "refusal": "a request that must be refused",
}
# So many outcomes have a row of their own.
_OUTCOMES: Final = 12
# The size of a plot, and the room for its labels, in pixels.
_WIDTH: Final = 640
_HEIGHT: Final = 180
_LEFT: Final = 56
_BOTTOM: Final = 22
_TOP: Final = 8


def summary(load: Load) -> str:
    """Return in a sentence how many requests were sent, how fast, and what became of them."""
    asked = "as many as the host answers" if load.rate is None else f"{load.rate:g} asked for"
    left = [f"{load.unjudged} answered by a gateway or a busy host", f"{load.lost} not answered"]
    fates = [words for words, count in zip(left, (load.unjudged, load.lost), strict=True) if count]
    whose = f"{plural(load.users, 'user')}" + (f" of {plural(load.workers, 'worker')}" if load.workers else "")
    said = f"; {', '.join(fates)}" if fates else ""
    return f"{plural(load.sent, 'request')} of {whose}, {load.reached:.0f} a second ({asked}){said}"


def rows(load: Load) -> Iterator[tuple[str, ...]]:
    """Yield a row for each kind of request: its name, answers, and milliseconds that p50, p90, p95, p99 and all took."""
    for one in load.latencies:
        yield (_KINDS[one.name], str(one.count), *(f"{seconds * 1000:.1f}" for seconds in _parts(one)))


def outcomes(load: Load) -> Iterator[tuple[str, int]]:
    """Yield what came back and how often, the most frequent first; the rest in one row."""
    yield from load.outcomes[:_OUTCOMES]
    rest = sum(count for _, count in load.outcomes[_OUTCOMES:])
    if rest:
        yield "others", rest


def lines(load: Load) -> Iterator[str]:
    """Yield the figures as lines for a terminal."""
    yield summary(load)
    yield f"{'milliseconds':<58}{'answers':>8}{'p50':>9}{'p90':>9}{'p95':>9}{'p99':>9}{'max':>9}"
    for name, count, *taken in rows(load):
        yield f"  {name:<56}{count:>8}" + "".join(f"{one:>9}" for one in taken)
    yield "came back: " + ", ".join(f"{count} × {what}" for what, count in outcomes(load))


def as_json(load: Load) -> dict[str, Any]:
    """Return the figures for report.json; all times in seconds."""
    return {
        "users": load.users,
        "rate": load.rate,
        "workers": load.workers,
        "seconds": round(load.seconds, 3),
        "sent": load.sent,
        "judged": load.judged,
        "unjudged": load.unjudged,
        "lost": load.lost,
        "latencies": [
            dict(
                zip(
                    ("kind", "answers", "p50", "p90", "p95", "p99", "max"), (o.name, o.count, *_rounded(o)), strict=True
                )
            )
            for o in load.latencies
        ],
        "outcomes": [{"what": what, "times": count} for what, count in load.outcomes],
        "moments": [
            {
                "at": round(moment.at, 3),
                "judged": round(moment.judged, 3),
                "unjudged": round(moment.unjudged, 3),
                "lost": round(moment.lost, 3),
                "p50": round(moment.p50, 6),
                "p95": round(moment.p95, 6),
            }
            for moment in load.moments
        ],
    }


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle of a plot. `fate`: what became of the requests that it counts."""

    fate: Fate
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot: bars, lines as points of a polyline, and the labels of its axes with their places."""

    title: str
    bars: tuple[Bar, ...]
    lines: tuple[tuple[str, str], ...]
    across: tuple[tuple[float, str], ...]
    up: tuple[tuple[float, str], ...]
    width: int = _WIDTH
    height: int = _HEIGHT


def plots(load: Load) -> tuple[Plot, ...]:
    """Return the plots: requests a second, and latency, both over the time of the load."""
    moments = load.moments
    if not moments:
        return ()
    end = moments[-1].at + moments[0].at
    most = max(moment.judged + moment.unjudged + moment.lost for moment in moments)
    slowest = max(max(moment.p95 for moment in moments) * 1000, 0.001)
    across = tuple((_x(end * part, end), f"{end * part:.3g} s") for part in (0, 0.25, 0.5, 0.75, 1))
    over_time = [(name, _points(moments, name, end, slowest)) for name in ("p50", "p95")]
    return (
        Plot("Requests a second, by what became of them", tuple(_bars(moments, end, most)), (), across, _up(most, "")),
        Plot("Latency in milliseconds", (), tuple(over_time), across, _up(slowest, " ms")),
    )


def _bars(moments: Sequence[Moment], end: float, most: float) -> Iterator[Bar]:
    step = moments[0].at * 2
    for moment in moments:
        below = 0.0
        for fate in FATES:
            rate = getattr(moment, fate)
            if rate:
                x, y = _x(moment.at - step / 2, end), _y(below + rate, most)
                yield Bar(fate, x, y, round(_x(step, end) - _LEFT, 2), round(_y(below, most) - y, 2))
            below += rate


def _points(moments: Sequence[Moment], name: str, end: float, most: float) -> str:
    return " ".join(f"{_x(m.at, end)},{_y(getattr(m, name) * 1000, most)}" for m in moments if m.p95)


def _up(most: float, unit: str) -> tuple[tuple[float, str], ...]:
    return tuple((_y(most * part, most), f"{most * part:.3g}{unit}") for part in (0, 0.5, 1))


def _x(at: float, end: float) -> float:
    return round(_LEFT + (_WIDTH - _LEFT - 8) * at / end, 2)


def _y(value: float, most: float) -> float:
    return round(_HEIGHT - _BOTTOM - (_HEIGHT - _BOTTOM - _TOP) * value / most, 2)


def _parts(one: Latency) -> tuple[float, ...]:
    return one.p50, one.p90, one.p95, one.p99, one.most


def _rounded(one: Latency) -> tuple[float, ...]:
    return tuple(round(seconds, 6) for seconds in _parts(one))
