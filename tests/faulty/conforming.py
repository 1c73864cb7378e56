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
    """Yield `n` full choices of readings, the same ones for the same seed."""
    dice = random.Random(seed)
    for _ in range(n):
        yield {question: dice.choice(readings) for question, readings in READINGS.items()}
