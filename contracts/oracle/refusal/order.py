"""What several defects in one request tell of the host: in which order it looks, and how many errors it reports."""

from __future__ import annotations

from contracts.oracle.assessment import Assessment
from contracts.oracle.reasons import reading
from contracts.oracle.trial import Trial


def note_number(assessment: Assessment, trial: Trial) -> None:
    """Record whether the host reports all violations or one, where each can only be answered by a code of its own."""
    reply, outcomes = trial.reply, trial.outcomes
    certain = {reason.options[0].outcome for reason in trial.reasons if len(reason.options) == 1}
    due = {name for name in certain if name and name in outcomes and outcomes[name].stage == "validation"}
    # Where errors is one object, it holds one error, however many the host found.
    # Another defect may keep the host from coming to these.
    is_alone = all(reason.options[0].outcome in due for reason in trial.fields)
    if len(due) < 2 or not is_alone or any(shape.startswith("object") for shape in reply.error_shapes):
        return
    named = {name for error in reply.errors for name in error.names}
    # A single error that is none of those due does not say how many others there would have been.
    fitting = "all" if due <= named else "first" if len(reply.errors) == 1 and due & named else None
    if fitting:
        # A host may look at some fields before others and report all that is wrong with those, so each set of
        # violations is a question of its own.
        assessment.imply((reading(f"many-violations/{'+'.join(sorted(due))}", fitting),), "response.errors.filled")


def note_precedence(assessment: Assessment, trial: Trial) -> None:
    """Record whether the host looks at the fields or looks things up first, where both fail.

    A failed look-up also suggests how the host takes doubtful fields, if it looks at the fields first.
    """
    recognised = ("whole", "first-sentence")
    named = {name for error in trial.reply.errors for name in error.names if error.extent in recognised}
    if not named or assessment.broken:
        return
    by_fields = {option.outcome for reason in trial.fields for option in reason.options}
    by_look_ups = {option.outcome for reason in trial.scene.reasons for option in reason.options}
    if named <= by_look_ups - by_fields:
        if any(not reason.passing for reason in trial.fields):
            assessment.hint((reading("precedence", "credentials-lookup-validation"),))
        for reason in trial.fields:
            for option in reason.passing:
                assessment.provided.update(option.implies)
    elif named <= by_fields - by_look_ups and any(not reason.passing for reason in trial.scene.reasons):
        fields_first = ("credentials-validation-lookup", "validation-credentials-lookup")
        assessment.hint((reading("precedence", *fields_first),))
