"""The result of a run: plain data, from which every report is written."""

from __future__ import annotations

from collections.abc import Collection, Mapping
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

    `sent`: how many of those permitted were sent. `made`: how many answers said that a customer is enrolled. `ledger`:
    the file that lists those that were sent, or "".
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How a run went, from its start to its end.

    `profile`: RECORDED where somebody else sent the requests. `began`: date and time of the start. `seconds`: how long
    it took. `enrolments`: how many were permitted and sent; by default none are permitted on a live host.
    `interrupted`: a user ended it. `stopped`: why it stopped early. `failure`: the error that ended it; then there is
    no verdict.
    `undecided`: why a run that reached its end has no verdict without findings all the same, or "". `load`: the figures
    of a load.
    """

    profile: str
    seed: int
    seconds: float
    began: datetime = UNTIMED
    promotion_names: tuple[str, str] = PROMOTION_NAMES
    enrolments: Enrolments | None = None
    interrupted: bool = False
    stopped: Stop | None = None
    failure: str = ""
    undecided: str = ""
    load: Load | None = None


def conclude(
    record: Record,
    course: Course,
    *,
    fail_on: FailOn,
    allow_partial: bool = False,
    deviations: tuple[Deviation, ...] = (),
) -> Result:
    """Conclude a record, and return its result with a verdict.

    `allow_partial`: a run that a limit of the user's cut short may be kept. `deviations`: those that are accepted on
    the day of the start do not fail the run.
    """
    conclude_record(record)
    unfinished = course.failure or _unfinished(course, allow_partial=allow_partial) or course.undecided
    enrolments = _enrolments(record, course)
    standings = _standings(record, course, enrolments, unfinished)
    judged = _judged(record, course, standings, baseline.accepted(deviations, course.began.date()))
    verdict, why = decide(judged, unfinished, fail_on=fail_on)
    if course.failure:
        verdict, why = "unjudged", course.failure
    findings = record.findings.all()
    return Result(
        verdict=verdict,
        why=why,
        profile=course.profile,
        seed=course.seed,
        requests=len(record.exchanges),
        seconds=course.seconds,
        interrupted=course.interrupted,
        standings=standings,
        findings=findings,
        notes=tuple(record.notes),
        readings=record.evidence.settled(),
        exchanges=tuple(record.exchanges),
        target=record.target,
        document=record.document,
        questions=record.questions,
        question_states=record.evidence.states(),
        promotion_names=course.promotion_names,
        began=course.began,
        deviations=baseline.compare(deviations, findings, standings, course.began.date(), only=record.only),
        fail_on=fail_on,
        is_partial=judged.is_partial,
        headline=headline(judged, verdict),
        enrolments=enrolments,
        load=course.load,
    )


def _enrolments(record: Record, course: Course) -> Enrolments:
    """Return how many enrolments were permitted, sent and made."""
    permitted = course.enrolments or Enrolments(budget=0 if record.target.live else None)
    return replace(permitted, made=record.successes)


def _standings(record: Record, course: Course, enrolments: Enrolments, unfinished: str) -> tuple[Standing, ...]:
    """Return the standing of each claim; one that was not reached says what it needs."""
    ended = course.failure or (course.stopped.why if course.stopped else unfinished)
    reach = Reach(record.target, enrolments.budget, enrolments.sent, enrolments.made, ended)
    return tuple(
        replace(standing, needs=missing(standing.claim.id, reach)) if standing.verdict == "unreached" else standing
        for standing in record.tally.standings()
    )


def _judged(record: Record, course: Course, standings: tuple[Standing, ...], accepted: Collection[str]) -> Judged:
    """Return what the verdict is made of. `accepted`: claims that may be broken."""
    stopped = course.stopped
    return Judged(
        record.target,
        standings,
        tuple(finding for finding in record.findings.all() if finding.claim not in accepted),
        successes=record.successes,
        stopped=stopped.why if stopped and not stopped.host_unusable else "",
        recorded=course.profile == RECORDED,
        permitted=course.enrolments.sent if course.enrolments else 0,
    )


def _unfinished(course: Course, *, allow_partial: bool) -> str:
    """Return why a run without findings has no verdict; "" if it reached its end, or may be kept without."""
    stopped = course.stopped
    if course.interrupted:
        return "interrupted before the end"
    if stopped is None or (allow_partial and not stopped.host_unusable):
        return ""
    hint = "" if stopped.host_unusable else " (--allow-partial accepts that)"
    return f"the run stopped early: {stopped.why}{hint}"
