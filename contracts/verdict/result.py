"""The result of a run: plain data, from which every report is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final

from contracts.exchange import PROMOTION_NAMES, Exchange
from contracts.host.target import Target
from contracts.verdict import baseline
from contracts.verdict.baseline import Deviation, DeviationStatus
from contracts.verdict.claims import Standing
from contracts.verdict.conclusion import conclude_record
from contracts.verdict.decision import FailOn, Judged, RunVerdict, decide, headline
from contracts.verdict.evidence import QuestionState
from contracts.verdict.figures import Load
from contracts.verdict.findings import Finding
from contracts.verdict.needs import Reach, missing
from contracts.verdict.record import Note, Record
from openapi.document import Document
from openapi.questions import Question

EXIT_CODES: Mapping[RunVerdict, int] = {"kept": 0, "broken": 1, "unjudged": 2}
# The profile of a result of which others have sent the requests.
RECORDED: Final = "recorded"
UNTIMED: Final = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class Stop:
    """Why a run stopped early. `host_unusable`: the host refused or asked to wait; otherwise a limit of the user's."""

    why: str
    host_unusable: bool = False


@dataclass(frozen=True, slots=True)
class Enrolments:
    """Requests of a run that may enrol a customer. `budget`: how many were permitted; None is no limit.

    `sent`: how many of those permitted were sent. `made`: how many answers said that a customer is enrolled. `ledger`: the
    file that lists those that were sent, or "".
    """

    budget: int | None = None
    sent: int = 0
    made: int = 0
    ledger: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a run.

    `why`: the reason for the verdict, in one line. `seconds`: how long the run took. `interrupted`: a user ended it.
    `readings`: the settled readings by question or question/field. `question_states`: what is known about every
    question. `promotion_names`: the host's names for the ids of a promotion. `began`: date and time of the start.
    `deviations`: the baseline, with the state of each entry. `fail_on`: the mildest result that fails the run.
    `is_partial`: only refusals were judged, or a limit cut the run short. `headline`: what was judged, in a few words.
    `load`: the figures of a load; None of any other run.
    """

    verdict: RunVerdict
    why: str
    profile: str
    seed: int
    requests: int
    seconds: float
    interrupted: bool
    standings: tuple[Standing, ...]
    findings: tuple[Finding, ...]
    notes: tuple[Note, ...]
    readings: Mapping[str, str]
    exchanges: tuple[Exchange, ...]
    target: Target
    document: Document
    questions: Mapping[str, Question] = field(default_factory=dict)
    question_states: tuple[QuestionState, ...] = ()
    promotion_names: tuple[str, str] = PROMOTION_NAMES
    began: datetime = UNTIMED
    deviations: tuple[DeviationStatus, ...] = ()
    fail_on: FailOn = "broken"
    is_partial: bool = False
    headline: str = ""
    enrolments: Enrolments = field(default_factory=Enrolments)
    load: Load | None = None

    def count(self, verdict: str) -> int:
        """Return the number of claims with a verdict."""
        return sum(standing.verdict == verdict for standing in self.standings)

    def is_known(self, claim: str) -> bool:
        """The claim is broken, and the baseline accepts that."""
        return any(known.deviation.claim == claim and known.state == "known" for known in self.deviations)


def conclude(
    record: Record,
    *,
    profile: str,
    seed: int,
    seconds: float,
    fail_on: FailOn,
    interrupted: bool = False,
    stopped: Stop | None = None,
    failure: str = "",
    allow_partial: bool = False,
    promotion_names: tuple[str, str] = PROMOTION_NAMES,
    began: datetime = UNTIMED,
    deviations: tuple[Deviation, ...] = (),
    enrolments: Enrolments | None = None,
    recorded: bool = False,
    load: Load | None = None,
    undecided: str = "",
) -> Result:
    """Conclude a record, and return its result with a verdict.

    `stopped`: why the run stopped early. `interrupted`: a user ended it. `failure`: the error that ended it; then there
    is no verdict. `allow_partial`: a run that a limit of the user's cut short may be kept. `began`: date and time of the
    start; `deviations` that are accepted on that day do not fail the run. `enrolments`: how many were permitted and sent;
    by default none are permitted on a live host. `recorded`: somebody else sent the requests. `load`: the figures of a load.
    `undecided`: why a run that reached its end has no verdict without findings all the same, or "".
    """
    conclude_record(record)
    unfinished = failure or _unfinished(stopped, interrupted=interrupted, allow_partial=allow_partial) or undecided
    ended = failure or (stopped.why if stopped else unfinished)
    given = enrolments or Enrolments(budget=0 if record.target.live else None)
    enrolments = replace(given, made=record.successes)
    standings = _with_needs(
        record.tally.standings(), Reach(record.target, enrolments.budget, enrolments.sent, enrolments.made, ended)
    )
    findings = record.findings.all()
    states = baseline.compare(deviations, findings, standings, began.date(), only=record.only)
    accepted = baseline.accepted(deviations, began.date())
    judged = Judged(
        record.target,
        standings,
        tuple(finding for finding in findings if finding.claim not in accepted),
        successes=record.successes,
        stopped=stopped.why if stopped and not stopped.host_unusable else "",
        recorded=recorded,
        permitted=enrolments.sent,
    )
    verdict, why = decide(judged, unfinished, fail_on=fail_on)
    if failure:
        verdict, why = "unjudged", failure
    return Result(
        verdict=verdict,
        why=why,
        profile=profile,
        seed=seed,
        requests=len(record.exchanges),
        seconds=seconds,
        interrupted=interrupted,
        standings=standings,
        findings=findings,
        notes=tuple(record.notes),
        readings=record.evidence.settled(),
        exchanges=tuple(record.exchanges),
        target=record.target,
        document=record.document,
        questions=record.questions,
        question_states=record.evidence.states(),
        promotion_names=promotion_names,
        began=began,
        deviations=states,
        fail_on=fail_on,
        is_partial=judged.is_partial,
        headline=headline(judged, verdict),
        enrolments=enrolments,
        load=load,
    )


def _with_needs(standings: tuple[Standing, ...], reach: Reach) -> tuple[Standing, ...]:
    return tuple(
        replace(standing, needs=missing(standing.claim.id, reach)) if standing.verdict == "unreached" else standing
        for standing in standings
    )


def _unfinished(stopped: Stop | None, *, interrupted: bool, allow_partial: bool) -> str:
    """Return why a run without findings has no verdict; "" if it reached its end, or may be kept without."""
    if interrupted:
        return "interrupted before the end"
    if stopped is None or (allow_partial and not stopped.host_unusable):
        return ""
    hint = "" if stopped.host_unusable else " (--allow-partial accepts that)"
    return f"the run stopped early: {stopped.why}{hint}"
