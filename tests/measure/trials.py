"""Trials: which server is tested, and how."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from tests.faulty.conforming import each_reading, own_ways, random_combinations, single_readings
from tests.faulty.faults import FAULTS
from tests.faulty.faults.fault import Fault
from tests.faulty.forms import FORMS, mixed_forms
from tests.faulty.readings import READINGS
from tests.measure.worlds import SAMPLE

# A choice of more readings than there are questions is of a host that has some of its own for each field.
_MANY: Final = len(READINGS)
BY_NAME: Mapping[str, Fault] = {fault.name: fault for fault in FAULTS}


@dataclass(frozen=True, slots=True)
class Trial:
    """One run against one server: a faulty one, or a conforming one under a choice of readings, in a choice of forms.

    `parts` of the suite, all of them if none is named. `to_the_end`: go on after the first finding. `world`: what the
    kit is told of the server's data.
    """

    seed: int
    profile: str
    fault: str | None = None
    readings: Mapping[str, str] = field(default_factory=dict)
    parts: tuple[str, ...] = ()
    to_the_end: bool = False
    forms: tuple[str, ...] = ()
    world: str = SAMPLE

    @property
    def level(self) -> Literal["broken", "hygiene"]:
        """What kind of finding the fault is."""
        return BY_NAME[self.fault].level if self.fault else "broken"

    @property
    def name(self) -> str:
        """The fault, or the readings that are not defaults; then the forms."""
        return " in form ".join((self._what, *([" + ".join(self.forms)] if self.forms else ())))

    @property
    def _what(self) -> str:
        if len(self.readings) > _MANY:
            return f"each field in its own way ({self.seed}), {self.readings.get('checks')}"
        return self.fault or ", ".join(f"{k}={v}" for k, v in self.readings.items()) or "all defaults"


def faulty(seeds: int, profile: str, only: str | None = None) -> Iterator[Trial]:
    """Yield every fault (or those with `only` in their name) for every seed."""
    for seed in range(1, seeds + 1):
        yield from (Trial(seed, profile, fault.name) for fault in FAULTS if only is None or only in fault.name)


def conforming(seeds: int, profile: str, combinations: int) -> Iterator[Trial]:
    """Yield the default readings, every other reading by itself, and random combinations, for every seed."""
    for seed in range(1, seeds + 1):
        choices = (
            {},
            *single_readings(),
            *random_combinations(seed, combinations),
            *own_ways(seed, combinations),
        )
        yield from (Trial(seed, profile, readings=readings, to_the_end=True) for readings in choices)


def conforming_in_short(seeds: int, profile: str, combinations: int) -> Iterator[Trial]:
    """Yield few choices of readings in which each reading occurs, and random combinations, for every seed."""
    for seed in range(1, seeds + 1):
        choices = (*each_reading(), *random_combinations(seed, combinations), *own_ways(seed, combinations))
        yield from (Trial(seed, profile, readings=readings, to_the_end=True) for readings in choices)


def formed(seeds: int, profile: str, mixtures: int, *, alone: bool) -> Iterator[Trial]:
    """Yield mixtures of forms under random combinations of readings, for every seed; `alone`: first each form by itself."""
    for seed in range(1, seeds + 1):
        if alone:
            yield from (Trial(seed, profile, to_the_end=True, forms=(form.name,)) for form in FORMS)
        for forms, readings in zip(mixed_forms(seed, mixtures), random_combinations(seed, mixtures), strict=True):
            yield Trial(seed, profile, readings=readings, to_the_end=True, forms=forms)
