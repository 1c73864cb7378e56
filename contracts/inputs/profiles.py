"""The profiles: how many requests a run sends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Profile:
    """How many requests the generated parts of the suite send.

    `pairs`: requests with two wrong values. `echoes`: requests with a generated requestId. `fuzz`: requests of each
    Schemathesis lane. `journeys`: sequences of `steps` requests. `repeats`: how often the same request is repeated.
    `each_alone`: characters that hosts are likely to lose are also sent one by one.
    `rounds`: how often different requests are sent at the same moment. `connections`: over how many connections a
    hundred requests are sent each. `rest`: seconds in which nothing is sent, once. `strength`: how many values of
    different fields meet in some request, whichever they are. `requests`: how many they are in all, about, with the
    sample data.
    """

    name: str
    pairs: int
    echoes: int
    fuzz: int
    journeys: int
    steps: int
    repeats: int
    rounds: int
    connections: int
    rest: float
    requests: int = 0
    each_alone: bool = False
    strength: int = 2


DEFAULT: Final = Profile(
    "default",
    pairs=300,
    echoes=150,
    fuzz=100,
    journeys=20,
    steps=40,
    repeats=120,
    rounds=20,
    connections=2,
    rest=2.2,
    each_alone=True,
    requests=7700,
)
QUICK: Final = Profile(
    "quick",
    pairs=60,
    echoes=15,
    fuzz=20,
    journeys=5,
    steps=25,
    repeats=45,
    rounds=6,
    connections=1,
    rest=0.2,
    requests=3950,
)
THOROUGH: Final = Profile(
    "thorough",
    pairs=3000,
    echoes=1500,
    fuzz=1000,
    journeys=100,
    steps=80,
    repeats=400,
    rounds=100,
    connections=12,
    rest=5.5,
    each_alone=True,
    requests=26500,
    strength=3,
)
PROFILES: Final[Mapping[str, Profile]] = {profile.name: profile for profile in (QUICK, DEFAULT, THOROUGH)}
