"""Steps: the earlier exchanges without which an answer would be right, such as the enrolment before a repeat."""

from __future__ import annotations

from dataclasses import replace

from contracts.oracle.acceptance.ids import PLACE, ids_shown
from contracts.oracle.observation import Observation
from contracts.oracle.trial import Candidate, Trial


def with_steps(observation: Observation, trial: Trial) -> Observation:
    """Return a broken observation with the numbers of the exchanges that led to it."""
    candidate = trial.candidate
    if observation.verdict != "broken" or candidate is None:
        return observation
    steps = set[int]()
    if _counts(candidate):
        steps.update(trial.history.steps(candidate.customer, candidate.promotion))
    for kind, value in zip(("enrollmentId", "optinId"), ids_shown(trial.reply), strict=True):
        if observation.claim == f"{PLACE}.{kind}.unique" and isinstance(value, str):
            steps.update(trial.history.first_shown(kind, value))
    return replace(observation, steps=tuple(sorted(steps)))


def _counts(candidate: Candidate) -> bool:
    """What was enrolled before changes the answer. A customer may be enrolled again until a limit is reached."""
    member = candidate.membership
    return candidate.limit_reached or member.full or (candidate.opts_in and bool(member.enrolments))
