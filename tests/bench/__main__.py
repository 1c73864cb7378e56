"""Measure the mock, alone and beside others, and print tables."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from functools import partial

from openapi.closed_pipe import silent_end
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
    others, silent = versus.that_answer(others)
    compared = versus.measure(others, windows)
    tables = [_shown(versus.table(compared)), _shown(inside.table()), _shown(growth.table())]
    tables.insert(0, _shown(goals.table(goals.goals(compared, *tables[1:]))))
    failed, notices = False, [*notices, *silent]
    short = windows.shorter()
    parts: dict[str, Callable[[], Table]] = {
        "kinds": partial(kinds.table, short),
        "stores": partial(stores.table, short),
        "scale": partial(scale.table, short),
        "layers": partial(layers.table, short),
        "runs": runs.table,
    }
    for name, part in parts.items():
        try:
            tables.append(_shown(part()))
        except (AssertionError, RuntimeError) as error:  # what was measured is worth to be shown
            failed = True
            notices.append(f"no table of {name}: {error}")
    print("\n".join(notices))
    if asked.docs:
        picture = plot.draw(compared, "The page's ENROL request, side by side")
        page.write(tables, notices, picture, machine=where, count=windows.count, seconds=windows.seconds)
    sys.exit(failed)


def _shown(table: Table) -> Table:
    print(as_text(table), flush=True)
    return table


if __name__ == "__main__":
    with silent_end():
        main()
