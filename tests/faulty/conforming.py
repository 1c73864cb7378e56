"""Hosts that keep the page's word: every reading by itself, and random combinations of all."""

import random
from collections.abc import Iterator

from tests.faulty.readings import READINGS


def single_readings() -> Iterator[dict[str, str]]:
    """Yield every reading that is not a default, alone."""
    for question, readings in READINGS.items():
        for reading in readings[1:]:
            yield {question: reading}


def random_combinations(seed: int, n: int) -> Iterator[dict[str, str]]:
    """Yield `n` full choices of readings, the same ones for the same seed, of hosts on which an OPT_IN can succeed."""
    dice = random.Random(seed)
    for _ in range(n):
        choice = {question: dice.choice(readings) for question, readings in READINGS.items()}
        if choice["opt-in-first"] == "refused" and choice["opt-in-after"] == "already-enrolled":
            choice["opt-in-after"] = "once"
        yield choice
