"""Draws the servers side by side as an SVG, with the colours of the reader's screen: dark on light, or light on dark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import jinja2

from tests.bench.versus import Figures
from tests.bench.windows import CONNECTIONS

_TEMPLATE: Final = Path(__file__).with_name("plot.svg.jinja")
_LABELS: Final = 200  # pixels for the names of the servers
_PANEL: Final = 250  # pixels from one panel to the next
_LONGEST: Final = 170  # pixels of the longest bar of a panel
_BAR, _GAP, _TOP, _BOTTOM = 13, 14, 60, 40


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar with its place, its figure, and the number of its shade."""

    x: int
    y: int
    width: int
    text: str
    shade: int


@dataclass(frozen=True, slots=True)
class Word:
    """A text and its place."""

    x: int
    y: int
    text: str


def draw(found: Sequence[Figures], title: str) -> str:
    """Return the picture: a group of bars for each server, one for each number of connections, in three panels."""
    panels = {
        "requests per second": [[load.per_second for load in one.loads.values()] for one in found],
        "99th percentile of latency, ms": [[load.p99 for load in one.loads.values()] for one in found],
        "processor time per request, µs": [[load.cpu_per_request for load in one.loads.values()] for one in found],
    }
    group = _BAR * len(CONNECTIONS) + _GAP
    names = [
        Word(_LABELS - 10, _TOP + at * group + _BAR * len(CONNECTIONS) // 2 + 4, one.name)
        for at, one in enumerate(found)
    ]
    bars: list[Bar] = []
    heads: list[Word] = []
    for panel, (head, servers) in enumerate(panels.items()):
        left, most = _LABELS + panel * _PANEL, max(max(one) for one in servers)
        heads.append(Word(left, _TOP - 12, head))
        for at, figures in enumerate(servers):
            for shade, figure in enumerate(figures):
                y, width = _TOP + at * group + shade * _BAR, max(1, round(figure / most * _LONGEST))
                bars.append(Bar(left, y, width, f"{figure:,.1f}" if figure < 10 else f"{figure:,.0f}", shade))
    height = _TOP + group * len(found) + _BOTTOM
    legend = [
        Word(_LABELS + shade * 140, height - 18, f"{number} connection{'s' if number > 1 else ''}")
        for shade, number in enumerate(CONNECTIONS)
    ]
    template = jinja2.Template(_TEMPLATE.read_text(encoding="utf-8"), autoescape=True, undefined=jinja2.StrictUndefined)
    drawn: str = template.render(
        title=title,
        width=_LABELS + 3 * _PANEL,
        height=height,
        bar=_BAR,
        names=names,
        heads=heads,
        bars=bars,
        legend=legend,
    )
    return drawn
