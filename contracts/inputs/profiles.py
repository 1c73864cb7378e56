"""The profiles: how much a run asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Profile:
    """How many generated cases each part of the suite asks; `steps` is the length of one journey."""

    name: str
    pairs: int
    echoes: int
    fuzz: int
    journeys: int
    steps: int
    repeats: int


PROFILES: Final = (
    Profile("quick", pairs=60, echoes=40, fuzz=20, journeys=5, steps=25, repeats=45),
    Profile("default", pairs=300, echoes=150, fuzz=100, journeys=20, steps=40, repeats=120),
    Profile("thorough", pairs=3000, echoes=1500, fuzz=1000, journeys=100, steps=80, repeats=400),
)
