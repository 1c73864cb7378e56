"""Measure the mock, alone and beside others, and print tables."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from tests.bench import goals, growth, inside, kinds, layers, machine, page, peers, plot, runs, scale, stores, versus
from tests.bench.tables import Table, as_text
from tests.bench.windows import Windows


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure everything, print the tables, and write the page if asked."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--peers", action="store_true", help="compare with other mocks; installs them into build/peers")
    parser.add_argument("--docs", action="store_true", help="write docs/bench.md and its picture")
    parser.add_argument("--windows", type=int, default=3, help="windows of each load, of which the median counts")
    parser.add_argument("--seconds", type=float, default=2, help="length of a window")
    asked = parser.parse_args(arguments)
    where, windows = machine.described(), Windows(asked.windows, asked.seconds)
    print(where + "\n")
    others, notices = peers.install() if asked.peers else ([], ["no peers: PEERS=1 was not given"])
    compared = versus.measure(others, windows)
    tables = [_shown(versus.table(compared)), _shown(kinds.table(windows.shorter()))]
    tables += [within := _shown(inside.table()), grown := _shown(growth.table())]
    kept, without = stores.table(windows.shorter())
    tables += [_shown(kept), _shown(scale.table(windows.shorter())), _shown(layers.table(windows.shorter()))]
    tables += [_shown(runs.table())]
    tables.insert(0, _shown(goals.table(goals.goals(compared, within, grown))))
    notices += without
    print("\n".join(notices))
    if asked.docs:
        picture = plot.draw(compared, "The page's ENROL request, side by side")
        page.write(tables, notices, picture, machine=where, count=windows.count, seconds=windows.seconds)


def _shown(table: Table) -> Table:
    print(as_text(table), flush=True)
    return table


if __name__ == "__main__":
    main()
