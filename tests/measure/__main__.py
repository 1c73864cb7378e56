"""`python -m tests.measure`: run the trials, tell what went wrong as it happens, and print the figures."""

from __future__ import annotations

import argparse
import multiprocessing
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from contracts.suite.runner import PARTS
from openapi.closed_pipe import silent_end
from tests.measure import found_in, kit, page, stock, trials
from tests.measure.figures import Figures
from tests.measure.kit import Outcome
from tests.measure.trials import BY_NAME, Trial
from tests.measure.workers import each
from tests.measure.worlds import WORLDS

_PROGRESS: Final = 50
_FEW: Final = 1
_FEW_MIXTURES: Final = 2
_EACH_IN_SHORT: Final = 20
_EACH_OF_WORLDS: Final = 75
_EACH_TO_THE_END: Final = 10
_EACH_FOR_STOCK: Final = 10


def main() -> None:
    """Print killed / N, the survivors, the false alarms, and what else is asked for."""
    asked = _arguments()
    figures = Figures()
    for _ in _measure(asked, figures):
        if asked.docs:  # at every stage: an hour is long
            found_in.write(figures.killed)
            page.write([*figures.summary()])
    for line in figures.lines():
        print(line)
    sys.exit(bool(figures.survivors or figures.false_alarms))


def _measure(asked: argparse.Namespace, figures: Figures) -> Iterator[None]:
    """Fill in the figures, stage by stage."""
    faulty = list(trials.faulty(asked.seeds, asked.profile, asked.only))
    if asked.short and not asked.only:
        faulty = faulty[::_EACH_IN_SHORT]
    figures.faulty = _told(faulty, asked.processes, found_in.judge if asked.short else kit.judge)
    yield
    if not asked.short:
        # A whole run takes long, so only those that a first finding does not name well have one, and a sample of the
        # others.
        looked_at = [
            o for at, o in enumerate(figures.killed) if asked.only or at % _EACH_TO_THE_END == 0 or not o.names_it_first
        ]
        figures.again = _run((replace(o.trial, to_the_end=True) for o in looked_at), asked.processes)
    # In the worlds of which the kit knows less, every so many faults will do.
    every = 1 if asked.worlds or asked.only else _EACH_OF_WORLDS
    once = [trial for trial in faulty if trial.seed == 1][::every]
    for world in WORLDS:
        figures.worlds[world] = _run((replace(t, to_the_end=True, world=world) for t in once), asked.processes)
    if not asked.only:
        combinations = min(asked.combinations, _FEW) if asked.short else asked.combinations
        single = trials.conforming if not asked.short else trials.conforming_in_short
        good = list(single(asked.seeds, asked.profile, combinations))
        mixtures = min(asked.mixtures, _FEW_MIXTURES) if asked.short else asked.mixtures
        good += trials.formed(asked.seeds, asked.profile, mixtures, alone=not asked.short)
        figures.conforming = _told(good, asked.processes)
    yield
    if asked.stock or asked.docs:
        singles = [] if asked.only else list(trials.conforming(1, asked.profile, combinations=0))
        each_so_many = 1 if asked.only else _EACH_FOR_STOCK
        sample = [trial for trial in faulty if trial.seed == 1][::each_so_many]
        _ask_schemathesis(figures, sample, singles, asked.processes)
        yield
    if asked.parts:
        _leave_parts_out(figures, asked.processes)
        yield


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make faults", description=__doc__)
    parser.add_argument("--seeds", type=int, default=1, help="how many seeds each server is tested with [default: 1]")
    parser.add_argument("--profile", default="quick", help="that of `enrol-contract run` [default: quick]")
    parser.add_argument("--combinations", type=int, default=50, help="random combinations of readings, for each seed")
    parser.add_argument(
        "--mixtures", type=int, default=200, help="random mixtures of forms and readings, for each seed"
    )
    parser.add_argument("--only", metavar="TEXT", help="try only the faults with this in their name")
    parser.add_argument(
        "--short",
        action="store_true",
        help=f"one fault of {_EACH_IN_SHORT}, --combinations {_FEW}, --mixtures {_FEW_MIXTURES}, no second look at side effects",
    )
    parser.add_argument("--worlds", action="store_true", help="every fault where the kit knows less of the server, too")
    parser.add_argument("--stock", action="store_true", help="stock Schemathesis beside it, on a sample")
    parser.add_argument("--parts", action="store_true", help="also with each part of the suite left out")
    parser.add_argument(
        "--docs", action="store_true", help="with stock Schemathesis, kept and written to docs/faults.md"
    )
    parser.add_argument("--processes", type=int, default=multiprocessing.cpu_count(), help="how many run side by side")
    return parser.parse_args()


def _run(todo: Iterable[Trial], processes: int) -> list[Outcome]:
    return list(each(kit.judge, todo, kit.crashed, processes))


def _told(todo: list[Trial], processes: int, judge: Callable[[Trial], Outcome] = kit.judge) -> list[Outcome]:
    """Run trials, and tell at once of each that did not go as it should."""
    outcomes = []
    for outcome in each(judge, todo, kit.crashed, processes):
        outcomes.append(outcome)
        if len(outcomes) % _PROGRESS == 0:
            print(f"… {len(outcomes)} of {len(todo)} servers", file=sys.stderr, flush=True)
        if not outcome.is_right:
            word = "SURVIVOR" if outcome.trial.fault else "FALSE ALARM"
            trial = outcome.trial
            print(f"{word} (seed {trial.seed}) {trial.name}: {outcome.verdict}; {outcome.why}", flush=True)
    return outcomes


def _ask_schemathesis(figures: Figures, faulty: list[Trial], good: list[Trial], processes: int) -> None:
    """Let stock Schemathesis learn what it holds against conforming servers, and then judge the faulty ones."""
    with TemporaryDirectory() as folder:
        tool = stock.Stock(Path(folder))
        under = {tuple(BY_NAME[trial.name].under.items()) for trial in faulty} | {()}
        figures.stock_known = sum(tool.learn(readings) for readings in sorted(under))
        figures.stock_faulty = list(each(tool.judge, faulty, stock.crashed, processes))
        figures.stock_conforming = list(each(tool.judge, good, stock.crashed, processes))


def _leave_parts_out(figures: Figures, processes: int) -> None:
    """Leave each part of the suite out for the faults that it is the first to find."""
    for part in PARTS:
        own = [o for o in figures.killed if o.trial.seed == 1 and o.part == part]
        others = tuple(other for other in PARTS if other != part)
        figures.without[part] = _run((replace(o.trial, parts=others) for o in own), processes)


if __name__ == "__main__":
    with silent_end():
        main()
