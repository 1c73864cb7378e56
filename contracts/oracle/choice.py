"""The choice: what an answer shows of which nobody knows under which scene it was given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from contracts.oracle.assessment import AGAIN, TOO_SOON, Assessment, in_common
from contracts.oracle.attribution import OF_ALL_ERRORS, claim_of_question, suspects_of
from contracts.oracle.judgement import Judgement
from contracts.oracle.observation import Observation
from contracts.oracle.refusal.signs import signs_of
from contracts.oracle.steps import with_steps
from contracts.oracle.trial import Trial
from contracts.oracle.usual import Strangeness, usual_options

_ANY_WARNING: Final = "response.warnings.none"


def choose(assessed: list[tuple[Trial, Assessment]], *, accepted: bool, of_the_call: bool) -> Judgement:
    """Return what the answer shows, whichever scene is the right one. `of_the_call`: only the call answers like this.

    It is judged by the scenes under which it breaks nothing. If there are none, it is judged by the one that is least
    strange for this host. Among equals, that is the one under which it breaks the fewest claims and shows the most. A
    scene under which errors are right, and only the warnings beside them are wrong, comes before all.
    """
    fitting = [assessment for _, assessment in assessed if not assessment.broken]
    least = min(assessed, key=lambda one: _strangeness(*one))
    chosen = fitting or [least[1]]
    first = chosen[0]
    # What does not belong beside errors tells no scene from another, so no reading either.
    alike = (
        [*fitting, *(each for trial, each in assessed if _is_right_but_for_warnings(trial, each))] if fitting else []
    )
    blames: dict[str, str] = {}
    for assessment in chosen:
        blames = {**assessment.blames, **blames}
    if fitting and of_the_call:
        first.keep("call.path")
    return Judgement(
        "judged",
        tuple(with_steps(each, least[0]) for each in dict.fromkeys(_linked(_common(first, fitting)))),
        implies=in_common(assessment.implies for assessment in alike),
        blames={question: claim_of_question(question, claim) for question, claim in blames.items()},
        hints=in_common(assessment.hints for assessment in alike),
        provided=in_common(assessment.provided for assessment in alike),
        happened=first.happened,
        accepted=accepted,
        crowd=_crowd(least[0]),
        signs=signs_of(least[0].reply) if least[0].reply.decision == "refusal" else (),
        suspects=suspects_of(least[0]) | {o.claim for o in least[1].broken if o.claim in OF_ALL_ERRORS},
    )


def _linked(observations: list[Observation]) -> Iterator[Observation]:
    """Put what says least last, and give a wrong id the symptoms of a wrong number of enrolments too.

    Both come of taking one enrolment for another. A text that is none of the page's warnings may stand for one of them.
    """
    is_lost = any(o.verdict == "broken" and o.claim.startswith("warning.") for o in observations)
    for observation in sorted(observations, key=lambda each: is_lost and each.claim == _ANY_WARNING):
        is_wrong_id = observation.verdict == "broken" and observation.claim.endswith(".unique")
        linked = (*observation.symptoms, AGAIN, TOO_SOON)
        yield replace(observation, symptoms=linked, indirect=True) if is_wrong_id else observation


def _crowd(trial: Trial) -> tuple[int, int]:
    must = sum(all(option.outcome for option in usual_options(reason, trial.usual)) for reason in trial.reasons)
    return must, len(trial.reasons) - must


def _strangeness(trial: Trial, assessment: Assessment) -> tuple[bool, Strangeness, int, int]:
    strange = trial.usual.strangeness(trial.scene.implies)
    is_wrong = not _is_right_but_for_warnings(trial, assessment)
    return is_wrong, strange, len(assessment.broken), -len(assessment.observations)


def _is_right_but_for_warnings(trial: Trial, assessment: Assessment) -> bool:
    """All errors of an answer are right under a scene, and the warnings beside them are wrong."""
    return bool(trial.reply.errors) and {each.claim for each in assessment.broken} == {_ANY_WARNING}


def _common(first: Assessment, fitting: list[Assessment]) -> list[Observation]:
    """Return the observations of the first scene. What it keeps, and another that fits does not keep, is left open."""
    kept = [{o.claim for o in one.observations if o.verdict == "kept"} for one in fitting]
    shared = set.intersection(*kept) if kept else set()
    return [
        Observation(o.claim, "undetermined") if o.verdict == "kept" and fitting and o.claim not in shared else o
        for o in first.observations
    ]
