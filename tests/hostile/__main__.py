"""`make hostile`: the corpus and thousands of changes of it, and what a healthy client has noticed of that."""

from __future__ import annotations

import argparse
import sys

from tests.hostile.changes import changed
from tests.hostile.siege import CORPUS, besiege, memory
from tests.mockserver.process import Process


def main() -> int:
    """Print the figures, and each answer that is wrong. Return 1 if there is one."""
    parser = argparse.ArgumentParser(prog="python -m tests.hostile", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="of the changes  [default: 1]")
    parser.add_argument("--changes", type=int, default=10_000, help="how many there are  [default: 10000]")
    options = parser.parse_args()
    whole = [case for cases in CORPUS.values() for case in cases]
    process = Process.start()
    before = memory(process)
    siege = besiege(process, [*whole, *changed(whole, seed=options.seed, number=options.changes)])
    waits = sorted(siege.waits)
    wrong = siege.wrong(siege.cases)
    print(f"{len(whole)} cases of the corpus and {options.changes} changes of seed {options.seed}")
    print(f"a healthy client got {len(waits)} answers: half of them in {waits[len(waits) // 2] * 1000:.0f} ms,")
    print(f"99 % in {waits[len(waits) * 99 // 100] * 1000:.0f} ms, the slowest in {waits[-1] * 1000:.0f} ms")
    print(f"the mock had {before:.0f} MiB before, {siege.memory:.0f} MiB at most, {memory(process):.0f} MiB afterwards")
    print(*wrong, f"{len(wrong)} answers are wrong", sep="\n")
    process.stop()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
