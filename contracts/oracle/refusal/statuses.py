"""The HTTP status of a refusal. The page gives none for most errors: questions validation-, refusal-, engine-status."""

from __future__ import annotations

from typing import Final

from contracts.oracle.assessment import Assessment
from contracts.oracle.attribution import claim_of_reason
from contracts.oracle.observation import Difference
from contracts.oracle.reasons import reading
from contracts.oracle.refusal.explanations import Explanation
from contracts.oracle.trial import Trial
from openapi.document import Outcome

_NOT_FOUND: Final = ("promotion_not_found", "program_not_found", "customer_not_found")


def judge_status(assessment: Assessment, trial: Trial, explanations: list[Explanation]) -> None:
    """Judge the status under which errors travel. It is open where an error may be an undocumented one."""
    status, outcomes = trial.reply.status, trial.outcomes
    known = [(reason, outcomes[o.outcome]) for reason, o in explanations if o.outcome and o.outcome in outcomes]
    if not known or len(known) < len(explanations):
        return
    claim = claim_of_reason(trial, explanations[0][0])
    fitting: dict[str, set[str]] = {}
    for reason, outcome in known:
        for question, name, allowed in _statuses(outcome, reason.kind):
            # A host that answers 404 where something does not exist may answer 400 where it does.
            exists = name == "404" and not reason.absent and status == outcome.status
            if status == allowed or exists:
                fitting.setdefault(question, set()).add(name)
    if not fitting:
        statuses = sorted({allowed for reason, outcome in known for _, _, allowed in _statuses(outcome, reason.kind)})
        expected = f"HTTP {' or '.join(map(str, statuses))} with this error ({known[0][1].message.partition('. ')[0]})"
        assessment.breaks(
            claim,
            expected,
            f"HTTP {status}",
            symptoms=(("status", str(status)),),
            difference=Difference("status", tuple(statuses), status),
        )
    elif len({_statuses(outcome, reason.kind)[0][0] for reason, outcome in known}) == 1:
        for question, names in fitting.items():
            if question.endswith("/"):
                continue  # it cannot be told which kind of wrong value was meant
            assessment.imply((reading(question, *names),), claim)


def _statuses(outcome: Outcome, kind: str) -> list[tuple[str, str, int]]:
    """Return (question, reading, HTTP status) for each status an outcome may travel under.

    A host may answer each kind of wrong value under a status of its own, so each is a question of its own. The default
    reading has the status of the document; the other readings have those of the question.
    """
    if outcome.stage == "validation":
        question, default, others = f"validation-status/{kind}", "400", {"200": 200, "422": 422}
    elif outcome.stage == "engine":
        question, default, others = "engine-status", "500", {"200": 200, "503": 503}
    else:
        not_found = 404 if outcome.name in _NOT_FOUND else outcome.status
        question, default, others = "refusal-status", "400", {"200": 200, "404": not_found}
    return [(question, default, outcome.status), *((question, name, status) for name, status in others.items())]
