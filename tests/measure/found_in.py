"""Which part of the suite is the first to find each fault, so that a short measurement asks that part first."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from contracts.suite.runner import PARTS
from tests.measure import kit
from tests.measure.kit import Outcome
from tests.measure.trials import BY_NAME, Trial

_FILE: Final = Path(__file__).with_suffix(".json")


def judge(trial: Trial) -> Outcome:
    """Ask the parts of the suite that are known to find the trial's fault, and if they do not, the whole suite."""
    parts = parts_for(trial.fault or "")
    if parts:
        outcome = kit.judge(replace(trial, parts=parts))
        if outcome.is_right:
            return replace(outcome, trial=trial)
    return kit.judge(trial)


def parts_for(fault: str) -> tuple[str, ...]:
    """Return the parts that found a fault when all were measured; none if that is not known.

    `examples` is always among them: it sends the first enrolment, which tells whether the host is fresh.
    """
    part = known().get(fault)
    return tuple(dict.fromkeys(("examples", part))) if part in PARTS else ()


def write(killed: Iterable[Outcome]) -> None:
    """Keep what a measurement of the whole suite has shown, beside what is known of other faults."""
    parts = {fault: part for fault, part in known().items() if fault in BY_NAME}
    parts |= {outcome.trial.fault: outcome.part for outcome in killed if outcome.trial.fault}
    _FILE.write_text(json.dumps(parts, indent=0, sort_keys=True) + "\n", encoding="utf-8")


def known() -> Mapping[str, str]:
    """Return the part that was the first to find each fault, by the fault's name."""
    found: Mapping[str, str] = json.loads(_FILE.read_text(encoding="utf-8"))
    return found
