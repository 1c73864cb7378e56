"""Choices of readings for conforming hosts: every reading by itself, and random combinations."""

import random
from collections.abc import Iterator

from tests.faulty.readings import CHECKS, PLACES, READINGS


def single_readings() -> Iterator[dict[str, str]]:
    """Yield each reading that is not a default, one at a time."""
    for question, readings in READINGS.items():
        for reading in readings[1:]:
            yield {question: reading}


def each_reading() -> Iterator[dict[str, str]]:
    """Yield few choices of readings, the first of which is the default: each reading occurs in one of them."""
    for turn in range(max(map(len, READINGS.values()))):
        yield _possible({question: readings[turn % len(readings)] for question, readings in READINGS.items()})


def own_ways(seed: int, n: int) -> Iterator[dict[str, str]]:
    """Yield `n` choices of a host that answers each field, and each kind of wrong value there, in a way of its own."""
    dice = random.Random(seed)
    for _ in range(n):
        choice = {
            f"{question}/{place}": dice.choice(READINGS[question]) for question in PLACES for place in PLACES[question]
        }
        yield choice | {question: dice.choice(readings) for question, readings in CHECKS.items()}


def random_combinations(seed: int, n: int) -> Iterator[dict[str, str]]:
    """Yield `n` random choices of a reading for every question; the same seed gives the same choices.

    Choices under which no OPT_IN could ever succeed are left out: such a host would not conform to the page.
    """
    dice = random.Random(seed)
    for _ in range(n):
        choice = {question: dice.choice(readings) for question, readings in READINGS.items()}
        yield _possible(choice)


def _possible(choice: dict[str, str]) -> dict[str, str]:
    """Return a choice of readings under which an OPT_IN can succeed."""
    if choice["opt-in-first"] == "refused" and choice["opt-in-after"] == "already-enrolled":
        return choice | {"opt-in-after": "once"}
    return choice
